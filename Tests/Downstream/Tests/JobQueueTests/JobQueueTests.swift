import PostgresPool
import Testing

@testable import JobQueue

@Suite("The job queue", .serialized, .timeLimit(.minutes(1)))
struct JobQueueTests {
    struct Failure: Error, CustomStringConvertible {
        var description: String { "the handler failed" }
    }

    @Test("jobs are done in the order in which they are due, and once")
    func order() async throws {
        try await RecordedQueue.withConnection("order") { connection in
            let log = HandlerLog()
            for number in 1...3 { try await JobQueue.enqueue("log", "job \(number)", in: connection) }
            try await JobQueue.enqueue("log", "tomorrow", delay: 86_400, in: connection)
            let worker = Worker(connection, handlers: ["log": { job, _ in log.add(job.payload) }])
            try await worker.drain()
            #expect(try await worker.workOnce() == false)
            #expect(log.all == ["job 1", "job 2", "job 3"])
            #expect(worker.statistics == WorkerStatistics(completed: 3, idle: 2))
            #expect(try await JobQueue.counts(in: connection) == ["done": 3, "ready": 1])
        }
    }

    @Test("a job that fails is tried again, and given up in the end; what it did is undone")
    func retries() async throws {
        try await RecordedQueue.withConnection("retries") { connection in
            try await JobQueue.enqueue("break", "", in: connection)
            try await JobQueue.enqueue("unknown", "", in: connection)
            let policy = RetryPolicy(attempts: 2, firstDelay: 0, longestDelay: 0)
            let worker = Worker(
                connection, policy: policy,
                handlers: [
                    "break": { job, tx in
                        try await tx.execute("INSERT INTO jobs (kind, payload) VALUES ('log', 'of attempt')")
                        if job.attempts == 0 { throw Failure() }
                        try await tx.execute("SELECT 1 / 0")
                    }
                ])
            try await worker.drain()
            #expect(worker.statistics == WorkerStatistics(retried: 2, dead: 2, idle: 1))
            #expect(try await JobQueue.counts(in: connection) == ["dead": 2])
            let reasons = try await connection.query("SELECT last_error FROM jobs ORDER BY id", as: String.self)
            #expect(reasons == ["ERROR: division by zero (SQLSTATE 22012)", "no handler for this kind of job"])
        }
    }

    @Test("a job that is enqueued in a transaction exists if that commits")
    func transactional() async throws {
        try await RecordedQueue.withConnection("transactional") { connection in
            await #expect(throws: Failure.self) {
                try await connection.transaction { tx in
                    try await JobQueue.enqueue("log", "never", in: tx)
                    throw Failure()
                }
            }
            try await connection.transaction { tx in try await JobQueue.enqueue("log", "once", in: tx) }
            #expect(try await JobQueue.counts(in: connection) == ["ready": 1])
        }
    }

    @Test("a job that somebody else has locked is left alone")
    func skipsLocked() async throws {
        try await RecordedQueue.withConnections("locked") { first, second in
            for number in 1...2 { try await JobQueue.enqueue("log", "job \(number)", in: first) }
            let log = HandlerLog()
            let worker = Worker(second, handlers: ["log": { job, _ in log.add(job.payload) }])
            try await first.transaction { tx in
                #expect(try await JobQueue.claim(in: tx)?.payload == "job 1")
                try await worker.drain()
            }
            #expect(log.all == ["job 2"])
            try await worker.drain()
            #expect(log.all == ["job 2", "job 1"])
        }
    }
}
