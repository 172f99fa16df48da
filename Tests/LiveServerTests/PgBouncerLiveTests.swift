import Foundation
import PostgresFixtures
import PostgresPool
import Testing

/// The driver behind PgBouncer in its three pool modes.
///
/// What a pool mode does not permit is left out there, and only there:
///
/// - statement mode: transactions and savepoints, which PgBouncer refuses;
/// - transaction and statement mode: `prepare`, temporary tables, LISTEN and SET, which belong to a session.
@Suite("Through PgBouncer", .enabled(if: LiveServer.isPossible), .serialized)
struct PgBouncerLiveTests {
    typealias Mode = PostgresExecutionMode
    typealias PoolMode = PgBouncer.PoolMode
    static let modes: [Mode] = [.unnamed, .simple, .cachedDescription, .describedEachTime]

    private func withClient(
        _ pool: PoolMode, _ mode: Mode, connections: Int = 64, cancelTimeout: Duration = .seconds(10),
        _ body: nonisolated(nonsending) (PostgresClient) async throws -> Void
    ) async throws {
        guard PgBouncer.program != nil else {
            // Where everything is required, its absence is a failure; else there is nothing to test.
            try #require(ProcessInfo.processInfo.environment["POSTGRES_REQUIRE_SERVER"] == nil, "pgbouncer is missing")
            return
        }
        let server = try await LiveServer.server(try #require(LiveServer.installations.first))
        let bouncer = try await PgBouncer.start(before: server, mode: pool)
        defer { bouncer.stop() }
        var configuration = LiveServer.configuration(server)
        configuration.hosts = [bouncer.endpoint]
        configuration.executionMode = mode
        configuration.cancelTimeout = cancelTimeout
        var limits = PoolConfiguration()
        limits.maximumConnections = connections
        let client = try PostgresClient(configuration, pool: limits)
        try await client.run(body)
    }

    @Test("64 tasks query, stream, fail, copy and batch", arguments: PoolMode.allCases, modes)
    func queries(_ pool: PoolMode, _ mode: Mode) async throws {
        try await withClient(pool, mode) { client in
            let table: PostgresQuery = "\(identifier: "bounced_\(pool.rawValue)_\(mode.rawValue)")"
            try await client.execute("CREATE TABLE \(table) (task int, value text)")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<64 {
                    group.addTask { try await Self.work(client, table, task, mode) }
                }
                try await group.waitForAll()
            }
            let total = try await client.queryOne("SELECT count(*) FROM \(table)", as: Int.self)
            #expect(total == 64 * (5 + (mode == .simple ? 0 : 3) + 4))
            try await client.execute("DROP TABLE \(table)")
        }
    }

    private static func work(
        _ client: PostgresClient, _ table: PostgresQuery, _ task: Int, _ mode: Mode
    ) async throws {
        for round in 0..<5 {
            let echoed = try await client.queryOne(
                "SELECT \(task)::int4, \("it's \(round)")::text", as: Int.self, String.self)
            #expect(echoed.0 == task && echoed.1 == "it's \(round)")
            try await client.execute("INSERT INTO \(table) VALUES (\(task), \("round \(round)"))")
        }
        var count = 0
        for try await _ in try await client.query("SELECT generate_series(1, \(500)::int4)").decode(Int.self) {
            count += 1
        }
        #expect(count == 500)
        let error = try await postgresError { try await client.execute("SELECT 1 / \(0)::int4") }
        #expect(error.server?.sqlState == .divisionByZero)
        if mode != .simple {
            let batch = PostgresBatch((0..<3).map { "INSERT INTO \(table) VALUES (\(task), \("batch \($0)"))" })
            let tags = try await client.execute(batch)
            #expect(tags.map(\.rowsAffected) == [1, 1, 1])
        }
        let copied = try await client.copyIn(raw: "COPY \(table) FROM STDIN") { writer in
            for line in 0..<4 { try await writer.write("\(task)\tcopied \(line)\n") }
        }
        #expect(copied == 4)
        var out: [UInt8] = []
        for try await chunk in try await client.copyOut(
            raw: "COPY (SELECT value FROM \(table) WHERE task = \(task) ORDER BY value LIMIT 1) TO STDOUT")
        {
            out += chunk
        }
        #expect(!out.isEmpty)
    }

    @Test(
        "transactions and savepoints, where a server is kept for them", arguments: [PoolMode.session, .transaction],
        modes)
    func transactions(_ pool: PoolMode, _ mode: Mode) async throws {
        try await withClient(pool, mode) { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<64 {
                    group.addTask {
                        let number = try await client.transaction { transaction in
                            let before = try await transaction.queryOne("SELECT txid_current()", as: Int.self)
                            _ = try? await transaction.savepoint { savepoint in
                                try await savepoint.execute("SELECT 1 / \(0)::int4")
                            }
                            let after = try await transaction.queryOne("SELECT txid_current()", as: Int.self)
                            #expect(before == after)
                            return try await transaction.queryOne("SELECT \(task)::int4", as: Int.self)
                        }
                        #expect(number == task)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("a transaction in statement mode is PgBouncer's error, not a hang")
    func statementMode() async throws {
        try await withClient(.statement, .unnamed, connections: 2) { client in
            let error = try await postgresError { try await client.transaction { _ in } }
            #expect(error.server != nil)
            let one = try await client.queryOne("SELECT 1", as: Int.self)
            #expect(one == 1)
        }
    }

    @Test("what belongs to a session works in session mode", arguments: [Mode.cachedStatement, .unnamed])
    func session(_ mode: Mode) async throws {
        try await withClient(.session, mode, connections: 4) { client in
            try await client.withConnection { connection in
                let statement = try await connection.prepare("SELECT $1::int4 + 1")
                try await connection.execute("CREATE TEMPORARY TABLE kept (id int)")
                try await connection.execute("SET statement_timeout = '1min'")
                for number in 0..<10 {
                    let next = try await connection.queryOne(statement(number), as: Int.self)
                    #expect(next == number + 1)
                    try await connection.execute("INSERT INTO kept VALUES (\(number))")
                }
                let count = try await connection.queryOne("SELECT count(*) FROM kept", as: Int.self)
                #expect(count == 10)
            }
        }
    }

    @Test("cancelled at random moments, no query gets another one's result", arguments: PoolMode.allCases)
    func cancelled(_ pool: PoolMode) async throws {
        try await withClient(pool, .unnamed, connections: 8, cancelTimeout: .seconds(5)) { client in
            let rounds = CancellationLiveTests.rounds / 20
            let seed = UInt64.random(in: 0...UInt64.max)
            print("cancel stress through PgBouncer: seed \(seed)")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<8 {
                    group.addTask {
                        var generator = SplitMix(seed: seed &+ UInt64(task))
                        for round in 0..<rounds {
                            let number = task * 100_000 + round
                            try await CancellationLiveTests.cancelledSomewhere(client, number, &generator)
                            let checked = try await client.queryOne("SELECT \(number)::int4", as: Int.self)
                            #expect(checked == number)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
