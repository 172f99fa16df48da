import Foundation
import PostgresDriver
import PostgresFixtures
import PostgresWire
import Testing

@Suite("Replay: recorded sessions")
struct ReplayCorpusTests {
    @Test func corpusIsThere() {
        #expect(Corpus.recorded.count >= 20)
        #expect(Corpus.hostile.count >= 5)
    }

    @Test(
        "a recording prints back exactly, and its readable half says what its bytes say",
        arguments: Corpus.recorded + Corpus.hostile)
    func roundTrip(_ name: String) throws {
        let text = try String(contentsOfFile: Corpus.path(name), encoding: .utf8)
        let fixture = try Fixture(text: text, name: name)
        #expect(fixture.text == text)
        #expect(fixture.inconsistencies().map(\.description) == [])
    }

    @Test("no recording holds a password but the public one", arguments: Corpus.recorded)
    func publicPassword(_ name: String) throws {
        let text = try String(contentsOfFile: Corpus.path(name), encoding: .utf8)
        let bytes = try Corpus.fixture(name).bytes(from: .client)
        #expect(!text.contains("another one") && !String(decoding: bytes, as: UTF8.self).contains("another one"))
        for line in text.split(separator: "\n") where line.hasPrefix("password:") {
            #expect(line == "password: fixture")
        }
    }

    @Test(
        "the driver replays a recording whole and one byte at a time", .timeLimit(.minutes(1)),
        arguments: Corpus.recorded, [ReplayOptions.Delivery.recorded, .bytewise])
    func driver(_ name: String, _ delivery: ReplayOptions.Delivery) async throws {
        let replay = FixtureReplay(try Corpus.fixture(name), options: ReplayOptions(delivery: delivery))
        try await Self.run(try Corpus.script(name), replay)
        #expect(replay.mismatch == nil)
        #expect(replay.completedCount == 1)
    }

    /// Runs the script that made the recording, through the driver.
    static func run(_ script: FixtureScript, _ replay: FixtureReplay) async throws(FixtureError) {
        var opened: PostgresConnection?
        defer { opened?.close() }
        try await script.run { () async throws(PostgresError) in
            let connection = try await PostgresConnection.connect(replay.fixture.configuration, dialer: replay.dialer)
            opened = connection
            return connection
        } run: { (connection, step) async throws(PostgresError) in
            switch step.mode {
            case .simple: try await connection.simpleQuery(step.sql)
            case .extended: try await connection.execute(PostgresQuery(unsafeSQL: step.sql))
            }
        }
    }

    @Test(
        "a connection that breaks anywhere gives an error at once", .timeLimit(.minutes(1)), arguments: Corpus.recorded)
    func brokenAnywhere(_ name: String) async throws {
        let fixture = try Corpus.fixture(name)
        let script = try Corpus.script(name)
        let total = fixture.bytes(from: .server).count
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<25 {
            let cut = Int.random(in: 0..<total, using: &generator)
            let replay = FixtureReplay(fixture, options: ReplayOptions(cutAfter: cut))
            do throws(FixtureError) {
                try await Self.run(script, replay)
                // A script whose last step fails anyway may not notice.
                #expect(
                    script.connectMustFail || script.steps.contains { $0.mustFail } || cut >= total - 6, "cut at \(cut)"
                )
            } catch {
                #expect(!error.description.isEmpty)
            }
            #expect(replay.mismatch == nil, "cut at \(cut)")
        }
    }

    @Test("a changed client is told what it should have sent")
    func mismatch() async throws {
        let replay = FixtureReplay(try Corpus.fixture("query/simple"))
        let connection = try await PostgresConnection.connect(replay.fixture.configuration, dialer: replay.dialer)
        await #expect(throws: PostgresError.self) { try await connection.simpleQuery("SELECT 2") }
        let text = try #require(replay.mismatch).description
        #expect(text.contains("simple.session"))
        #expect(text.contains("SELECT 1 AS one") && text.contains("SELECT 2"))
    }
}
