import PostgresFixtures
import PostgresPool
import Testing

@Suite(
    "Transactions that run again", .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"),
    .timeLimit(.minutes(2)))
struct TransactionRetryLiveTests {
    typealias Installation = TemporaryServer.Installation

    /// Runs a transaction that reads what another one writes and writes what it reads, so that the server cannot let
    /// both commit; the other one commits first.
    private func skew(
        _ client: PostgresClient, table: String, retrying: TransactionRetrying, attempts: Counter
    ) async throws {
        let sum: PostgresQuery = "SELECT count(*) FROM \(identifier: table)"
        let insert: PostgresQuery = "INSERT INTO \(identifier: table) VALUES (1)"
        try await client.transaction(isolation: .serializable, retrying: retrying) { tx in
            let attempt = attempts.increment()
            _ = try await tx.queryOne(sum, as: Int.self)
            if attempt > 1 { return try await tx.execute(insert) }
            return try await client.transaction(isolation: .serializable) { other in
                _ = try await other.queryOne(sum, as: Int.self)
                try await tx.execute(insert)
                return try await other.execute(insert)
            }
        }
    }

    @Test(
        "HARD-CASES 121: a serialization failure that COMMIT reports runs the transaction again, if asked for",
        arguments: LiveServer.installations)
    func atCommit(_ installation: Installation) async throws {
        try await LiveServer.withClient(installation, connections: 3) { client in
            let table = "skew_at_commit"
            try await client.execute("CREATE TABLE \(identifier: table) (n int)")
            let once = Counter()
            let error = try await postgresError {
                try await skew(client, table: table, retrying: .never, attempts: once)
            }
            #expect(error.server?.sqlState == .serializationFailure && error.isRetryableConflict)
            #expect(error.sql == "COMMIT" && once.value == 1)
            #expect(client.statistics.acquired == 0)
            let again = Counter()
            try await skew(client, table: table, retrying: .serializationFailures(attempts: 3), attempts: again)
            #expect(again.value == 2)
            #expect(try await client.queryOne("SELECT count(*) FROM \(identifier: table)", as: Int.self) == 3)
            #expect(client.statistics.newConnectionCount <= 3)
            try await client.execute("DROP TABLE \(identifier: table)")
        }
    }

    @Test(
        "HARD-CASES 121: of two transactions in a deadlock both succeed in the end", arguments: LiveServer.installations
    )
    func deadlock(_ installation: Installation) async throws {
        try await LiveServer.withClient(installation, connections: 4) { client in
            try await client.withConnection { connection in
                _ = try await connection.simpleQuery(
                    """
                    CREATE TABLE deadlock (id int PRIMARY KEY, n int);
                    INSERT INTO deadlock VALUES (1, 0), (2, 0)
                    """)
            }
            let attempts = Counter()
            let locked = Counter()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for first in 1...2 {
                    group.addTask {
                        try await client.transaction(retrying: .serializationFailures()) { tx in
                            attempts.increment()
                            for id in [first, 3 - first] {
                                try await tx.execute("UPDATE deadlock SET n = n + 1 WHERE id = \(id)")
                                locked.increment()
                                while locked.value < 2 { try await Task.sleep(for: .milliseconds(1)) }
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(attempts.value == 3)
            #expect(try await client.query("SELECT n FROM deadlock", as: Int.self) == [2, 2])
            try await client.execute("DROP TABLE deadlock")
        }
    }

    @Test("attempts are bounded, and the last error is the one that is told", arguments: LiveServer.installations)
    func bounded(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            let attempts = Counter()
            let retrying = TransactionRetrying.serializationFailures(attempts: 4, firstDelay: .milliseconds(1))
            let error = try await postgresError {
                try await connection.transaction(retrying: retrying) { tx in
                    let number = attempts.increment()
                    _ = try await tx.execute(
                        PostgresQuery(
                            unsafeSQL: "DO $$ BEGIN RAISE 'attempt \(number)' USING ERRCODE = '40001'; END $$"))
                }
            }
            #expect(error.server?.message == "attempt 4" && attempts.value == 4)
            #expect(connection.isReusable)
        }
    }

    @Test("other errors run nothing again", arguments: LiveServer.installations)
    func otherErrors(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            let attempts = Counter()
            let error = try await postgresError {
                try await connection.transaction(retrying: .serializationFailures()) { tx in
                    attempts.increment()
                    _ = try await tx.execute("SELECT 1/0")
                }
            }
            #expect(error.server?.sqlState == .divisionByZero && attempts.value == 1)
        }
    }

    @Test("a task that is cancelled while it waits to run again ends at once, with the conflict")
    func cancelledWait() async throws {
        try await LiveServer.withConnection(try #require(LiveServer.installations.first)) { connection in
            let retrying = TransactionRetrying.serializationFailures(
                attempts: 2, firstDelay: .seconds(100), longestDelay: .seconds(100))
            let (failed, tell) = AsyncStream.makeStream(of: Void.self)
            let task = Task {
                try await connection.transaction(retrying: retrying) { tx in
                    defer { tell.finish() }
                    _ = try await tx.execute("DO $$ BEGIN RAISE 'again' USING ERRCODE = '40P01'; END $$")
                }
            }
            for await _ in failed {}
            task.cancel()
            let error = try await postgresError { try await task.value }
            #expect(error.server?.sqlState == .deadlockDetected || error.code == .cancelled)
            #expect(connection.transactionStatus == .idle)
        }
    }
}
