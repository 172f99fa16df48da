import Foundation
import PostgresFixtures
import PostgresWire
import Testing

@Suite("Replay: faults on the way")
struct ReplayFaultTests {
    /// 100 plans a recording; 1,000 with `POSTGRES_TEST_LONG`.
    static let seeds: Range<UInt64> = {
        let isLong = ProcessInfo.processInfo.environment["POSTGRES_TEST_LONG"] != nil
        return 0..<(isLong ? 1_000 : 100)
    }()

    /// The corpus in four parts: as much at a time as there may be processors, without keeping other tests from running.
    private static func parts(_ names: [String]) -> [[String]] {
        (0..<4).map { part in names.enumerated().filter { $0.offset % 4 == part }.map(\.element) }
    }

    private func replay(_ fixture: Fixture, _ plan: FaultPlan) -> FixtureReplay {
        // What is lost is waited for no longer than it takes to notice.
        let patience: Duration = plan.isHarmless ? .seconds(10) : .milliseconds(1)
        return FixtureReplay(fixture, options: ReplayOptions(patience: patience, faults: plan))
    }

    @Test(
        "the driver comes to its results whatever a network may do, and to an error where the session breaks",
        .timeLimit(.minutes(30)), arguments: parts(Corpus.recorded))
    func driver(_ names: [String]) async throws {
        for name in names { try await driver(name) }
    }

    private func driver(_ name: String) async throws {
        let fixture = try Corpus.fixture(name)
        let work = try Corpus.work(name)
        for seed in Self.seeds {
            let plan = FaultPlan(seed: seed, for: fixture)
            let replay = replay(fixture, plan)
            var failure: (any Error)?
            do { try await work.run(replay) } catch { failure = error }
            if let mismatch = replay.mismatch { Issue.record("\(name), \(plan): \(mismatch)") }
            if plan.isHarmless {
                if let failure { Issue.record("\(name), \(plan): \(failure)") }
                if replay.completedCount != 1 { Issue.record("\(name), \(plan): was not played to its end") }
            } else if replay.completedCount != 0 {
                Issue.record("\(name), \(plan): was played to its end although it broke")
            }
        }
    }

    @Test(
        "a session of another client survives what a network may do, and ends where it breaks",
        .timeLimit(.minutes(30)), arguments: parts(Corpus.proxied))
    func otherClients(_ names: [String]) async throws {
        for name in names { try await otherClient(name) }
    }

    private func otherClient(_ name: String) async throws {
        let fixture = try Corpus.fixture(name).withoutMarkedExchange
        let recorded = fixture.bytes(from: .server)
        for seed in Self.seeds {
            let plan = FaultPlan(seed: seed, for: fixture)
            let replay = replay(fixture, plan)
            var client = RawClient(replay.transport(on: .default))
            let inserted = Self.inserted(plan, in: fixture)
            do {
                try await client.play(fixture, extra: inserted)
                if plan.isHarmless, try Self.withoutInsertions(client.received) != recorded {
                    Issue.record("\(name), \(plan): other bytes came than were recorded")
                }
            } catch {
                if plan.isHarmless { Issue.record("\(name), \(plan): \(error)") }
            }
            if let mismatch = replay.mismatch { Issue.record("\(name), \(plan): \(mismatch)") }
            if client.received.count > recorded.count + inserted { Issue.record("\(name), \(plan): too much came") }
        }
    }

    /// How many bytes a plan inserts.
    private static func inserted(_ plan: FaultPlan, in fixture: Fixture) -> Int {
        let options = ReplayOptions(faults: FaultPlan(plan.insertionsOnly))
        return FixtureReplay(fixture, options: options).serverByteCount - fixture.bytes(from: .server).count
    }

    /// What is left of a stream when the messages that plans insert are taken out.
    private static func withoutInsertions(_ bytes: [UInt8]) throws -> [UInt8] {
        var rest: [UInt8] = []
        for message in try backendMessages(bytes) {
            switch message {
            case .noticeResponse(let report) where report.message == "inserted between two messages": continue
            case .parameterStatus(let status) where status.name == "inserted": continue
            case .notificationResponse(let note) where note.channel == "inserted": continue
            default: rest += try Fixture.Message(server: message).bytes
            }
        }
        return rest
    }

    @Test("a seed gives the same plan for ever, and its description names the seed")
    func seeds() throws {
        let fixture = try Corpus.fixture("query/simple-15")
        let plans = (0..<200).map { FaultPlan(seed: $0, for: fixture) }
        #expect(plans == (0..<200).map { FaultPlan(seed: $0, for: fixture) })
        #expect(Set(plans.map(\.faults)).count > 150)
        #expect(plans[7].description.hasPrefix("seed 7: ["))
        #expect(plans.contains { $0.isHarmless } && plans.contains { !$0.isHarmless })
    }

    @Test("notices, parameters and notifications may stand in front of any message", .timeLimit(.minutes(1)))
    func insertions() async throws {
        let fixture = try Corpus.fixture("query/extended-15")
        let script = try Corpus.script("query/extended-15")
        let tags = fixture.messages.filter { $0.side == .server }.map(\.tag)
        let ready = try #require(tags.firstIndex(of: UInt8(ascii: "Z")))
        for place in tags.indices {
            var faults: [FaultPlan.Fault] = [
                .insert(.notice("n"), before: place), .insert(.parameterStatus(name: "a", value: ""), before: place),
            ]
            if place > ready { faults.append(.insert(.notification(channel: "c", payload: ""), before: place)) }
            let replay = FixtureReplay(fixture, options: ReplayOptions(faults: FaultPlan(faults)))
            try await Corpus.run(script, replay)
            #expect(replay.completedCount == 1, "before message \(place)")
        }
    }

    @Test("what is lost for ever ends in an error, not in waiting", .timeLimit(.minutes(1)))
    func drop() async throws {
        let fixture = try Corpus.fixture("query/simple-15")
        let plan = FaultPlan([.drop(after: fixture.bytes(from: .server).count - 3)])
        let replay = FixtureReplay(fixture, options: ReplayOptions(patience: .milliseconds(1), faults: plan))
        let error = await #expect(throws: FixtureError.self) {
            try await Corpus.run(Corpus.script("query/simple-15"), replay)
        }
        #expect(error?.reason.contains("timed out") == true)
        #expect(replay.mismatch == nil && replay.completedCount == 0)
    }

    @Test("what is delayed comes all the same, also without a clock", .timeLimit(.minutes(1)))
    func delay() async throws {
        let fixture = try Corpus.fixture("query/simple-15")
        let plan = FaultPlan([.delay(.milliseconds(1), before: 30), .delay(.milliseconds(1), before: 400)])
        for loop in [EventLoop.default, nil] {
            let replay = FixtureReplay(fixture, options: ReplayOptions(faults: plan))
            var client = RawClient(replay.transport(on: loop))
            try await client.play(fixture)
            #expect(client.received == fixture.bytes(from: .server))
        }
    }
}
