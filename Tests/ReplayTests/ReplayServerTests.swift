import Foundation
import PostgresDriver
import PostgresFixtures
import PostgresWire
import Testing

@Suite("Replay: a recording as a server")
struct ReplayServerTests {
    /// Runs a server around `body`.
    private func serve(
        _ fixture: Fixture, _ options: ReplayOptions = ReplayOptions(),
        on endpoint: PostgresConfiguration.Endpoint = .tcp(host: "127.0.0.1", port: 0),
        _ body: (ReplayServer) async throws -> Void
    ) async throws {
        let server = try await ReplayServer(FixtureReplay(fixture, options: options), on: endpoint)
        async let running: Void = server.run()
        do {
            try await body(server)
        } catch {
            server.stop()
            await running
            throw error
        }
        server.stop()
        await running
    }

    /// How to connect on a machine that is busy with a thousand other tests.
    private static func patient(_ server: ReplayServer) -> PostgresConfiguration {
        var configuration = server.configuration
        configuration.connectTimeout = nil
        return configuration
    }

    @Test(
        "any client that sends what was recorded gets what was recorded", .timeLimit(.minutes(5)),
        arguments: Corpus.proxied)
    func otherClients(_ name: String) async throws {
        let fixture = try Corpus.fixture(name)
        try await serve(fixture) { server in
            var client = try await RawClient(to: server.endpoint)
            try await client.play(fixture.withoutMarkedExchange)
            #expect(client.received == fixture.withoutMarkedExchange.bytes(from: .server))
            #expect(server.replay.mismatch == nil)
        }
    }

    @Test(
        "our driver proves who it is with a nonce of its own", .timeLimit(.minutes(5)),
        arguments: Corpus.recorded.filter { $0.hasPrefix("startup/") || $0.hasPrefix("query/errors-") })
    func driver(_ name: String) async throws {
        let fixture = try Corpus.fixture(name)
        let script = try Corpus.script(name)
        try await serve(fixture) { server in
            for _ in 0..<2 { try await Corpus.run(script, Self.patient(server), .sockets) }
            #expect(server.replay.mismatch == nil)
            #expect(server.replay.connectionCount == 2)
        }
    }

    @Test("faults happen on sockets, too", .timeLimit(.minutes(5)), arguments: 0..<20 as Range<UInt64>)
    func faults(_ seed: UInt64) async throws {
        let fixture = try Corpus.fixture("query/errors-15")
        let script = try Corpus.script("query/errors-15")
        let plan = FaultPlan(seed: seed, for: fixture)
        // What is lost for ever would be waited for for ever: on a socket only the client's own deadline ends that.
        guard plan.faults.allSatisfy({ if case .drop = $0 { false } else { true } }) else { return }
        try await serve(fixture, ReplayOptions(faults: plan)) { server in
            do throws(FixtureError) {
                // Without the recorded exchange fewer bytes are sent, so a late cut may cut nothing.
                try await Corpus.run(script, Self.patient(server), .sockets)
            } catch {
                #expect(!plan.isHarmless, "\(plan): \(error)")
            }
            #expect(server.replay.mismatch == nil, "\(plan)")
        }
    }

