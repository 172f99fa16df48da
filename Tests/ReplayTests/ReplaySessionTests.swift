import Foundation
import PostgresDriver
import PostgresFixtures
import PostgresWire
import Testing

@Suite("Replay: the pure session")
struct ReplaySessionTests {
    static let sessions = Corpus.recorded

    private func session(_ name: String) throws -> RecordedSession { try RecordedSession(Corpus.fixture(name)) }

    @Test(
        "the session sends what was recorded, also where answers are taken in one go", .serialized, arguments: sessions)
    func output(_ name: String) throws {
        let session = try session(name)
        let outcome = try session.play(session.server)
        #expect(outcome.error == nil)
        #expect(outcome.unread == 0)
        // A server that closes may do so before the last request was recorded whole.
        #expect(outcome.output == session.client)
        #expect(try session.play(session.server, isPlain: true) == outcome)
    }

    @Test(
        "bytes that come one by one give the same events, and so does a stream that ends anywhere, up to there",
        .serialized, arguments: sessions)
    func bytewise(_ name: String) throws {
        let session = try session(name)
        let whole = try session.play(session.server)
        let isLong = session.server.count > 8_192
        let places = isLong ? Self.places(in: session, 500) : Array(1..<session.server.count)
        var count = 0
        // Up to a place, the session has seen nothing else than one whose stream ends there.
        let outcome = try session.play(session.server, pieces: places) { outcome in
            let isSame = outcome.events.last.map { $0 == whole.events[outcome.events.count - 1] } ?? true
            if !isSame || outcome.unread >= session.server.count { Issue.record("differs: \(outcome)") }
            count += 1
        }
        #expect(outcome == whole)
        #expect(count == places.count)
        // In pieces of some bytes, answers that are taken in one go end in many places.
        let pieces = stride(from: 1, to: places.count, by: 25).map { places[$0] }
        #expect(try session.play(session.server, pieces: pieces, isPlain: true) == whole)
    }

    @Test("a stream that comes at once and ends anywhere waits for more", .serialized, arguments: sessions)
    func cut(_ name: String) throws {
        let session = try RecordedSession(Corpus.fixture(name), trusted: !name.hasPrefix("startup/"))
        let whole = try session.play(session.server)
        // In a short run the test above has seen every byte.
        let isLong = ProcessInfo.processInfo.environment["POSTGRES_TEST_LONG"] != nil
        let all = isLong && session.server.count <= 8_192
        let some = isLong ? Self.places(in: session, 500) : Self.places(in: session, 10, around: [0])
        for place in all ? Array(1..<session.server.count) : some {
            let outcome = try session.play(Array(session.server[..<place]))
            guard outcome.error == nil, outcome.unread < session.server.count,
                outcome.events.elementsEqual(whole.events.prefix(outcome.events.count))
            else {
                Issue.record("cut at \(place): \(outcome)")
                return
            }
        }
    }

    /// Around every boundary of a message, and so many places anywhere.
    static func places(in session: RecordedSession, _ count: Int, around offsets: [Int] = [-1, 0, 1, 5]) -> [Int] {
        var generator = SeededGenerator(seed: 500)
        var places = Set<Int>()
        for boundary in session.boundaries { places.formUnion(offsets.map { boundary + $0 }) }
        for _ in 0..<count { places.insert(Int.random(in: 0..<session.server.count, using: &generator)) }
        return places.filter { $0 > 0 && $0 < session.server.count }.sorted()
    }
}

@Suite("Replay: hostile servers")
struct ReplayHostileTests {
    @Test("every hostile recording is refused with an error", .serialized, arguments: Corpus.hostileProtocol)
    func refused(_ name: String) throws {
        let session = try RecordedSession(Corpus.fixture(name))
        let outcome = try session.play(session.server)
        let error = try #require(outcome.error)
        #expect(!error.description.isEmpty)
        #expect(try session.play(session.server, isPlain: true) == outcome)
        #expect(outcome.output.count <= session.client.count)
    }

    @Test("a value that is not what its type says is an error of the query", arguments: Corpus.hostileValues)
    func refusedValue(_ name: String) async throws {
        let replay = FixtureReplay(try Corpus.fixture(name))
        let connection = try await PostgresConnection.connect(replay.fixture.configuration, dialer: replay.dialer)
        defer { connection.close() }
        let error = await #expect(throws: PostgresError.self) {
            _ = try await connection.query("SELECT 1", as: [Int32].self)
        }
        #expect(error?.code == .decodingFailed)
        #expect(replay.mismatch == nil)
    }

    static let impossible: [Int32] = [.min, -1, 0, 1, 2, 3, .max]

    @Test(
        "impossible lengths of every kind are refused at once, before and after authentication", arguments: impossible)
    func badLength(_ length: Int32) throws {
        let session = try RecordedSession(Corpus.fixture("startup/trust-15"))
        for kind in BackendKind.allCases {
            for prefix in [[], session.server] {
                let bad = prefix + [kind.rawValue] + length.bytes
                let outcome = try session.play(bad)
                #expect(outcome.error == .badLength(kind: kind.rawValue, length: length), "\(kind)")
            }
        }
    }

    @Test("a length one above the limit is refused, for every kind")
    func aboveLimit() throws {
        let session = try RecordedSession(Corpus.fixture("startup/trust-15"))
        let limits = Limits()
        for kind in BackendKind.allCases {
            let limit = kind.mayBeLong ? limits.longFrame : limits.shortFrame
            let length = Int32(limit + 1)
            let header = [kind.rawValue] + length.bytes
            #expect(try session.play(session.server + header).error == .badLength(kind: kind.rawValue, length: length))
        }
    }

    @Test("every byte that is no message kind is refused by its name")
    func unknownKinds() throws {
        let session = try RecordedSession(Corpus.fixture("startup/trust-15"))
        for kind in UInt8.min...UInt8.max where BackendKind(rawValue: kind) == nil {
            #expect(try session.play(session.server + [kind]).error == .unknownKind(kind))
        }
    }
}
