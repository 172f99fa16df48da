import PostgresDriver
import PostgresFixtures
import PostgresWire
import Testing

@Suite("Replay: scripted servers")
struct ReplayScriptTests {
    private static let login: [ScriptedServer.Step] = [
        .expectStartup(), .send(.authentication(.ok), .readyForQuery(.idle)),
    ]

    private static let one = RowDescription(columns: [ColumnDescription(name: "n", typeOID: 25)])

    @Test("a script is played in order, to any startup message and any query of a kind", .timeLimit(.minutes(5)))
    func inOrder() async throws {
        let server = try ScriptedServer(
            "one row",
            Self.login + [
                .expect(.query("SELECT 1")),
                .send(
                    .rowDescription(Self.one), .dataRow([Array("1".utf8)]), .commandComplete(CommandTag("SELECT 1")),
                    .readyForQuery(.idle)),
                .expectAny(.query), .send(.emptyQueryResponse, .readyForQuery(.idle)), .expect(.terminate),
            ])
        for user in ["somebody", "somebody else"] {
            var configuration = server.configuration
            configuration.user = user
            let connection = try await PostgresConnection.connect(configuration, dialer: server.dialer)
            let results = try await connection.simpleQuery("SELECT 1")
            #expect(results.count == 1)
            try await connection.simpleQuery("-- whatever \(user)")
            connection.close()
        }
        #expect(server.replay.mismatch == nil && server.replay.completedCount == 2)
    }

    @Test("another message than the script waits for is a difference", .timeLimit(.minutes(5)))
    func mismatch() async throws {
        let server = try ScriptedServer(
            "waits", Self.login + [.expect(.query("SELECT 1")), .send(.readyForQuery(.idle)), .expectAny(.parse)])
        let connection = try await PostgresConnection.connect(server.configuration, dialer: server.dialer)
        await #expect(throws: PostgresError.self) { try await connection.simpleQuery("SELECT 2") }
        let mismatch = try #require(server.replay.mismatch)
        #expect(mismatch.fixture == "waits" && mismatch.expected == #"Query "SELECT 1""#)
        #expect(mismatch.sent == #"Query "SELECT 2""# && mismatch.next == ["Parse (any)"])
    }

    @Test("a server may close, or send what is no message", .timeLimit(.minutes(5)), arguments: [true, false])
    func broken(_ closes: Bool) async throws {
        let server = try ScriptedServer(
            "breaks", Self.login + [.expectAny(.query), closes ? .close : .sendBytes([0x21, 0, 0, 0, 4])])
        let connection = try await PostgresConnection.connect(server.configuration, dialer: server.dialer)
        let error = await #expect(throws: PostgresError.self) { try await connection.simpleQuery("SELECT 1") }
        #expect(error?.server == nil)
        #expect(server.replay.mismatch == nil)
    }

    @Test("a script is played through a socket, password and all", .timeLimit(.minutes(5)), arguments: [true, false])
    func throughSocket(_ isRight: Bool) async throws {
        let script = try ScriptedServer(
            "asks",
            [
                .expectStartup(), .send(.authentication(.cleartextPassword)), .expect(.password(Array("open\0".utf8))),
                .send(.authentication(.ok), .readyForQuery(.idle)), .expect(.terminate),
            ])
        let server = try await ReplayServer(script.replay)
        async let running: Void = server.run()
        var configuration = script.configuration
        configuration.hosts = [server.endpoint]
        configuration.connectTimeout = nil
        configuration.password = isRight ? "open" : "shut"
        do throws(PostgresError) {
            try await PostgresConnection.connect(configuration).close()
            #expect(isRight)
        } catch {
            #expect(!isRight && error.server?.isFatal == true)
        }
        while script.replay.completedCount == 0, script.replay.mismatch == nil {
            try Task.checkCancellation()
            await Task.yield()
        }
        server.stop()
        await running
        #expect((script.replay.mismatch == nil) == isRight)
    }

    @Test("a script may have faults on top", .timeLimit(.minutes(5)))
    func faults() async throws {
        let options = ReplayOptions(faults: FaultPlan([.deliver(.bytewise), .insert(.notice("early"), before: 0)]))
        let server = try ScriptedServer("bytewise", options: options, Self.login + [.expect(.terminate)])
        try await PostgresConnection.connect(server.configuration, dialer: server.dialer).close()
        #expect(server.replay.mismatch == nil && server.replay.completedCount == 1)
    }

    @Test("a message that the protocol cannot carry is named by its step")
    func impossible() {
        let error = #expect(throws: FixtureError.self) {
            try ScriptedServer("impossible", Self.login + [.expect(.query("a\0b"))])
        }
        #expect(error?.reason.hasPrefix("step 3:") == true)
    }
}
