internal import PostgresWire
internal import Synchronization

/// A recording of several connections as a server: each connection plays one of them, and what a connection got because
/// another one had sent something comes when that has been sent.
///
/// Which one a connection plays is known when it makes its first request: the first that is left and has the same. So it
/// does not matter in which order they are opened.
final class RecordedConnections: Sendable {
    let replays: [FixtureReplay]
    private let dialing: PostgresDialer
    private let state: Mutex<State>

    private struct State {
        var opened = 0
        /// Which recordings are being played, or were.
        var isTaken: [Bool]
        /// How much the client has sent of each.
        var clientByteCounts: [Int]
        /// What wakes the connections.
        var transports: [@Sendable (String?) -> Void] = []
        var mismatch: ReplayMismatch?
        var completed = 0
    }

    init(_ fixtures: [Fixture], options: ReplayOptions) {
        replays = fixtures.map { FixtureReplay($0, options: options) }
        dialing = replays.first?.dialer ?? .sockets
        state = Mutex(
            State(
                isTaken: Array(repeating: false, count: fixtures.count),
                clientByteCounts: Array(repeating: 0, count: fixtures.count)))
    }

    /// The first difference between a client and a recording; nil while there is none.
    var mismatch: ReplayMismatch? { state.withLock { $0.mismatch } }

    /// How many recordings were played to their end.
    var completedCount: Int { state.withLock { $0.completed } }

    /// Connects to one of the recordings, whatever the endpoint.
    var dialer: PostgresDialer {
        PostgresDialer(nonce: dialing.nonce, scramKey: dialing.scramKey) {
            (_, loop, interruptible) async throws(PostgresError) in
            let transport = try self.transport(on: loop)
            interruptible { _ in transport.close() }
            return transport
        }
    }

    private func transport(on loop: EventLoop) throws(PostgresError) -> any Transport {
        let (failure, count) = state.withLock { state in
            state.opened += 1
            return (state.mismatch?.description, state.opened)
        }
        guard failure == nil, count <= replays.count else {
            throw PostgresError(
                .connectionFailed, failure ?? "\(replays.count) connections were recorded, and all have been used")
        }
        let player = RecordedConnectionPlayer(self)
        let patience = replays.first?.options.patience ?? ReplayOptions().patience
        let transport = ReplayTransport(player, patience: patience, loop: loop) {
            self.note($0)
        } isMet: {
            self.isMet($0)
        }
        state.withLock { state in
            // Never at once: who tells us may hold the lock of another connection.
            state.transports.append { [weak transport] failure in
                _ = loop.schedule(after: 0) { [weak transport] in
                    if let failure { transport?.fail(failure) } else { transport?.lookAgain() }
                }
            }
        }
        return transport
    }

    // MARK: What the players tell and ask

    /// The recording that nobody plays yet and whose client began with these bytes; else any that is left.
    ///
    /// - Parameter isTaken: whether nobody else gets it from now on.
    func recording(beginningWith bytes: [UInt8], take isTaken: Bool) -> Int? {
        state.withLock { state in
            let left = replays.indices.filter { !state.isTaken[$0] }
            let number = left.first { replays[$0].clientBegins(with: bytes) } ?? left.first
            if let number, isTaken { state.isTaken[number] = true }
            return number
        }
    }

    /// A connection has sent so much of its recording.
    func sent(_ count: Int, of number: Int) {
        let transports = state.withLock { state in
            state.clientByteCounts[number] = count
            return state.transports
        }
        for wake in transports { wake(nil) }
    }

    /// Whether another connection has sent what was to come first.
    func isMet(_ order: ReplayProgram.Order) -> Bool {
        let number = order.connection - 1
        guard replays.indices.contains(number) else { return true }
        let needed = replays[number].clientByteCount(messages: order.messages)
        return state.withLock { $0.clientByteCounts[number] >= needed }
    }

    private func note(_ outcome: ReplayOutcome) {
        let (transports, reason) = state.withLock { state -> ([@Sendable (String?) -> Void], String?) in
            switch outcome {
            case .completed:
                state.completed += 1
                return ([], nil)
            case .mismatch(let mismatch):
                state.mismatch = state.mismatch ?? mismatch
                return (state.transports, state.mismatch?.description)
            }
        }
        for fail in transports { fail(reason) }
    }
}
