internal import Synchronization

/// One attempt to connect, which a deadline or a cancelled task can end at any stage.
///
/// Each stage says how it is interrupted; an interruption that comes between two stages hits the next one.
final class ConnectAttempt: Sendable {
    private struct State {
        var interruption: PostgresError?
        var interrupt: (@Sendable (PostgresError) -> Void)?
    }

    private let state = Mutex(State())

    /// Why the attempt was ended from outside; nil where it was not.
    var interruption: PostgresError? { state.withLock { $0.interruption } }

    /// Sets how the stage that begins now is interrupted.
    func begin(_ interrupt: @escaping @Sendable (PostgresError) -> Void) {
        let interruption = state.withLock { state in
            state.interrupt = interrupt
            return state.interruption
        }
        if let interruption { interrupt(interruption) }
    }

    /// Ends the attempt; the first reason counts.
    func interrupt(because error: PostgresError) {
        let interrupt = state.withLock { state -> (@Sendable (PostgresError) -> Void)? in
            guard state.interruption == nil else { return nil }
            state.interruption = error
            return state.interrupt
        }
        interrupt?(error)
    }

    /// The attempt is over; nothing can interrupt it any more, and nothing is kept alive by it.
    func end() { state.withLock { $0.interrupt = nil } }
}
