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
            let programmed = Corpus.programmed.filter { $0.hasSuffix("-\(version)") }
            #expect(programmed == DriverProgram.all.map { "\($0.name)-\(version)" }.sorted())
            #expect(Corpus.proxied.filter { $0.hasSuffix("-\(version)") }.count == Corpus.proxied.count / 3)
        }
    }

    @Test(
        "the programs' recordings hold every message of COPY, portals and transactions, and every error they are about",
        arguments: ["15", "17", "18"])
    func coverage(_ version: String) throws {
        var seen: Set<String> = []
        for name in Corpus.programmed where name.hasSuffix("-\(version)") {
            for message in try Corpus.fixture(name).messages {
                seen.insert("\(message.side == .client ? ">" : "<") \(message.readable.prefix { $0 != " " })")
                seen.insert(message.readable)
                if let code = message.readable.firstMatch(of: #/ C "(\w{5})"/#) { seen.insert(String(code.1)) }
            }
        }
        let messages = [
            "< CopyInResponse", "< CopyOutResponse", "> CopyData", "< CopyData", "> CopyDone", "< CopyDone",
            "> CopyFail", "< PortalSuspended", "> Flush", "> Close", "< CloseComplete", "< NotificationResponse",
            "ReadyForQuery I", "ReadyForQuery T", "ReadyForQuery E",
        ]
        let tags = ["ROLLBACK", "PREPARE TRANSACTION", "COMMIT PREPARED", "ROLLBACK PREPARED"]
        let errors = ["57014", "0A000", "26000", "23505", "22P02", "25P02"]
        let needed = messages + tags.map { #"CommandComplete "\#($0)""# } + errors
        #expect(needed.filter { !seen.contains($0) } == [])
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
        try await Corpus.work(name).run(replay)
        #expect(replay.mismatch == nil)
        #expect(replay.completedCount == 1)
    }

    @Test(
        "a connection that breaks anywhere gives an error at once", .serialized, .timeLimit(.minutes(5)),
        arguments: Corpus.recorded)
    func brokenAnywhere(_ name: String) async throws {
        let fixture = try Corpus.fixture(name)
        let work = try Corpus.work(name)
        let total = fixture.bytes(from: .server).count
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<25 {
            let cut = Int.random(in: 0..<total, using: &generator)
            let replay = FixtureReplay(fixture, options: ReplayOptions(cutAfter: cut))
            do {
                try await work.run(replay)
                #expect(work.mayEndEarly || cut >= total - 6, "cut at \(cut)")
            } catch {
                #expect(!"\(error)".isEmpty && !(error is DriverProgram.Difference), "cut at \(cut)")
            }
            #expect(replay.mismatch == nil, "cut at \(cut)")
        }
    }
}
