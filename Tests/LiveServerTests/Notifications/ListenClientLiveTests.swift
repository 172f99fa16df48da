import PostgresFixtures
import PostgresPool
import Testing

@Suite(
    "Listening through a client", .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"),
    .timeLimit(.minutes(4)))
struct ListenClientLiveTests {
    typealias Installation = TemporaryServer.Installation

    /// How many sessions ran the LISTEN of a channel, and nothing since; other tests use the server as well.
    private func listeners(_ channel: String, _ db: PostgresClient) async throws -> Int {
        let command = "LISTEN \"\(channel)\""
        return try await db.queryOne("SELECT count(*) FROM pg_stat_activity WHERE query = \(command)", as: Int.self)
    }

    private func waitForListeners(_ count: Int, _ channel: String, _ db: PostgresClient) async throws -> Bool {
        for _ in 0..<500 {
            if try await listeners(channel, db) == count { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    private func terminateListener(of channel: String, _ db: PostgresClient) async throws {
        let pattern = "LISTEN \"\(channel)\""
        try await db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = \(pattern)")
    }

    @Test("all listeners share one connection that the pool does not lend", arguments: LiveServer.installations)
    func dedicated(_ installation: Installation) async throws {
        try await LiveServer.withClient(installation, connections: 1) { db in
            var first = try await db.listen("client a").makeAsyncIterator()
            var second = try await db.listen("client a").makeAsyncIterator()
            var other = try await db.listen("client b").makeAsyncIterator()
            #expect(db.statistics.acquired == 0)
            // The pool's only connection is free for everything else.
            try await db.transaction { tx in try await tx.notify("client a", "1") }
            try await db.notify("client b", "2")
            #expect(try await first.payloads(1) == ["1"])
            #expect(try await second.payloads(1) == ["1"])
            #expect(try await other.payloads(1) == ["2"])
            // The last LISTEN of the one connection was the one for b.
            #expect(try await listeners("client b", db) == 1)
            #expect(try await listeners("client a", db) == 0)
        }
    }

    @Test(
        "the connection is closed behind the last listener, and opened again for the next",
        arguments: LiveServer.installations)
    func onDemand(_ installation: Installation) async throws {
        try await LiveServer.withClient(installation) { db in
            for round in 0..<3 {
                let reader = Task { try await db.listen("client demand").payloads.first { _ in true } }
                #expect(try await waitForListeners(1, "client demand", db))
                try await db.notify("client demand", "\(round)")
                #expect(try await reader.value == "\(round)")
                #expect(try await waitForListeners(0, "client demand", db))
            }
        }
    }

    @Test("after the session was terminated, listening goes on behind a gap", arguments: LiveServer.installations)
    func terminated(_ installation: Installation) async throws {
        try await LiveServer.withClient(installation) { db in
            let channels = ["client one", "client two"]
            var first = try await db.listen(channels[0]).makeAsyncIterator()
            var second = try await db.listen(channels[1]).makeAsyncIterator()
            for round in 0..<3 {
                for channel in channels { try await db.notify(channel, "before \(round)") }
                #expect(try await first.payloads(1) == ["before \(round)"])
                #expect(try await second.payloads(1) == ["before \(round)"])
                for channel in channels { try await terminateListener(of: channel, db) }
                #expect(try await first.payloads(1) == ["gap: reconnected"])
                #expect(try await second.payloads(1) == ["gap: reconnected"])
                // From the gap on nothing is missed.
                for channel in channels { try await db.notify(channel, "after \(round)") }
                #expect(try await first.payloads(1) == ["after \(round)"])
                #expect(try await second.payloads(1) == ["after \(round)"])
            }
        }
    }

    @Test("after the server was restarted, listening goes on behind a gap")
    func restarted() async throws {
        let server = try await LiveServer.start(try #require(LiveServer.installations.first))
        try await PostgresClient(LiveServer.configuration(server)).run { db in
            var events = try await db.listen("client restart").makeAsyncIterator()
            #expect(await server.shutDown(.fast))
            // Who comes while the server is down waits for it.
            let late = Task { try await db.listen("client restart").payloads.first { _ in true } }
            try await Task.sleep(for: .milliseconds(300))
            try await server.startAgain()
            #expect(try await events.payloads(1) == ["gap: reconnected"])
            #expect(try await waitForListeners(1, "client restart", db))
            let notifier = Task {
                while !Task.isCancelled {
                    try await db.notify("client restart", "again")
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
            #expect(try await events.payloads(1) == ["again"])
            #expect(try await late.value == "again")
            notifier.cancel()
        }
        await server.stop()
    }

    @Test("a cancelled task stops listening, however far it has come", arguments: LiveServer.installations)
    func cancelled(_ installation: Installation) async throws {
        try await LiveServer.withClient(installation) { db in
            for round in 0..<30 {
                let reader = Task { for try await _ in try await db.listen("client cancelled") {} }
                if round.isMultiple(of: 2) { try await Task.sleep(for: .microseconds(round * 300)) }
                reader.cancel()
                let error = try await postgresError { try await reader.value }
                #expect(error.code == .cancelled)
            }
            #expect(try await waitForListeners(0, "client cancelled", db))
            #expect(db.statistics.acquired == 0)
        }
    }

    @Test("a shutdown ends the sequences and refuses new ones", arguments: LiveServer.installations)
    func shutdown(_ installation: Installation) async throws {
        let client = try PostgresClient(LiveServer.configuration(try await LiveServer.server(installation)))
        let running = Task { try await client.run() }
        let notifications = try await client.listen("client shutdown")
        let readers = (0..<3).map { _ in
            Task { () throws -> Int in
                var count = 0
                for try await _ in try await client.listen("client shutdown") { count += 1 }
                return count
            }
        }
        #expect(try await waitForListeners(1, "client shutdown", client))
        await client.shutdown()
        var events = notifications.makeAsyncIterator()
        #expect(try await events.next() == nil)
        for reader in readers {
            // Where a reader was slower than the shutdown, it is told so.
            do {
                #expect(try await reader.value == 0)
            } catch let error as PostgresError {
                #expect(error.code == .clientClosed)
            }
        }
        try await running.value
        let late = try await postgresError { _ = try await client.listen("client shutdown") }
        #expect(late.code == .clientClosed && late.nothingWasSent)
    }

    @Test("who listens to a client that is not run, or to a server that is not there, is told why")
    func unreachable() async throws {
        let server = try await LiveServer.server(try #require(LiveServer.installations.first))
        var configuration = LiveServer.configuration(server)
        let idle = try PostgresClient(configuration)
        let notRun = try await postgresError { _ = try await idle.listen("x", timeout: .milliseconds(50)) }
        #expect(notRun.code == .timedOut && notRun.message.contains("run()") && notRun.nothingWasSent)
        configuration.user = "tests"
        configuration.password = "wr0ng"
        try await PostgresClient(configuration).run { db in
            let error = try await postgresError { _ = try await db.listen("x") }
            #expect(error.code == .authenticationFailed)
        }
        configuration.hosts = [.tcp(host: "127.0.0.1", port: 1)]
        try await PostgresClient(configuration).run { db in
            let error = try await postgresError { _ = try await db.listen("x", timeout: .seconds(10)) }
            #expect(error.code == .timedOut && error.message.contains("last attempt"))
        }
    }

    @Test("a connection that is idle for long is asked whether it is still there")
    func health() async throws {
        try await LiveServer.withClient(try #require(LiveServer.installations.first)) {
            $0.healthCheckPeriod = .milliseconds(20)
        } _: { db in
            var events = try await db.listen("client health").makeAsyncIterator()
            try await Task.sleep(for: .milliseconds(200))
            try await db.notify("client health", "well")
            #expect(try await events.payloads(1) == ["well"])
            // LISTEN is no longer what the session did last.
            #expect(try await waitForListeners(0, "client health", db))
        }
    }

    @Test(
        "a borrowed connection on which somebody listens is closed, not lent again",
        arguments: LiveServer.installations)
    func dirty(_ installation: Installation) async throws {
        try await LiveServer.withClient(installation, connections: 1) { db in
            let (first, notifications) = try await db.withConnection { connection in
                (
                    try await connection.queryOne("SELECT pg_backend_pid()", as: Int.self),
                    try await connection.listen("client dirty")
                )
            }
            let second = try await db.queryOne("SELECT pg_backend_pid()", as: Int.self)
            #expect(first != second)
            let error = try await postgresError { for try await _ in notifications {} }
            #expect(error.code == .connectionClosed)
            // A LISTEN of the application's own counts as well.
            try await db.execute("LISTEN \"client own\"")
            let third = try await db.queryOne("SELECT pg_backend_pid()", as: Int.self)
            #expect(second != third)
        }
    }

    @Test(
        "a borrowed connection on which nobody listens any more is lent again, clean",
        arguments: LiveServer.installations)
    func clean(_ installation: Installation) async throws {
        try await LiveServer.withClient(installation, connections: 1) { db in
            let first = try await db.withConnection { connection in
                try await connection.notify("client clean", "x")
                _ = try await connection.listen("client clean")
                return try await connection.queryOne("SELECT pg_backend_pid()", as: Int.self)
            }
            let (second, channels) = try await db.withConnection { connection in
                (
                    try await connection.queryOne("SELECT pg_backend_pid()", as: Int.self),
                    try await connection.listeningChannels()
                )
            }
            #expect(first == second && channels == [])
        }
    }
}
