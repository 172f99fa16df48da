import PostgresFixtures
import PostgresWire
import Testing

@Suite("Replay: sessions of other clients")
struct ReplayClientTests {
    @Test(
        "a session is replayed whole and one byte at a time", .timeLimit(.minutes(1)), arguments: Corpus.proxied,
        [ReplayOptions.Delivery.recorded, .whole, .bytewise])
    func whole(_ name: String, _ delivery: ReplayOptions.Delivery) async throws {
        let fixture = try Corpus.fixture(name)
        let replay = FixtureReplay(fixture, options: ReplayOptions(delivery: delivery))
        var client = RawClient(replay.transport())
        try await client.play(fixture.withoutMarkedExchange)
        #expect(client.received == fixture.withoutMarkedExchange.bytes(from: .server))
        #expect(replay.mismatch == nil && replay.completedCount == 1)
    }

    @Test("every message can be read by our codec", arguments: Corpus.proxied)
    func codec(_ name: String) throws {
        let fixture = try Corpus.fixture(name)
        let messages = try backendMessages(fixture.bytes(from: .server))
        // What was read is written as it was.
        #expect(try messages.map { try Fixture.Message(server: $0).bytes } == fixture.messages.filter { $0.side == .server }.map(\.bytes))
        for message in fixture.messages where message.side == .client && message.framing == .tagged {
            let tag = try #require(message.tag)
            let decoded = try FrontendMessage.decode(kind: tag, body: message.body.rawSpan)
            #expect(try Fixture.Message(client: decoded).bytes == message.bytes)
        }
    }

    @Test("a session that is cut at any byte ends there", .timeLimit(.minutes(1)), arguments: Corpus.proxied)
    func cut(_ name: String) async throws {
        let fixture = try Corpus.fixture(name).withoutMarkedExchange
        let server = fixture.bytes(from: .server)
        var generator = SeededGenerator(seed: 1)
        let all = Array(0...server.count)
        let places = server.count > 8_192 ? (0..<500).map { _ in Int.random(in: 0...server.count, using: &generator) } : all
        for place in places {
            let replay = FixtureReplay(fixture, options: ReplayOptions(delivery: .whole, cutAfter: place))
            var client = RawClient(replay.transport())
            try await client.play(fixture)
            guard client.received == Array(server[..<place]), replay.mismatch == nil else {
                Issue.record("cut at \(place): \(client.received.count) bytes came, \(String(describing: replay.mismatch))")
                return
            }
        }
    }

    @Test("both sides of COPY, cursors, pipelines and every state of a transaction are among them")
    func coverage() throws {
        var kinds: Set<String> = []
        for name in Corpus.proxied {
            for message in try Corpus.fixture(name).messages {
                kinds.insert("\(message.side) \(message.readable.prefix { $0 != " " })")
                if message.readable.hasPrefix("ReadyForQuery") { kinds.insert(message.readable) }
            }
        }
        let needed = [
            "server CopyInResponse", "server CopyOutResponse", "client CopyData", "server CopyData", "client CopyDone",
            "client CopyFail", "server CopyDone", "server NotificationResponse", "server NoticeResponse",
            "server ErrorResponse", "server EmptyQueryResponse", "server ParseComplete", "server ParameterStatus",
            "client Bind", "client Close", "client Query", "ReadyForQuery I", "ReadyForQuery T", "ReadyForQuery E",
        ]
        #expect(needed.filter { !kinds.contains($0) } == ["server EmptyQueryResponse"])
    }
}
