import PostgresPool
import Testing

/// When the pool wants to be woken, how it spreads lifetimes and pauses, and what it counts.
@Suite("Pool state and time")
struct PoolStateTimeTests {
    private func probe(_ change: (inout PoolConfiguration) -> Void) -> PoolProbe {
        var configuration = PoolConfiguration()
        change(&configuration)
        return PoolProbe(configuration)
    }

    @Test("is woken for the health check, for a waiter's deadline, and for the next attempt, whichever comes first")
    func wakeUps() {
        let probe = probe { _ in }
        #expect(probe.wakeUp == PoolTime(nanoseconds: 60_000_000_000))
        probe.send(.acquire)
        #expect(probe.wakeUp == PoolTime(nanoseconds: 30_000_000_000))
        probe.send(.openFailed(0, permanent: false))
        #expect(probe.wakeUp == PoolTime(nanoseconds: 25_000_000))
        probe.send(.tick(25))
        #expect(probe.wakeUp == PoolTime(nanoseconds: 30_000_000_000), "an attempt is under way")
        probe.send(.opened(0))
        #expect(probe.wakeUp == PoolTime(nanoseconds: 60_000_000_000))
        probe.send(.shutdown)
        #expect(probe.wakeUp == nil)
    }

    @Test(
        "the pause before the next attempt doubles, has a limit, and is between half and all of its length",
        arguments: [UInt32.min, .max / 2, .max])
    func pauses(random: UInt32) throws {
        let probe = probe {
            $0.acquireTimeout = nil
            $0.healthCheckPeriod = .seconds(3600)
        }
        probe.random = random
        probe.send(.acquire)
        for attempt in 0..<20 {
            probe.send(.openFailed(0, permanent: false))
            let whole = min(50_000_000 << Int64(attempt), 5_000_000_000)
            let pause = try #require(probe.wakeUp).elapsed(since: probe.now)
            #expect(pause >= whole / 2 && pause <= whole)
            if random == .max { #expect(pause >= whole - 1) }
            probe.now = probe.now.advanced(by: pause)
            probe.send(.tick(0))
            #expect(probe.answer == ["open"])
        }
    }

    @Test(
        "the jitter of lifetimes works below a second too",
        arguments: [(0, 1000), (UInt32.max / 2, 1249)] as [(UInt32, Int)])
    func jitter(random: UInt32, lives: Int) {
        let probe = probe {
            $0.maximumLifetime = .seconds(1)
            $0.maximumLifetimeJitter = .milliseconds(500)
        }
        probe.random = random
        probe.send(.acquire)
        probe.send(.opened(0))
        probe.send(.tick(lives - 1))
        probe.send(.release(0))
        #expect(probe.answer == ["c0 idle"])
        probe.send(.acquire)
        probe.send(.tick(2))
        probe.send(.release(0))
        #expect(probe.answer == ["close c0 lifetime"])
    }

    @Test("says how long a connection lay idle, for the ping policy")
    func idleTime() {
        let probe = probe { _ in }
        probe.send(.acquire)
        probe.send(.opened(0))
        probe.send(.release(0))
        probe.now = probe.now.advanced(by: 1500)
        let idle = probe.state.acquireIdle(now: probe.now)?.idleNanoseconds
        #expect(idle == 1500)
    }

    @Test("an own deadline goes before the configured one")
    func ownDeadline() {
        let probe = probe { $0.maximumConnections = 1 }
        _ = probe.state.acquire(7, deadline: PoolTime(nanoseconds: 5), now: probe.now)
        let early = probe.state.tick(now: PoolTime(nanoseconds: 4)).count
        #expect(early == 0)
        let tasks = probe.state.tick(now: PoolTime(nanoseconds: 5))
        guard case .fail(7, .timedOut(let statistics, .none))? = tasks.first else {
            Issue.record("expected a timeout, got \(tasks)")
            return
        }
        #expect(statistics.waiters == 1)
        #expect(statistics.constructing == 1)
        #expect(statistics.timedOutAcquireCount == 1)
    }

    @Test("counts who waited and how long, separately for those who got nothing")
    func counters() {
        let probe = probe { $0.maximumConnections = 1 }
        probe.send(.acquire)
        probe.send(.tick(10))
        probe.send(.opened(0))
        probe.send(.acquire)
        probe.send(.acquire)
        probe.send(.tick(5))
        probe.send(.cancel(0))
        probe.send(.tick(1))
        probe.send(.releaseBroken(0))
        probe.send(.closed(0))
        probe.send(.openFailed(0, permanent: true))
        let statistics = probe.state.statistics
        #expect(statistics.maximum == 1)
        #expect(statistics.acquireCount == 1)
        #expect(statistics.emptyAcquireCount == 1)
        #expect(statistics.acquireWait == .milliseconds(10))
        #expect(statistics.canceledAcquireCount == 1)
        #expect(statistics.failedAcquireCount == 1)
        #expect(statistics.failedAcquireWait == .milliseconds(11))
        #expect(statistics.newConnectionCount == 1)
        #expect(statistics.failedConnectionCount == 1)
        #expect(statistics.destroyed.broken == 1)
        #expect(statistics.destroyed.total == 1)
        probe.checkInvariants()
        #expect(probe.violations.isEmpty)
    }

    @Test("a late word about a connection that is gone is not taken for its successor")
    func lateReports() throws {
        let probe = probe { $0.maximumConnections = 1 }
        probe.send(.acquire)
        probe.send(.opened(0))
        let old = try #require(probe.leases.first).id
        probe.send(.releaseBroken(0))
        probe.send(.closed(0))
        probe.send(.acquire)
        probe.send(.opened(0))
        let new = try #require(probe.leases.first).id
        #expect(old.slot == new.slot && old != new)
        let died = probe.state.connectionDied(old, now: probe.now).count
        let closed = probe.state.closed(old, now: probe.now).count
        let failed = probe.state.openFailed(
            old, error: ConnectFailure(attempt: 0), permanent: true, random: 0, now: probe.now
        ).count
        #expect(died + closed + failed == 0)
        guard case .unknown = probe.state.release(old, verdict: .reusable, now: probe.now).outcome else {
            Issue.record("took back a connection that is gone")
            return
        }
        probe.checkInvariants()
        #expect(probe.violations.isEmpty)
    }

    @Test("times at the ends of the clock do not trap", arguments: [Int64.min, -1, 0, .max])
    func extremeTimes(start: Int64) {
        let probe = probe {
            $0.maximumLifetime = .seconds(Int64.max)
            $0.maximumLifetimeJitter = .seconds(Int64.max)
            $0.acquireTimeout = .seconds(Int64.max)
        }
        probe.now = PoolTime(nanoseconds: start)
        for event in [PoolEvent.acquire, .opened(0), .release(0), .tick(0), .acquire, .release(0), .reset, .shutdown]
        where probe.isPossible(event) {
            probe.send(event)
        }
        #expect(probe.violations.isEmpty)
    }
}
