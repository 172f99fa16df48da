import PostgresPool
import Testing

@testable import JobQueue

@Suite("A running worker", .serialized, .timeLimit(.minutes(1)))
struct RunningWorkerTests {
    /// Waits until a worker has looked in vain so many times.
    private func wait(for worker: Worker<PostgresClient>, idle count: Int) async throws {
        while worker.statistics.idle < count { try await Task.sleep(for: .milliseconds(1)) }
    }

    private func worker(
        _ db: PostgresClient, _ handlers: [String: Worker<PostgresClient>.Handler]
    ) -> Worker<PostgresClient> {
        // No clock: what it does, it does because it was woken.
        Worker(db, pollInterval: .seconds(3_600), handlers: handlers)
    }

    @Test("finishes its job when it is told to stop, and begins no other")
    func stops() async throws {
        try await RecordedQueue.withClient("stops") { db in
            let log = HandlerLog()
            let (begun, begin) = AsyncStream<Void>.makeStream()
            let (stopped, stop) = AsyncStream<Void>.makeStream()
            let worker = worker(
                db,
                [
                    "first": { job, tx in
                        log.add(job.payload)
                        try await JobQueue.enqueue("second", "made by the first", in: tx)
                    },
                    "second": { job, _ in
                        begin.finish()
                        for await _ in stopped {}
                        log.add(job.payload)
                    },
                ])
            for kind in ["first", "third"] { try await JobQueue.enqueue(kind, "made by the test", in: db) }
            try await db.execute("UPDATE jobs SET run_at = run_at + interval '1 hour' WHERE kind = 'third'")
            let events = try await db.listen(JobQueue.channel)
            async let running: Void = worker.run(wokenBy: events)
            for await _ in begun {}
            worker.stop()
            log.add("stopped")
            stop.finish()
            try await running
            #expect(log.all == ["made by the test", "stopped", "made by the first"])
            #expect(worker.statistics.completed == 2)
            #expect(try await JobQueue.counts(in: db) == ["done": 2, "ready": 1])
        }
    }

    @Test("is woken by a new job")
    func isWoken() async throws {
        try await RecordedQueue.withClient("woken") { db in
            let log = HandlerLog()
            let worker = worker(db, ["log": { job, _ in log.add(job.payload) }])
            let events = try await db.listen(JobQueue.channel)
            async let running: Void = worker.run(wokenBy: events)
            try await wait(for: worker, idle: 1)
            #expect(log.all == [])
            try await JobQueue.enqueue("log", "new", in: db)
            try await wait(for: worker, idle: 2)
            worker.stop()
            try await running
            #expect(log.all == ["new"])
            #expect(worker.statistics == WorkerStatistics(completed: 1, idle: 2, wakeUps: 1))
        }
    }

    @Test("looks for what it has missed when its listening connection was lost")
    func survivesTheListener() async throws {
        try await RecordedQueue.withClient("reconnected") { db in
            let log = HandlerLog()
            let worker = worker(db, ["log": { job, _ in log.add(job.payload) }])
            let events = try await db.listen(JobQueue.channel)
            async let running: Void = worker.run(wokenBy: events)
            try await wait(for: worker, idle: 1)
            // Nobody is notified of this one.
            try await db.execute("INSERT INTO jobs (kind, payload) VALUES ('log', 'missed')")
            let ended = try await db.query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN %'", as: Bool.self)
            #expect(ended == [true])
            try await wait(for: worker, idle: 2)
            worker.stop()
            try await running
            #expect(log.all == ["missed"])
            #expect(worker.statistics == WorkerStatistics(completed: 1, idle: 2, gaps: 1))
        }
    }
}
