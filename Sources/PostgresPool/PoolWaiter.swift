internal import PostgresDriver
internal import PostgresWire
internal import Synchronization

/// A task that waits for a connection, and the answer that it gets.
final class PoolWaiter: Sendable {
    typealias Answer = Result<PoolGrant<PostgresConnection>, PoolAcquireFailure>

    private let suspension = Suspension()
    private let answer = Mutex<Answer?>(nil)

    /// Waits for the answer.
    ///
    /// To be called once.
    @inline(__always)
    func wait() async -> Answer {
        await suspension.wait()
        return answer.withLock { $0.take() } ?? .failure(.connectFailed(CancellationError()))
    }

    /// Gives the answer.
    ///
    /// To be called once: a connection in a second one would be lost.
    func resume(returning answer: Answer) {
        self.answer.withLock { $0 = answer }
        suspension.resume()
    }
}
