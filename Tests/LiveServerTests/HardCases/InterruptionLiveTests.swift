import Foundation
import PostgresFixtures
import PostgresPool
import Testing

@Suite(
    "Hard cases: interrupted by the client or the server",
    .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"), .timeLimit(.minutes(3)))
struct InterruptionLiveTests {
    typealias Installation = TemporaryServer.Installation

    /// What runs when its task is cancelled.
    enum Running: CaseIterable {
        case query, copyOut, copyIn, batch, parse, simple

        func run(_ connection: PostgresConnection, _ table: PostgresQuery) async throws {
            switch self {
            case .query: try await connection.execute("SELECT pg_sleep(600)")
            case .copyOut:
                let rows = try await connection.copyOut(
                    raw: "COPY (SELECT pg_sleep(0.001) FROM generate_series(1, 600000)) TO STDOUT")
                for try await _ in rows {}
            case .copyIn: try await connection.copyIn(raw: "COPY \(table) FROM STDIN") { _ in }
            case .batch: try await connection.execute(PostgresBatch(["SELECT 1", "SELECT pg_sleep(600)", "SELECT 2"]))
            case .parse: try await connection.execute("SELECT * FROM \(table)")
            case .simple: try await connection.simpleQuery("SELECT 1; SELECT pg_sleep(600)")
            }
        }
    }

    @Test(
        "HARD-CASES 84, 86: whatever runs when its task is cancelled stops, and the connection goes on",
        arguments: Running.allCases, [false, true])
    func cancelled(_ running: Running, _ inTransaction: Bool) async throws {
        let installation = try #require(LiveServer.installations.first)
        let table: PostgresQuery = "\(identifier: "cancelled_\(running)_\(inTransaction)")"
        try await LiveServer.withConnection(installation) { other in
            try await other.execute("CREATE TABLE \(table) (n int)")
            // Whoever wants the table, to parse or to copy, waits for the lock.
            try await other.execute("BEGIN")
            try await other.execute("LOCK TABLE \(table)")
            try await LiveServer.withConnection(installation) { connection in
                let pid = try await connection.queryOne("SELECT pg_backend_pid()", as: Int.self)
                if inTransaction { try await connection.execute("BEGIN") }
                let task = Task { try await running.run(connection, table) }
                // Sleeping or waiting for the lock: Client as its state would mean that it is still to begin.
                let isBusy: PostgresQuery = """
                    SELECT count(*) FROM pg_stat_activity
                    WHERE pid = \(pid) AND state = 'active' AND wait_event_type IN ('Timeout', 'Lock')
                    """
                // Not by the other connection: a transaction sees the same activity to its end.
                try await LiveServer.withConnection(installation) { watcher in
                    while try await watcher.queryOne(isBusy, as: Int.self) == 0 {}
                }
                task.cancel()
                let error = try await postgresError { try await task.value }
                #expect(error.code == .cancelled, "\(error)")
                if inTransaction {
                    let next = try await postgresError { try await connection.execute("SELECT 1") }
                    #expect(next.server?.sqlState == .inFailedSQLTransaction)
                    try await connection.execute("ROLLBACK")
                }
                for number in 0..<5 {
                    #expect(try await connection.queryOne("SELECT \(number)::int4", as: Int.self) == number)
                }
                #expect(connection.isReusable)
            }
            try await other.execute("ROLLBACK")
            try await other.execute("DROP TABLE \(table)")
        }
    }

    @Test("HARD-CASES 90: lock_timeout is the server's error", arguments: LiveServer.installations)
    func lockTimeout(_ installation: Installation) async throws {
        let table: PostgresQuery = "\(identifier: "lock_timeout_\(installation.majorVersion)")"
        try await LiveServer.withConnection(installation) { other in
            try await other.execute("CREATE TABLE \(table) (n int)")
            try await other.execute("BEGIN")
            try await other.execute("LOCK TABLE \(table)")
            try await LiveServer.withConnection(installation) { connection in
                try await connection.execute("SET lock_timeout = '30ms'")
                let error = try await postgresError { try await connection.execute("SELECT * FROM \(table)") }
                #expect(error.code == .server && error.server?.sqlState == .lockNotAvailable)
                #expect(connection.isReusable)
            }
            try await other.execute("ROLLBACK")
            try await other.execute("DROP TABLE \(table)")
        }
    }

    static let idleTimeouts: [(setting: String, inTransaction: Bool, since: Int, state: SQLState)] = [
        ("idle_in_transaction_session_timeout", true, 10, .idleInTransactionSessionTimeout),
        ("idle_session_timeout", false, 14, .idleSessionTimeout),
        ("transaction_timeout", true, 17, .transactionTimeout),
    ]

    @Test(
        "HARD-CASES 90: a server that ends an idle session says why", arguments: LiveServer.installations, idleTimeouts)
    func idleTimeout(
        _ installation: Installation, _ timeout: (setting: String, inTransaction: Bool, since: Int, state: SQLState)
    ) async throws {
        guard installation.majorVersion >= timeout.since else { return }
        try await LiveServer.withConnection(installation) { connection in
            try await connection.simpleQuery("SET \(timeout.setting) = '50ms'")
            if timeout.inTransaction { _ = try? await connection.execute("BEGIN") }
            for _ in 0..<1000 where connection.failure == nil { try await Task.sleep(for: .milliseconds(10)) }
            #expect(connection.failure?.server?.sqlState == timeout.state)
            let error = try await postgresError { try await connection.execute("SELECT 1") }
            #expect(error.code == .connectionClosed && error.nothingWasSent && error.server?.sqlState == timeout.state)
        }
    }

    @Test("HARD-CASES 90: a transaction that is idle for too long is told by the server's reason")
    func idleInTransaction() async throws {
        try await LiveServer.withClient(try #require(LiveServer.installations.first)) { client in
            let error = try await postgresError {
                try await client.transaction { tx in
                    try await tx.execute("SET idle_in_transaction_session_timeout = '50ms'")
                    try await Task.sleep(for: .seconds(1))
                    try await tx.execute("SELECT 1")
                }
            }
            #expect(error.server?.sqlState == .idleInTransactionSessionTimeout)
            #expect(try await client.queryOne("SELECT 1", as: Int.self) == 1)
        }
    }

    @Test(
        "HARD-CASES 91: after another backend has crashed every connection says so", arguments: LiveServer.installations
    )
    func crash(_ installation: Installation) async throws {
        let server = try await LiveServer.start(installation)
        let configuration = LiveServer.configuration(server)
        let idle = try await PostgresConnection.connect(configuration)
        let busy = try await PostgresConnection.connect(configuration)
        let victim = try await PostgresConnection.connect(configuration)
        let pid = try await victim.queryOne("SELECT pg_backend_pid()", as: Int.self)
        let task = Task { try await busy.execute("SELECT pg_sleep(600)", mode: .unnamed) }
        try await waitForSleeping(idle)
        kill(pid_t(pid), SIGKILL)
        let error = try await postgresError { _ = try await task.value }
        #expect(error.code == .connectionClosed && error.server?.sqlState == .crashShutdown, "\(error)")
        for _ in 0..<1000 where idle.failure == nil { try await Task.sleep(for: .milliseconds(10)) }
        // A busy machine's server may leave without its warning here, so the reason is asked of the busy one only.
        #expect(idle.failure?.code == .connectionClosed)
        let own = try await postgresError { try await victim.execute("SELECT 1") }
        #expect(own.code == .connectionClosed)
        await server.stop()
    }

    @Test(
        "HARD-CASES 92: a shutdown ends running queries with its reason, and the pool comes back with the server",
        arguments: [TemporaryServer.ShutdownMode.fast, .immediate])
    func shutdown(_ mode: TemporaryServer.ShutdownMode) async throws {
        let server = try await LiveServer.start(try #require(LiveServer.installations.first))
        var pool = PoolConfiguration()
        pool.acquireTimeout = .seconds(60)
        let client = try PostgresClient(LiveServer.configuration(server), pool: pool)
        try await client.run { client in
            // The roles must survive.
            try await client.execute("CHECKPOINT")
            let task = Task { try await client.execute("SELECT pg_sleep(600)") }
            try await waitForSleeping(client)
            #expect(await server.shutDown(mode))
            let error = try await postgresError { _ = try await task.value }
            #expect(error.code == .connectionClosed && error.server?.sqlState == .adminShutdown, "\(error)")
            try await server.startAgain()
            #expect(try await client.queryOne("SELECT 2", as: Int.self) == 2)
        }
        await server.stop()
    }

    private func waitForSleeping(_ db: some PostgresDatabase) async throws {
        let sleeping: PostgresQuery = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
        while try await db.queryOne(sleeping, as: Int.self) == 0 {}
    }
}
