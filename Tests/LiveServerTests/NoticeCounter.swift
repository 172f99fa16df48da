import Synchronization

/// Counts what comes from any thread.
final class NoticeCounter: Sendable {
    private let state = Mutex(0)

    var count: Int { state.withLock { $0 } }

    func add() { state.withLock { $0 += 1 } }
}
