import PostgresFixtures
import PostgresWire
import Testing

@Suite("Replay: sessions of other clients")
struct ReplayClientTests {
    @Test(
        "a session is replayed whole and one byte at a time", .serialized, .timeLimit(.minutes(5)),
        arguments: Corpus.proxied,
        [ReplayOptions.Delivery.recorded, .whole, .bytewise])
    func whole(_ name: String, _ delivery: ReplayOptions.Delivery) async throws {
        let fixture = try Corpus.fixture(name)
        let replay = FixtureReplay(fixture, options: ReplayOptions(delivery: delivery))
        var client = RawClient(replay.transport())
        try await client.play(fixture.withoutMarkedExchange)
        #expect(client.received == fixture.withoutMarkedExchange.bytes(from: .server))
        #expect(replay.mismatch == nil && replay.completedCount == 1)
    }

    @Test("every message can be read by our codec", .serialized, arguments: Corpus.proxied)
    func codec(_ name: String) throws {
        let fixture = try Corpus.fixture(name)
        let messages = try backendMessages(fixture.bytes(from: .server))
        // What was read is written as it was.
        let recorded = fixture.messages.filter { $0.side == .server }.map(\.bytes)
        #expect(try messages.map { try Fixture.Message(server: $0).bytes } == recorded)
        for message in fixture.messages where message.side == .client && message.framing == .tagged {
            let tag = try #require(message.tag)
            let decoded = try FrontendMessage.decode(kind: tag, body: message.body.rawSpan)
            #expect(try Fixture.Message(client: decoded).bytes == message.bytes)
        }
    }

    @Test(
        "cut at any byte, a stream gives its whole messages and waits for more", .serialized, arguments: Corpus.proxied)
    func cutAnywhere(_ name: String) throws {
        let server = try Corpus.fixture(name).bytes(from: .server)
        var start = 0
        for place in 1...server.count {
            let rest = server.rawSpan.slice(from: start, to: place)
            let frame = try FrameSplitter.backend(rest, limits: Limits(), authenticated: true)
            if let frame, frame.totalLength == rest.byteCount { start = place }
            guard frame == nil || rest.byteCount <= frame?.totalLength ?? 0 else {
                Issue.record("a message that ends before byte \(place) was not seen")
                return
            }
        }
        #expect(start == server.count)
    }

    @Test("a session that is cut ends there", .serialized, .timeLimit(.minutes(5)), arguments: Corpus.proxied)
    func cut(_ name: String) async throws {
        let fixture = try Corpus.fixture(name).withoutMarkedExchange
        let server = fixture.bytes(from: .server)
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<50 {
            let place = Int.random(in: 0...server.count, using: &generator)
            let replay = FixtureReplay(fixture, options: ReplayOptions(delivery: .whole, cutAfter: place))
            var client = RawClient(replay.transport())
            try await client.play(fixture)
            guard client.received == Array(server[..<place]), replay.mismatch == nil else {
                Issue.record("cut at \(place): \(client.received.count) bytes, \(String(describing: replay.mismatch))")
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
        #expect(needed.filter { !kinds.contains($0) } == [])
    }
}
