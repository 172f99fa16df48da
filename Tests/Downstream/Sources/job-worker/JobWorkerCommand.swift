import Foundation
import JobQueue
import PostgresPool

/// The command: adds jobs, does them, counts them.
@main
enum JobWorkerCommand {
    static let usage = """
        usage: job-worker URL install
               job-worker URL enqueue KIND PAYLOAD
               job-worker URL work [SECONDS]
               job-worker URL count
        """

    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count >= 2 else { return print(usage) }
        try await PostgresClient(arguments[0]).run { db in
            switch (arguments[1], Array(arguments.dropFirst(2))) {
            case ("install", []): try await JobQueue.install(in: db)
            case ("enqueue", let words) where words.count == 2:
                print(try await JobQueue.enqueue(words[0], words[1], in: db))
            case ("work", let words) where words.count < 2: try await work(words.first.flatMap(Double.init), db)
            case ("count", []):
                for (state, count) in try await JobQueue.counts(in: db).sorted(by: { $0.key < $1.key }) {
                    print("\(state): \(count)")
                }
            default: print(usage)
            }
        }
    }

    /// Works for so many seconds, or until a signal says to stop, and ends the job at hand first.
    private static func work(_ seconds: Double?, _ db: PostgresClient) async throws {
        let worker = Worker(
            db,
            handlers: [
                "print": { job, _ in print(job.payload) },
                "sql": { job, tx in try await tx.execute(PostgresQuery(unsafeSQL: job.payload)) },
            ])
        let events = try await db.listen(JobQueue.channel)
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { worker.stop() }
            source.resume()
            return source
        }
        let clock = Task {
            if let seconds, (try? await Task.sleep(for: .seconds(seconds))) != nil { worker.stop() }
        }
        defer {
            clock.cancel()
            for source in sources { source.cancel() }
        }
        try await worker.run(wokenBy: events)
        print(worker.statistics)
    }
}