    @Test("a wrong password is refused, with the reason", .timeLimit(.minutes(5)))
    func wrongPassword() async throws {
        try await serve(Corpus.fixture("startup/scram-18")) { server in
            var configuration = Self.patient(server)
            configuration.password = "guessed"
            let error = await #expect(throws: PostgresError.self) {
                try await PostgresConnection.connect(configuration)
            }
            #expect(error?.description.contains("the password of this recording is `fixture`") == true)
            #expect(server.replay.mismatch?.reason.contains("proof is wrong") == true)
        }
    }

    @Test("a client that differs is shown both sides and where it should have gone on", .timeLimit(.minutes(5)))
    func mismatch() async throws {
        try await serve(Corpus.fixture("startup/trust-18")) { server in
            let connection = try await PostgresConnection.connect(Self.patient(server))
            defer { connection.close() }
            let error = await #expect(throws: PostgresError.self) { try await connection.simpleQuery("SELECT 2") }
            let report = try #require(error?.server)
            #expect(report.sqlState == .protocolViolation && report.isFatal)
            let detail = try #require(report["D"])
            #expect(detail.contains("trust-18.session:") && detail.contains(#"sent:     Query "SELECT 2""#))
            #expect(detail.contains(#"expected: Parse "s1" "SELECT 1" 0"#))
            #expect(detail.contains(#"then:     Describe S "s1", then Sync"#))
        }
    }

    @Test("encryption is declined, a CancelRequest is taken, and neither is a session", .timeLimit(.minutes(5)))
    func otherPackets() async throws {
        let fixture = try Corpus.fixture("psql/scram-18")
        try await serve(fixture) { server in
            var cancel = try await RawClient(to: server.endpoint)
            try await cancel.send([0, 0, 0, 16, 0x04, 0xd2, 0x16, 0x2e, 0, 0, 0, 1, 0, 0, 0, 2])
            try await cancel.receiveToEnd()
            #expect(cancel.received.isEmpty)
            let probe = try await RawClient(to: server.endpoint)
            probe.close()
            var client = try await RawClient(to: server.endpoint)
            for code: UInt8 in [0x30, 0x2f] {
                try await client.send([0, 0, 0, 8, 0x04, 0xd2, 0x16, code])
            }
            try await client.receive(until: 2)
            #expect(client.received == Array("NN".utf8))
            try await client.send(fixture.messages[0].bytes)
            try await client.receive(until: 100)
            // The client leaves long before the end.
            client.close()
            while server.replay.mismatch == nil {
                try Task.checkCancellation()
                await Task.yield()
            }
            #expect(server.replay.connectionCount == 1)
            #expect(server.replay.mismatch?.reason.contains("left before the end") == true)
        }
    }

    @Test("what is no message at all is refused", .timeLimit(.minutes(5)))
    func garbage() async throws {
        try await serve(Corpus.fixture("startup/trust-18")) { server in
            for bytes: [UInt8] in [[0, 0, 0, 1], [0xff, 0xff, 0xff, 0xff], Array("GET / HTTP/1.1\r\n\r\n".utf8)] {
                var client = try await RawClient(to: server.endpoint)
                try await client.send(bytes)
                try await client.receiveToEnd()
                guard case .errorResponse(let report)? = try backendMessages(client.received).first else {
                    Issue.record("\(bytes): no error came")
                    continue
                }
                #expect(report.message.contains("no message"))
            }
            // A message that is announced to be huge is not waited for.
            var client = try await RawClient(to: server.endpoint)
            try await client.send(Corpus.fixture("startup/trust-18").messages[0].bytes + [0x51, 0x3f, 0, 0, 0])
            try await client.receiveToEnd()
            #expect(try backendMessages(client.received).last.map { "\($0)" }?.contains("no message") == true)
        }
    }

    @Test("a unix socket serves as well, and its file goes away", .timeLimit(.minutes(5)))
    func unixSocket() async throws {
        let name = "replay-\(UInt32.random(in: .min ... .max))"
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let script = try Corpus.script("startup/scram-18")
        let endpoint = PostgresConfiguration.Endpoint.unix(directory: directory, port: 5432)
        try await serve(Corpus.fixture("startup/scram-18"), on: endpoint) { server in
            try await Corpus.run(script, Self.patient(server), .sockets)
            #expect(server.replay.mismatch == nil)
            // The address is taken now.
            let replay = server.replay
            await #expect(throws: FixtureError.self) { try await ReplayServer(replay, on: endpoint) }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
    }

    /// The recorded client's half with other names for its statements.
    private func renamed(_ fixture: Fixture, _ change: (String) -> String) throws -> Fixture {
        var fixture = fixture
        fixture.lines = try fixture.lines.map { line in
            guard case .message(let message) = line, message.side == .client, let tag = message.tag else { return line }
            let new: FrontendMessage =
                switch try FrontendMessage.decode(kind: tag, body: message.body.rawSpan) {
                case .parse(let name, let sql, let types):
                    .parse(statement: change(name), sql: sql, parameterTypes: types)
                case .bind(let portal, let name, let formats, let parameters, let results):
                    .bind(
                        portal: portal, statement: change(name), parameterFormats: formats, parameters: parameters,
                        resultFormats: results)
                case .describe(.statement(let name)): .describe(.statement(change(name)))
                case .close(.statement(let name)): .close(.statement(change(name)))
                case let other: other
                }
            return .message(try Fixture.Message(client: new))
        }
        return fixture
    }

    static let names: [(String, ReplayOptions.Tolerance, isAccepted: Bool)] = [
        ("renamed", .statementNames, true), ("renamed", [], false), ("same", .statementNames, true),
        ("exchanged", .statementNames, true), ("all one", .statementNames, false), ("unnamed", .statementNames, false),
    ]

    @Test("statements may have other names where that was asked for", .timeLimit(.minutes(5)), arguments: names)
    func statementNames(_ kind: String, _ tolerance: ReplayOptions.Tolerance, _ isAccepted: Bool) async throws {
        let fixture = try Corpus.fixture("query/cached-18")
        let client = try renamed(fixture) { name in
            switch (kind, name) {
            case ("same", _): name
            case ("all one", _): "one"
            case ("unnamed", _): ""
            case ("exchanged", "s1"): "s2"
            case ("exchanged", "s2"): "s1"
            default: "another_" + name
            }
        }
        let replay = FixtureReplay(fixture, options: ReplayOptions(tolerance: tolerance))
        var raw = RawClient(replay.transport())
        if isAccepted {
            try await raw.play(client)
            #expect(raw.received == fixture.bytes(from: .server))
        } else {
            await #expect(throws: SystemError.self) { try await raw.play(client) }
        }
        #expect((replay.mismatch == nil) == isAccepted)
    }
}
