import Foundation
import PostgresFixtures
import PostgresPool
import Testing

@Suite("Cancellation and timeouts on a server", .enabled(if: LiveServer.isPossible))
struct CancellationLiveTests {
    typealias Installation = TemporaryServer.Installation

    /// How many queries the stress tests cancel: 10,000 in a long run.
    static let rounds = ProcessInfo.processInfo.environment["POSTGRES_TEST_LONG"] == nil ? 1000 : 10_000

    @Test("a task that is cancelled before it sends anything sends nothing")
    func beforeSending() async throws {
        let installation = try #require(LiveServer.installations.first)
        try await LiveServer.withConnection(installation) { connection in
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                _ = try await connection.execute("CREATE TABLE never_made (id int)")
            }
            task.cancel()
            let error = try await postgresError { try await task.value }
            #expect(error.code == .cancelled && error.nothingWasSent)
            let table = try await connection.queryOne("SELECT to_regclass('never_made')::text", as: String?.self)
            #expect(table == nil)
        }
    }

    @Test("a running query is stopped on the server, and the connection goes on", arguments: LiveServer.installations)
    func running(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            for _ in 0..<5 {
                let task = Task { _ = try await connection.execute("SELECT pg_sleep(600) /* to be stopped */") }
                try await Task.sleep(for: .milliseconds(20))
                task.cancel()
                let error = try await postgresError { try await task.value }
                #expect(error.code == .cancelled)
                let one = try await connection.queryOne("SELECT 1", as: Int.self)
                #expect(one == 1)
            }
            let running = try await connection.queryOne(
                "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(600) /* to be stopped%' AND state = 'active'",
                as: Int.self)
            #expect(running == 0)
        }
    }

    @Test("a timeout ends the call in time, whatever the server does", arguments: PostgresExecutionMode.allCases)
    func timeout(_ mode: PostgresExecutionMode) async throws {
        let installation = try #require(LiveServer.installations.first)
        try await LiveServer.withConnection(installation) { connection in
            let error = try await postgresError {
                try await connection.execute("SELECT pg_sleep(600)", mode: mode, timeout: .milliseconds(50))
            }
            #expect(error.code == .timedOut && error.sql?.contains("pg_sleep") == true)
            let quick = try await connection.queryOne("SELECT 2", as: Int.self, mode: mode, timeout: .seconds(60))
            #expect(quick == 2)
        }
    }

    @Test("a timeout covers reading rows, COPY, batches, scripts and waiting for a connection")
    func timeoutEverywhere() async throws {
        let installation = try #require(LiveServer.installations.first)
        let slow: PostgresQuery = "SELECT pg_sleep(0.02) FROM generate_series(1, 10000)"
        try await LiveServer.withClient(installation, connections: 1) { client in
            let rows = try await postgresError {
                var rows = try await client.query(slow, timeout: .milliseconds(60))
                while try await rows.next() != nil {}
            }
            #expect(rows.code == .timedOut)
            let copy = try await postgresError {
                let chunks = try await client.copyOut(
                    raw: "COPY (SELECT pg_sleep(0.02) FROM generate_series(1, 10000)) TO STDOUT",
                    timeout: .milliseconds(60))
                for try await _ in chunks {}
            }
            #expect(copy.code == .timedOut)
            let batch = try await postgresError {
                try await client.execute(PostgresBatch(["SELECT 1", slow]), timeout: .milliseconds(60))
            }
            #expect(batch.code == .timedOut)
            try await client.withConnection { connection in
                let script = try await postgresError {
                    try await connection.simpleQuery("SELECT pg_sleep(600)", timeout: .milliseconds(60))
                }
                #expect(script.code == .timedOut)
                let waiting = try await postgresError {
                    try await client.execute("SELECT 1", timeout: .milliseconds(60))
                }
                #expect(waiting.code == .timedOut && waiting.nothingWasSent)
            }
            #expect(try await client.queryOne("SELECT 3", as: Int.self) == 3)
            #expect(client.statistics.total == 1)
        }
    }

    @Test("a timeout outlasts what comes before the query itself", arguments: LiveServer.installations)
    func timeoutOfAllStages(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            // The statement is sent once more, because the server has forgotten it.
            let sleep: (Double) -> PostgresQuery = { "SELECT pg_sleep(\($0)::float8)" }
            try await connection.execute(sleep(0))
            try await connection.simpleQuery("DO 'BEGIN EXECUTE ''DEALLOCATE ALL''; END'")
            let again = try await postgresError {
                try await connection.execute(sleep(600), timeout: .milliseconds(300))
            }
            #expect(again.code == .timedOut)
            // The catalog is asked for the type first.
            try await connection.execute("CREATE TYPE pg_temp.unknown_yet AS ENUM ('a')")
            let typed = try await postgresError {
                try await connection.execute(
                    "SELECT 'a'::pg_temp.unknown_yet, pg_sleep(600)", timeout: .milliseconds(300))
            }
            #expect(typed.code == .timedOut)
            #expect(try await connection.queryOne("SELECT 1", as: Int.self) == 1)
        }
    }

    @Test("the server's own timeout stays the server's error", arguments: LiveServer.installations)
    func statementTimeout(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            try await connection.execute("SET statement_timeout = '30ms'")
            let error = try await postgresError { try await connection.execute("SELECT pg_sleep(600)") }
            #expect(error.code == .server && error.server?.sqlState == .queryCanceled)
        }
    }

    @Test("a cancelled query in a transaction fails the transaction", arguments: LiveServer.installations)
    func inTransaction(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            try await connection.execute("BEGIN")
            // Prepared before, so that it is the query itself that is cancelled, however slow the machine.
            _ = try await connection.prepare("SELECT pg_sleep(600)")
            _ = try await postgresError {
                try await connection.execute("SELECT pg_sleep(600)", timeout: .milliseconds(50))
            }
            let error = try await postgresError { try await connection.execute("SELECT 1") }
            #expect(error.server?.sqlState == .inFailedSQLTransaction)
            try await connection.execute("ROLLBACK")
            #expect(connection.isReusable)
        }
    }

    @Test("a COPY IN that waits for a lock can be cancelled", arguments: LiveServer.installations)
    func copyIn(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            let table = "locked_\(installation.majorVersion)"
            try await connection.execute("CREATE TABLE \(identifier: table) (id int)")
            try await LiveServer.withConnection(installation) { other in
                try await other.simpleQuery("BEGIN; LOCK TABLE \"\(table)\"")
                let error = try await postgresError {
                    try await connection.copyIn(raw: "COPY \(identifier: table) FROM STDIN", timeout: .milliseconds(50))
                    { _ in }
                }
                #expect(error.code == .timedOut)
            }
            let one = try await connection.queryOne("SELECT 1", as: Int.self)
            #expect(one == 1)
        }
    }

    @Test("rows that are dropped early leave the connection usable", arguments: LiveServer.installations)
    func abandonedRows(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            for rows in [10, 100_000, 100_000_000] {
                var stream: PostgresRows? = try await connection.query("SELECT generate_series(1, \(rows)::int4)")
                _ = try await stream?.next()
                stream = nil
                let one = try await connection.queryOne("SELECT 1", as: Int.self)
                #expect(one == 1)
            }
        }
    }

    @Test("a pool gets a cancelled connection back", arguments: LiveServer.installations)
    func pool(_ installation: Installation) async throws {
        try await LiveServer.withClient(installation, connections: 2) { client in
            for _ in 0..<20 {
                _ = try await postgresError {
                    try await client.execute("SELECT pg_sleep(600)", timeout: .milliseconds(5))
                }
                let process = try await client.queryOne("SELECT pg_backend_pid()", as: Int.self)
                #expect(process > 0)
            }
            #expect(client.statistics.total <= 2)
            #expect(client.statistics.newConnectionCount <= 2)
        }
    }

    @Test("a server that ignores the cancel request loses the connection at the deadline")
    func ignored() async throws {
        let installation = try #require(LiveServer.installations.first)
        try await LiveServer.withConnection(installation) {
            $0.cancelTimeout = .milliseconds(200)
        } _: { connection in
            // A statement that catches every cancellation and goes on.
            let stubborn: PostgresQuery = """
                DO 'BEGIN FOR i IN 1..100 LOOP BEGIN PERFORM pg_sleep(0.1);
                EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END'
                """
            _ = try await connection.prepare(stubborn.sql)
            let error = try await postgresError { try await connection.execute(stubborn, timeout: .milliseconds(50)) }
            #expect(error.code == .timedOut)
            let next = try await postgresError { try await connection.execute("SELECT 1") }
            #expect(next.code == .connectionClosed)
            #expect(connection.failure?.message.contains("did not end") == true)
        }
    }

    /// Runs a query with a result that can be checked and cancels it at some moment, or not.
    static func cancelledSomewhere(
        _ db: some PostgresDatabase, _ number: Int, _ generator: inout SplitMix
    ) async throws {
        let sleep = Double(generator.next() % 3) / 1000
        let patience = Int(generator.next() % 3000)
        let task = Task {
            try await db.queryOne("SELECT \(number)::int4 FROM pg_sleep(\(sleep)::float8)", as: Int.self)
        }
        if patience < 2500 {
            try await Task.sleep(for: .microseconds(patience))
            task.cancel()
        }
        do {
            let result = try await task.value
            #expect(result == number)
        } catch let error as PostgresError {
            #expect(error.code == .cancelled, "\(error)")
        }
    }

    @Test("cancelled at random moments, no query gets another one's result or cancellation")
    func stress() async throws {
        let installation = try #require(LiveServer.installations.first)
        var generator = SplitMix(seed: UInt64.random(in: 0...UInt64.max))
        print("cancel stress: seed \(generator.seed)")
        // A server of its own, so that all sockets to it are this test's.
        let server = try await LiveServer.start(installation)
        let connection = try await PostgresConnection.connect(LiveServer.configuration(server))
        do {
            for round in 0..<Self.rounds {
                try await Self.cancelledSomewhere(connection, round, &generator)
                let checked = try await connection.queryOne("SELECT \(round)::int4 * 2", as: Int.self)
                #expect(checked == round * 2)
            }
            #expect(connection.isReusable)
            #if os(Linux)
            // Only the connection itself is left of all the sockets that cancel requests went through.
            let sockets = try await OpenSockets.settled(at: 1, to: server.port)
            #expect(sockets == 1)
            #endif
        } catch {
            connection.close()
            await server.stop()
            throw error
        }
        connection.close()
        await server.stop()
    }

    @Test("the same with several tasks on one connection")
    func sharedStress() async throws {
        let installation = try #require(LiveServer.installations.first)
        let seed = UInt64.random(in: 0...UInt64.max)
        print("shared cancel stress: seed \(seed)")
        try await LiveServer.withConnection(installation) { connection in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<4 {
                    group.addTask {
                        var generator = SplitMix(seed: seed &+ UInt64(task))
                        for round in 0..<(Self.rounds / 4) {
                            let number = task * 1_000_000 + round
                            try await Self.cancelledSomewhere(connection, number, &generator)
                            let checked = try await connection.queryOne("SELECT \(number)::int4", as: Int.self)
                            #expect(checked == number)
                        }
                    }
                }
                try await group.waitForAll()
            }
            await connection.whenSettled()
            #expect(connection.isReusable)
        }
    }
}

/// A generator that a printed seed brings back.
struct SplitMix {
    let seed: UInt64
    private var state: UInt64

    init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
