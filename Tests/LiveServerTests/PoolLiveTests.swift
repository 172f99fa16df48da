import Foundation
import PostgresFixtures
import PostgresPool
import Testing

@Suite(
    "A client with its pool", .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"),
    .timeLimit(.minutes(2)))
struct PoolLiveTests {
    typealias Installation = TemporaryServer.Installation

    @Test("many tasks share a few connections", arguments: LiveServer.installations)
    func sharing(_ installation: Installation) async throws {
        try await LiveServer.withClient(installation) { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<64 {
                    group.addTask {
                        for number in 0..<20 {
                            let sum = try await client.queryOne("SELECT \(task)::int4 + \(number)::int4", as: Int.self)
                            #expect(sum == task + number)
                        }
                    }
                }
                try await group.waitForAll()
            }
            let statistics = client.statistics
            #expect(statistics.idle <= 8 && statistics.acquired == 0 && statistics.newConnectionCount <= 8)
        }
    }

    @Test("a connection that comes back dirty is not lent again", arguments: LiveServer.installations)
    func dirty(_ installation: Installation) async throws {
        try await LiveServer.withClient(installation, connections: 1) { client in
            let first = try await client.withConnection { connection in
                try await connection.execute("BEGIN")
                return try await connection.queryOne("SELECT pg_backend_pid()", as: Int.self)
            }
            let second = try await client.queryOne("SELECT pg_backend_pid()", as: Int.self)
            #expect(first != second)
            let third = try await client.withConnection { connection in
                var rows = try await connection.query("SELECT generate_series(1, 10000000)")
                _ = try await rows.next()
                return connection.parameters["server_version"]
            }
            #expect(third != nil)
            #expect(try await client.queryOne("SELECT 1", as: Int.self) == 1)
        }
    }

    @Test("inside a loop over rows another query uses another connection", arguments: LiveServer.installations)
    func nested(_ installation: Installation) async throws {
        try await LiveServer.withClient(installation, connections: 2) { client in
            var sum = 0
            for try await number in try await client.query("SELECT generate_series(1, 5)").decode(Int.self) {
                sum += try await client.queryOne("SELECT \(number)::int4 * 2", as: Int.self)
            }
            #expect(sum == 30)
            #expect(client.statistics.acquired == 0)
        }
    }

    @Test("who waits too long is told why")
    func timeout() async throws {
        let installation = try #require(LiveServer.installations.first)
        try await LiveServer.withClient(installation, connections: 1) {
            $0.acquireTimeout = .seconds(2)
        } _: { client in
            // On a busy machine the first connection may take longer than that.
            for _ in 0..<20 where (try? await client.execute("SELECT 1")) == nil {}
            try await client.withConnection { _ in
                let error = try await postgresError { try await client.execute("SELECT 1") }
                #expect(error.code == .acquireTimedOut && error.nothingWasSent)
                #expect(error.message.contains("1 of at most 1 in use"))
            }
            try await client.execute("SELECT 1")
        }
    }

    @Test("a cancelled wait loses no connection")
    func cancelledWait() async throws {
        let installation = try #require(LiveServer.installations.first)
        try await LiveServer.withClient(installation, connections: 1) { client in
            for _ in 0..<50 {
                try await client.withConnection { _ in
                    let waiter = Task { try await client.execute("SELECT 1") }
                    await Task.yield()
                    waiter.cancel()
                    let error = try await postgresError { _ = try await waiter.value }
                    #expect(error.code == .cancelled)
                }
            }
            #expect(try await client.queryOne("SELECT 1", as: Int.self) == 1)
            #expect(client.statistics.acquired == 0)
        }
    }

    @Test("a lease gives its connection back once")
    func lease() async throws {
        let installation = try #require(LiveServer.installations.first)
        try await LiveServer.withClient(installation, connections: 1) { client in
            for _ in 0..<3 {
                let lease = try await client.acquire()
                #expect(client.statistics.acquired == 1)
                #expect(try await lease.connection.queryOne("SELECT 1", as: Int.self) == 1)
                lease.release()
                #expect(client.statistics.acquired == 0)
            }
        }
    }

    @Test("a wrong password fails at once, with that reason")
    func wrongPassword() async throws {
        let server = try await LiveServer.server(try #require(LiveServer.installations.first))
        var configuration = LiveServer.configuration(server)
        configuration.user = "tests"
        configuration.password = "wr0ng-secret"
        let client = try PostgresClient(configuration)
        try await client.run { client in
            let error = try await postgresError { try await client.execute("SELECT 1") }
            #expect(error.code == .authenticationFailed)
            #expect(error.description.contains("password authentication failed"))
            #expect(!error.description.contains("secret"))
        }
    }

    @Test("the pool comes back when the server does")
    func restart() async throws {
        let server = try await LiveServer.start(try #require(LiveServer.installations.first))
        let client = try PostgresClient(LiveServer.configuration(server))
        try await client.run { client in
            #expect(try await client.queryOne("SELECT 1", as: Int.self) == 1)
            #expect(await server.shutDown(.fast))
            try await server.startAgain()
            #expect(try await client.queryOne("SELECT 2", as: Int.self) == 2)
        }
        await server.stop()
    }

    @Test("a client that is not run, or no longer, says so")
    func life() async throws {
        let server = try await LiveServer.server(try #require(LiveServer.installations.first))
        var pool = PoolConfiguration()
        pool.acquireTimeout = .milliseconds(50)
        let client = try PostgresClient(LiveServer.configuration(server), pool: pool)
        let early = try await postgresError { try await client.execute("SELECT 1") }
        #expect(early.code == .acquireTimedOut && early.message.contains("run()"))
        let running = Task { try await client.run() }
        for _ in 0..<200 where (try? await client.execute("SELECT 1")) == nil {}
        running.cancel()
        try await running.value
        let late = try await postgresError { try await client.execute("SELECT 1") }
        #expect(late.code == .clientClosed)
        #expect(client.statistics.total == 0)
    }

    @Test("a shutdown waits for borrowed connections only so long")
    func shutdown() async throws {
        let server = try await LiveServer.server(try #require(LiveServer.installations.first))
        var pool = PoolConfiguration()
        pool.shutdownTimeout = .milliseconds(100)
        let client = try PostgresClient(LiveServer.configuration(server), pool: pool)
        let running = Task { try await client.run() }
        let borrower = Task { try await client.execute("SELECT pg_sleep(600)") }
        for _ in 0..<500 where client.statistics.acquired == 0 { try await Task.sleep(for: .milliseconds(10)) }
        await client.shutdown()
        let error = try await postgresError { _ = try await borrower.value }
        #expect(error.code == .connectionClosed)
        try await running.value
    }
}
