internal import PostgresWire
internal import Synchronization

/// Closes a connection whose answer to a command takes longer than the cancel timeout, for commands that a cancelled
/// task must still wait for.
final class CommandDeadline: Sendable {
    private enum State {
        /// Can go to: running, over.
        case notStarted
        /// Can go to: over.
        case running(EventLoop.Timer)
        /// Can go to: nothing.
        case over
    }

    private let wire: WireConnection
    private let command: String
    private let state = Mutex(State.notStarted)

    init(_ wire: WireConnection, command: String) {
        self.wire = wire
        self.command = command
    }

    /// From now on the time runs.
    func start() {
        state.withLock { state in
            guard case .notStarted = state else { return }
            let (wire, command) = (wire, command)
            let timer = EventLoop.default.schedule(after: wire.cancelTimeout.wholeNanoseconds) {
                wire.close(
                    because: PostgresError(
                        .timedOut,
                        "the server did not answer \(command) within \(wire.cancelTimeout); the connection was closed"))
            }
            state = .running(timer)
        }
    }

    /// The answer has come.
    func stop() {
        let timer: EventLoop.Timer? = state.withLock { state in
            defer { state = .over }
            if case .running(let timer) = state { return timer }
            return nil
        }
        if let timer { EventLoop.default.cancel(timer) }
    }
}
