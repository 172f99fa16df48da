import PostgresPool
import Testing

/// Every sequence of events over a small pool, and a long random walk over a larger one.
@Suite("Pool state exploration")
struct PoolStateExplorationTests {
    static let alphabet: [PoolEvent] = [
        .acquire, .opened(0), .opened(-1), .openFailed(0, permanent: false), .openFailed(0, permanent: true),
        .release(0), .release(-1), .releaseBroken(0), .cancel(0), .cancel(-1), .idleDied(0), .leaseDied(0),
        .closed(0), .tick(50), .tick(2000), .reset, .shutdown,
    ]

    static func configuration(minimum: Int, idle: Int, opens: Int) -> PoolConfiguration {
        var configuration = PoolConfiguration()
        configuration.maximumConnections = 2
        configuration.minimumConnections = minimum
        configuration.minimumIdleConnections = idle
        configuration.maximumConcurrentOpens = opens
        configuration.maximumIdleTime = .seconds(3)
        configuration.maximumLifetime = .seconds(4)
        configuration.healthCheckPeriod = .seconds(2)
        configuration.acquireTimeout = .seconds(2)
        return configuration
    }

    static let prefixes: [[PoolEvent]] = [
        [],
        // Both connections lent and two waiters: from here every interleaving of release, cancel and hand-over.
        [.acquire, .acquire, .opened(0), .opened(0), .acquire, .acquire],
        // One idle, one lent.
        [.acquire, .acquire, .opened(0), .opened(0), .release(0)],
    ]

    /// Walks through every sequence like an odometer: the last choice changes first, and only what follows the changed
    /// choice is checked again.
    @Test("every sequence of events keeps the rules", arguments: [(0, 0, 8), (1, 0, 1), (0, 1, 8)], prefixes)
    func everySequence(limits: (Int, Int, Int), prefix: [PoolEvent]) {
        let configuration = Self.configuration(minimum: limits.0, idle: limits.1, opens: limits.2)
        // Chosen for a run of a few seconds in a debug build; each further event takes about eight times as long.
        let length = prefix.isEmpty ? (limits.1 == 0 ? 6 : 5) : 4
        var choices = [Int](repeating: 0, count: length)
        var changed = 0
        var sequences = 0
        while true {
            let probe = PoolProbe(configuration, speaks: false)
            for event in prefix where probe.isPossible(event) { probe.send(event) }
            var sent = 0
            search: while sent < length {
                while choices[sent] < Self.alphabet.count, !probe.isPossible(Self.alphabet[choices[sent]]) {
                    choices[sent] += 1
                }
                guard choices[sent] < Self.alphabet.count else { break search }
                probe.send(Self.alphabet[choices[sent]])
                if sent >= changed { probe.checkInvariants() }
                if !probe.violations.isEmpty {
                    let events = prefix + choices[...sent].map { Self.alphabet[$0] }
                    Issue.record("\(probe.violations) after \(events)")
                    return
                }
                sent += 1
            }
            sequences += 1
            // On to the next sequence: the deepest choice that was made moves on, those below start over.
            changed = sent - 1
            guard changed >= 0 else { break }
            choices[changed] += 1
            for deeper in (changed + 1)..<max(length, changed + 1) { choices[deeper] = 0 }
        }
        #expect(sequences > 1000)
    }

    @Test("a random walk keeps the rules", arguments: [UInt64(1), .random(in: 2...UInt64(UInt32.max))])
    func randomWalk(seed: UInt64) {
        var random = SplitMix64(state: seed)
        var configuration = Self.configuration(minimum: 2, idle: 1, opens: 3)
        configuration.maximumConnections = 6
        configuration.maximumLifetimeJitter = .seconds(1)
        let events =
            Self.alphabet.filter { $0 != .shutdown } + [
                .acquire, .acquire, .release(0), .release(-1), .opened(0), .closed(0), .closed(-1), .tick(1),
                .releaseTwice,
            ]
        let steps = 100_000
        let probe = PoolProbe(configuration, speaks: false)
        var step = 0
        while step < steps {
            let event = events[Int(random.next() % UInt64(events.count))]
            guard probe.isPossible(event) else { continue }
            probe.random = UInt32(truncatingIfNeeded: random.next())
            probe.send(event)
            probe.checkInvariants()
            step += 1
            if !probe.violations.isEmpty {
                Issue.record("seed \(seed), step \(step), \(event): \(probe.violations)")
                return
            }
        }
        let statistics = probe.state.statistics
        #expect(statistics.acquireCount > 1000 && statistics.timedOutAcquireCount > 0, "seed \(seed)")
        #expect(statistics.destroyed.lifetime > 0 && statistics.destroyed.reset > 0, "seed \(seed)")
        finish(probe, seed: seed)
    }

    /// However it looks at the end, the pool can be emptied.
    private func finish(_ probe: PoolProbe, seed: UInt64) {
        probe.send(.shutdown)
        while let event = [PoolEvent.release(0), .openFailed(0, permanent: false), .closed(0)].first(
            where: probe.isPossible)
        {
            probe.send(event)
            probe.checkInvariants()
        }
        #expect(probe.violations.isEmpty, "seed \(seed)")
        let isDrained = probe.state.isDrained
        #expect(isDrained && probe.drainedCount == 1, "seed \(seed)")
    }
}

/// A small generator with a seed, so that a failure can be repeated.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
