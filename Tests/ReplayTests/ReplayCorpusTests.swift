import Foundation
import PostgresDriver
import PostgresFixtures
import PostgresWire
import Testing

@Suite("Replay: recorded sessions")
struct ReplayCorpusTests {
    @Test func corpusIsThere() {
        #expect(Corpus.recorded.count + Corpus.proxied.count >= 40)
        #expect(Corpus.hostile.count >= 40)
        // Each script was run on three versions.
        for version in ["15", "17", "18"] {
            #expect(Corpus.recorded.filter { $0.hasSuffix("-\(version)") }.count == Corpus.recorded.count / 3)
            #expect(Corpus.proxied.filter { $0.hasSuffix("-\(version)") }.count == Corpus.proxied.count / 3)
        }
    }

    @Test(
        "a recording prints back exactly, and its readable half says what its bytes say", .serialized,
        arguments: Corpus.recorded + Corpus.proxied + Corpus.hostile + Corpus.benchmarks)
    func roundTrip(_ name: String) throws {
        let text = try String(contentsOfFile: Corpus.path(name), encoding: .utf8)
        var fixture = try Fixture(text: text, name: name)
        if ProcessInfo.processInfo.environment["UPDATE_FIXTURES"] != nil {
            fixture.renderAgain()
            return try fixture.write(to: Corpus.path(name))
        }
        #expect(fixture.text == text)
        #expect(fixture.inconsistencies().map(\.description) == [])
    }

    @Test(
        "the driver replays a recording whole and one byte at a time", .serialized, .timeLimit(.minutes(5)),
        arguments: Corpus.recorded, [ReplayOptions.Delivery.recorded, .bytewise])
    func driver(_ name: String, _ delivery: ReplayOptions.Delivery) async throws {
        let replay = FixtureReplay(try Corpus.fixture(name), options: ReplayOptions(delivery: delivery))
        try await Corpus.run(Corpus.script(name), replay)
        #expect(replay.mismatch == nil)
        #expect(replay.completedCount == 1)
    }

    @Test(
        "a connection that breaks anywhere gives an error at once", .serialized, .timeLimit(.minutes(5)),
        arguments: Corpus.recorded)
    func brokenAnywhere(_ name: String) async throws {
        let fixture = try Corpus.fixture(name)
        let script = try Corpus.script(name)
        let total = fixture.bytes(from: .server).count
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<25 {
            let cut = Int.random(in: 0..<total, using: &generator)
            let replay = FixtureReplay(fixture, options: ReplayOptions(cutAfter: cut))
            do throws(FixtureError) {
                try await Corpus.run(script, replay)
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
}
