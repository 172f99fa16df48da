import Foundation
import PostgresDriver
import PostgresFixtures
import PostgresWire
import Synchronization
import Testing

/// The proxy in front of a server that is a recording itself.
@Suite("Replay: recording any client through the proxy")
struct ReplayProxyTests {
    /// Runs a proxy to a scripted or recorded server around `body`, and gives the sessions that it saw.
    private func record(
        _ replay: FixtureReplay, sessions expected: Int = 1,
        _ body: (FixtureProxy, ReplayServer) async throws -> Void
    ) async throws -> [FixtureProxy.Session] {
        let sessions = Mutex<[FixtureProxy.Session]>([])
        let server = try await ReplayServer(replay)
        let proxy = try await FixtureProxy(to: server.endpoint) { session in sessions.withLock { $0.append(session) } }
        async let serving: Void = server.run()
        async let passing: Void = proxy.run()
        do {
            try await body(proxy, server)
            // What a client sent last is still on its way.
            while sessions.withLock({ $0.count }) < expected {
                try Task.checkCancellation()
                await Task.yield()
            }
        } catch {
            proxy.stop()
            server.stop()
            throw error
        }
        proxy.stop()
        await passing
        server.stop()
        await serving
        return sessions.withLock { $0 }
    }

    private func configuration(_ fixture: Fixture, _ proxy: FixtureProxy) -> PostgresConfiguration {
        var configuration = fixture.configuration
        configuration.hosts = [proxy.endpoint]
        configuration.connectTimeout = nil
        return configuration
    }

    @Test(
        "of every kind of authentication marks are kept, and the rest is replayed without a password",
        .timeLimit(.minutes(5)),
        arguments: ["trust", "cleartext", "md5", "scram", "wrong-password", "missing-database"])
    func authentication(_ kind: String) async throws {
        let original = try Corpus.fixture("startup/\(kind)-18")
        let script = try Corpus.script("startup/\(kind)-18")
        let sessions = try await record(FixtureReplay(original)) { proxy, _ in
            try await Corpus.run(script, configuration(original, proxy), .sockets)
        }
        let fixture = try #require(sessions.first).fixture(named: "proxied.session")
        #expect(sessions.count == 1 && fixture.inconsistencies().isEmpty)
        #expect(fixture.isRedacted == original.header.usesPassword)
        #expect(!fixture.header.usesPassword)
        // It is a file like any other.
        #expect(try Fixture(text: fixture.text, name: fixture.name) == fixture)
        let secret = Array("fixture\0".utf8)
        #expect(!fixture.messages.contains { $0.tag == UInt8(ascii: "p") && $0.body == secret })
        // What has no secret is as it was.
        let unmarked = { (fixture: Fixture) in
            fixture.messages.filter { $0.tag != UInt8(ascii: "p") && $0.tag != UInt8(ascii: "R") }
        }
        #expect(unmarked(fixture) == unmarked(original))
        let replay = FixtureReplay(fixture)
        try await Corpus.run(script, replay)
        #expect(replay.mismatch == nil && replay.completedCount == 1)
    }

    @Test("a password message that is cut off leaves nothing behind", .timeLimit(.minutes(5)))
    func cutOff() async throws {
        let script = try ScriptedServer(
            "asks", [.expectStartup(), .send(.authentication(.cleartextPassword)), .expectAny(.password)])
        let sessions = try await record(script.replay) { proxy, _ in
            var client = try await RawClient(to: proxy.endpoint)
            try await client.send(Corpus.fixture("startup/trust-18").messages[0].bytes)
            try await client.receive(until: 9)
            try await client.send([0x70, 0, 0, 0, 20] + Array("half of my pass".utf8))
            client.close()
        }
        let fixture = try #require(sessions.first).fixture(named: "cut")
        #expect(!fixture.text.contains("68616c66") && !fixture.text.contains("half of"))
        #expect(fixture.inconsistencies().isEmpty)
    }

    @Test("encryption is declined, and several clients are recorded apart", .timeLimit(.minutes(5)))
    func severalClients() async throws {
        let original = try Corpus.fixture("psql/copy-17")
        let played = original.withoutMarkedExchange
        let sessions = try await record(FixtureReplay(original), sessions: 3) { proxy, _ in
            for _ in 0..<3 {
                var client = try await RawClient(to: proxy.endpoint)
                try await client.send([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x30, 0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])
                try await client.receive(until: 2)
                #expect(client.received == Array("NN".utf8))
                let count = played.bytes(from: .server).count
                for message in played.messages where message.side == .client { try await client.send(message.bytes) }
                try await client.receive(until: 2 + count)
                #expect(Array(client.received.dropFirst(2)) == played.bytes(from: .server))
                client.close()
            }
        }
        #expect(sessions.count == 3)
        for session in sessions {
            let fixture = try session.fixture(named: "again")
            #expect(fixture.bytes(from: .client) == played.bytes(from: .client))
            #expect(fixture.bytes(from: .server) == played.bytes(from: .server))
            // The client's goodbye comes before the server's.
            #expect(fixture.lines.last == .close(.client))
        }
    }

    @Test("a CancelRequest is passed on and is no session", .timeLimit(.minutes(5)))
    func cancelRequest() async throws {
        let sessions = try await record(FixtureReplay(Corpus.fixture("startup/trust-18")), sessions: 0) { proxy, _ in
            var client = try await RawClient(to: proxy.endpoint)
            try await client.send([0, 0, 0, 16, 0x04, 0xd2, 0x16, 0x2e, 0, 0, 0, 1, 0, 0, 0, 2])
            try await client.receiveToEnd()
            #expect(client.received.isEmpty)
        }
        #expect(sessions.isEmpty)
    }

    @Test("a server that cannot be reached is an error for the client and for the recording", .timeLimit(.minutes(5)))
    func unreachable() async throws {
        let sessions = Mutex<[FixtureProxy.Session]>([])
        // No port of this machine: any that is free now another test may take.
        let nowhere = PostgresConfiguration.Endpoint.unix(directory: "/no/such/directory", port: 5432)
        let proxy = try await FixtureProxy(to: nowhere) { session in sessions.withLock { $0.append(session) } }
        async let passing: Void = proxy.run()
        var configuration = configuration(try Corpus.fixture("startup/trust-18"), proxy)
        configuration.connectTimeout = nil
        let error = await #expect(throws: PostgresError.self) { try await PostgresConnection.connect(configuration) }
        #expect(error?.server?.message.contains("cannot reach the server") == true)
        proxy.stop()
        await passing
        #expect(sessions.withLock { $0.first?.failure?.contains("onnect") } == true)
    }
}
