import PostgresPool
import Synchronization

/// Does jobs, one after the other, until it is stopped.
///
/// A job runs in the transaction that locks it: what its handler does through that transaction happens if and only if the
/// job counts as done, and a worker that dies gives the job back.
public final class Worker<Database: PostgresDatabase>: Sendable {
    /// Does a job of one kind.
    public typealias Handler = @Sendable (Job, PostgresTransaction) async throws -> Void

    private let database: Database
    private let policy: RetryPolicy
    private let pollInterval: Duration
    private let handlers: [String: Handler]
    private let state = Mutex(WorkerStatistics())
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let isStopped = Atomic<Bool>(false)

    /// A worker.
    ///
    /// - Parameters:
    ///   - pollInterval: how often it looks without being woken, for jobs that were to wait.
    ///   - handlers: what does the jobs, by their kind.
    public init(
        _ database: Database, policy: RetryPolicy = RetryPolicy(), pollInterval: Duration = .seconds(5),
        handlers: [String: Handler]
    ) {
        self.database = database
        self.policy = policy
        self.pollInterval = pollInterval
        self.handlers = handlers
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// What it has done so far.
    public var statistics: WorkerStatistics { state.withLock { $0 } }

    /// Works until ``stop()`` is called or the events end.
    ///
    /// - Parameter events: what wakes it: `try await db.listen(JobQueue.channel)`.
    public func run(wokenBy events: PostgresNotifications) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                for try await event in events { self.wake(event) }
                self.stop()
                return false
            }
            group.addTask { [pollInterval, signal] in
                while (try? await Task.sleep(for: pollInterval)) != nil { signal.yield() }
                return false
            }
            // What was enqueued before it listened, and after that what it is woken for.
            group.addTask {
                try await self.drain()
                for await _ in self.signals { try await self.drain() }
                return true
            }
            while let isOver = try await group.next(), !isOver {}
            group.cancelAll()
        }
    }

    private static func isCancellation(_ error: any Error) -> Bool {
        error is CancellationError || (error as? PostgresError)?.code == .cancelled
    }

    /// Has it stop when the job that it does now is done.
    public func stop() {
        isStopped.store(true, ordering: .releasing)
        signal.finish()
    }

    func wake(_ event: PostgresNotificationEvent) {
        state.withLock { state in
            switch event {
            case .notification: state.wakeUps += 1
            case .gap: state.gaps += 1
            }
        }
        // Whatever it was: there may be jobs, so it looks.
        signal.yield()
    }

    /// Does all jobs that are due.
    public func drain() async throws {
        while !isStopped.load(ordering: .acquiring), try await workOnce() {}
    }

    /// Does the job that is due for the longest time; false where there is none.
    public func workOnce() async throws -> Bool {
        let outcome = try await database.transaction { tx -> Outcome in
            guard let job = try await JobQueue.claim(in: tx) else { return .nothing }
            do {
                guard let handler = handlers[job.kind] else { throw UnknownKind() }
                try await tx.savepoint { inner in try await handler(job, inner) }
            } catch  where !Self.isCancellation(error) {
                let delay = policy.delay(afterFailures: job.attempts + 1)
                try await JobQueue.fail(job, "\(error)", delay: delay, in: tx)
                return delay == nil ? .dead : .retried
            }
            try await JobQueue.complete(job, in: tx)
            return .completed
        }
        state.withLock { state in
            switch outcome {
            case .nothing: state.idle += 1
            case .completed: state.completed += 1
            case .retried: state.retried += 1
            case .dead: state.dead += 1
            }
        }
        return outcome != .nothing
    }

    private enum Outcome {
        case nothing, completed, retried, dead
    }
}

/// Nobody knows how to do a job of this kind.
struct UnknownKind: Error, CustomStringConvertible {
    var description: String { "no handler for this kind of job" }
}
