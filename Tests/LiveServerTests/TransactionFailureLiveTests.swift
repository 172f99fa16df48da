import Foundation
import PostgresFixtures
import PostgresPool
import Testing

@Suite(
    "Transactions that fail", .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"),
    .timeLimit(.minutes(2)))
struct TransactionFailureLiveTests {
    typealias Installation = TemporaryServer.Installation

    struct Refusal: Error {}

    /// Runs `body` while the server process of a session stands still.
    private func withStopped(_ pid: Int, _ body: () async throws -> Void) async throws {
        kill(pid_t(pid), SIGSTOP)
        defer { kill(pid_t(pid), SIGCONT) }
        try await body()
    }

    @Test(
        "HARD-CASES 54: a failed transaction refuses statements, and COMMIT that rolls back is an error",
        arguments: LiveServer.installations)
    func commitRolledBack(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            try await connection.execute("CREATE TEMP TABLE lost (n int)")
            let error = try await postgresError {
                try await connection.transaction { tx in
                    try await tx.execute("INSERT INTO lost VALUES (1)")
                    _ = try? await tx.execute("SELECT 1/0")
                    #expect(tx.hasFailed && connection.transactionStatus == .failed)
                    let refused = try await postgresError { try await tx.execute("SELECT 1") }
                    #expect(refused.server?.sqlState == .inFailedSQLTransaction)
                }
            }
            #expect(error.code == .commitRolledBack && error.sql == "COMMIT")
            #expect(error.file?.hasSuffix("TransactionFailureLiveTests.swift") == true)
            #expect(connection.isReusable)
            #expect(try await connection.queryOne("SELECT count(*) FROM lost", as: Int.self) == 0)
        }
    }

    @Test(
        "HARD-CASES 118: a rollback that gets no answer closes the connection and keeps both errors",
        arguments: LiveServer.installations)
    func rollbackFails(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { other in
            try await other.execute("CREATE TABLE rollback_fails (n int)")
            try await LiveServer.withConnection(installation, change: { $0.cancelTimeout = .seconds(2) }) {
                connection in
                let pid = try await connection.queryOne("SELECT pg_backend_pid()", as: Int.self)
                defer { kill(pid_t(pid), SIGCONT) }
                let error = try await postgresError {
                    try await connection.transaction { tx in
                        try await tx.execute("INSERT INTO rollback_fails VALUES (1)")
                        kill(pid_t(pid), SIGSTOP)
                        throw Refusal()
                    }
                }
                #expect(error.code == .rollbackFailed && error.sql == "ROLLBACK")
                #expect(error.causes.count == 2 && error.causes.first is Refusal)
                #expect((error.causes.last as? PostgresError)?.code == .timedOut)
                #expect(error.debugDescription.contains("Refusal"))
                #expect(connection.failure?.code == .timedOut)
            }
            #expect(try await other.queryOne("SELECT count(*) FROM rollback_fails", as: Int.self) == 0)
            try await other.execute("DROP TABLE rollback_fails")
        }
    }

    @Test("a connection that is lost inside is told by its own error alone", arguments: LiveServer.installations)
    func lostInside(_ installation: Installation) async throws {
        try await LiveServer.withClient(installation, connections: 2) { client in
            let attempts = Counter()
            let error = try await postgresError {
                try await client.transaction(retrying: .serializationFailures()) { tx in
                    attempts.increment()
                    let pid = try await tx.queryOne("SELECT pg_backend_pid()", as: Int.self)
                    _ = try await client.queryOne("SELECT pg_terminate_backend(\(pid))", as: Bool.self)
                    try await tx.execute("SELECT pg_sleep(10)")
                }
            }
            #expect(error.code == .connectionClosed && error.server?.sqlState == .adminShutdown)
            #expect(attempts.value == 1)
            #expect(try await client.queryOne("SELECT 1", as: Int.self) == 1)
        }
    }

    @Test(
        "HARD-CASES 119: a cancelled task rolls back all the same, and the connection stays in use",
        arguments: LiveServer.installations)
    func cancelledInside(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            try await connection.execute("CREATE TEMP TABLE cancelled (n int)")
            for ignores in [false, true] {
                let (inside, tell) = AsyncStream.makeStream(of: Void.self)
                let task = Task {
                    try await connection.transaction { tx in
                        try await tx.execute("INSERT INTO cancelled VALUES (1)")
                        tell.finish()
                        do {
                            try await Task.sleep(for: .seconds(60))
                        } catch {
                            if !ignores { throw error }
                        }
                    }
                }
                for await _ in inside {}
                task.cancel()
                switch await task.result {
                case .success: Issue.record("a cancelled transaction was committed")
                case .failure(let error as PostgresError): #expect(ignores && error.code == .cancelled)
                case .failure(let error): #expect(!ignores && error is CancellationError)
                }
                #expect(connection.failure == nil && connection.isReusable)
                #expect(try await connection.queryOne("SELECT count(*) FROM cancelled", as: Int.self) == 0)
            }
            let never = Task {
                while !Task.isCancelled { await Task.yield() }
                try await connection.transaction { _ in _ = Issue.record("a cancelled task began a transaction") }
            }
            never.cancel()
            let error = try await postgresError { try await never.value }
            #expect(error.code == .cancelled && error.nothingWasSent)
        }
    }

    @Test(
        "HARD-CASES 119: a cancelled task whose server is silent ends within the rollback's own deadline",
        arguments: LiveServer.installations)
    func cancelledSilent(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation, change: { $0.cancelTimeout = .seconds(2) }) { connection in
            let pid = try await connection.queryOne("SELECT pg_backend_pid()", as: Int.self)
            let begin = ContinuousClock.now
            let (inside, tell) = AsyncStream.makeStream(of: Void.self)
            let task = Task {
                try await connection.transaction { _ in
                    tell.finish()
                    try await Task.sleep(for: .seconds(60))
                }
            }
            for await _ in inside {}
            try await withStopped(pid) {
                task.cancel()
                let error = try await postgresError { try await task.value }
                #expect(error.code == .rollbackFailed && error.causes.first is CancellationError)
            }
            #expect(connection.failure != nil)
            #expect(ContinuousClock.now - begin < .seconds(20))
        }
    }

    @Test(
        "HARD-CASES 119: a query that is cancelled inside leaves no transaction open, and the connection in use",
        arguments: LiveServer.installations)
    func cancelledQuery(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            try await connection.execute("CREATE TEMP TABLE cancelled (n int)")
            let (inside, tell) = AsyncStream.makeStream(of: Void.self)
            let task = Task {
                try await connection.transaction { tx in
                    try await tx.execute("INSERT INTO cancelled VALUES (1)")
                    tell.finish()
                    _ = try await tx.execute("SELECT pg_sleep(600)")
                }
            }
            for await _ in inside {}
            task.cancel()
            let error = try await postgresError { try await task.value }
            #expect(error.code == .cancelled)
            #expect(connection.failure == nil && connection.isReusable)
            #expect(try await connection.queryOne("SELECT count(*) FROM cancelled", as: Int.self) == 0)
        }
    }

    @Test("a query whose time was up fails its transaction, also if the closure hides it")
    func timedOutQuery() async throws {
        try await LiveServer.withConnection(try #require(LiveServer.installations.first)) { connection in
            let hidden = try await postgresError {
                try await connection.transaction { tx in
                    _ = try? await tx.execute("SELECT pg_sleep(600)", mode: .unnamed, timeout: .seconds(1))
                }
            }
            #expect(hidden.code == .commitRolledBack)
            let inSavepoint = try await connection.transaction { tx in
                let error = try await postgresError {
                    try await tx.savepoint { sp in
                        _ = try? await sp.execute("SELECT pg_sleep(600)", mode: .unnamed, timeout: .seconds(1))
                    }
                }
                #expect(error.code == .commitRolledBack)
                return try await tx.queryOne("SELECT 1", as: Int.self)
            }
            #expect(inSavepoint == 1 && connection.isReusable)
        }
    }

    @Test("a COMMIT that was sent counts, though its task is cancelled", arguments: LiveServer.installations)
    func cancelledCommit(_ installation: Installation) async throws {
        try await LiveServer.withClient(installation, connections: 3) { client in
            try await heldCommitTable("cancelled_commit", lock: 120_001, client)
            try await client.withConnection { holder in
                try await holder.execute("SELECT pg_advisory_lock(120001)")
                let task = Task {
                    try await client.transaction { tx in
                        _ = try await tx.execute("INSERT INTO cancelled_commit VALUES (1)")
                    }
                }
                _ = try await waitForCommit(of: "cancelled_commit", client)
                task.cancel()
                try await holder.execute("SELECT pg_advisory_unlock(120001)")
                try await task.value
            }
            #expect(try await client.queryOne("SELECT count(*) FROM cancelled_commit", as: Int.self) == 1)
        }
    }

    @Test(
        "HARD-CASES 120: a connection that is lost during COMMIT leaves the outcome unknown, and nothing is retried",
        arguments: LiveServer.installations)
    func unknownOutcome(_ installation: Installation) async throws {
        try await LiveServer.withClient(installation, connections: 3) { client in
            try await heldCommitTable("unknown_outcome", lock: 120_002, client)
            let attempts = Counter()
            try await client.withConnection { holder in
                try await holder.execute("SELECT pg_advisory_lock(120002)")
                let task = Task {
                    try await client.transaction(retrying: .serializationFailures()) { tx in
                        attempts.increment()
                        _ = try await tx.execute("INSERT INTO unknown_outcome VALUES (1)")
                    }
                }
                let pid = try await waitForCommit(of: "unknown_outcome", client)
                _ = try await client.queryOne("SELECT pg_terminate_backend(\(pid))", as: Bool.self)
                let error = try await postgresError { try await task.value }
                #expect(error.code == .commitOutcomeUnknown && error.sql == "COMMIT" && !error.nothingWasSent)
                #expect((error.causes.first as? PostgresError)?.code == .connectionClosed)
                #expect(error.server?.sqlState == .adminShutdown)
                try await holder.execute("SELECT pg_advisory_unlock(120002)")
            }
            #expect(attempts.value == 1)
        }
    }

    @Test(
        "HARD-CASES 122: a BEGIN that is answered by FATAL closes the connection", arguments: LiveServer.installations)
    func fatalBegin(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            let pid = try await connection.queryOne("SELECT pg_backend_pid()", as: Int.self)
            var transaction: Task<Void, any Error>?
            try await withStopped(pid) {
                transaction = Task {
                    try await connection.transaction(retrying: .serializationFailures()) { _ in
                        _ = Issue.record("a transaction that did not begin ran")
                    }
                }
                // The request is in the socket when the signal to end reaches the process.
                try await LiveServer.withConnection(installation) { other in
                    while connection.isReusable { await Task.yield() }
                    _ = try await other.queryOne("SELECT pg_terminate_backend(\(pid))", as: Bool.self)
                }
            }
            let error = try await postgresError { try await transaction?.value }
            #expect(error.code == .connectionClosed && error.server?.sqlState == .adminShutdown)
            #expect(error.sql == "BEGIN" && connection.failure != nil)
        }
    }

    /// A table whose inserts make COMMIT wait for a lock, in a deferred trigger.
    private func heldCommitTable(_ name: String, lock: Int, _ db: PostgresClient) async throws {
        try await db.withConnection { connection in
            _ = try await connection.simpleQuery(
                """
                DROP TABLE IF EXISTS \(name);
                CREATE TABLE \(name) (n int);
                CREATE OR REPLACE FUNCTION \(name)_wait() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN PERFORM pg_advisory_xact_lock(\(lock)); RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON \(name) DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW EXECUTE FUNCTION \(name)_wait();
                """)
        }
    }

    /// Waits until a COMMIT waits in the table's trigger; returns the session's process.
    private func waitForCommit(of table: String, _ db: PostgresClient) async throws -> Int {
        while true {
            let query: PostgresQuery = """
                SELECT a.pid FROM pg_stat_activity a
                JOIN pg_locks l ON l.pid = a.pid AND l.relation = to_regclass(\(table))
                WHERE a.query = 'COMMIT' AND a.wait_event = 'advisory'
                """
            if let pid = try await db.queryOptional(query, as: Int.self) { return pid }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
