import PostgresPool
import Testing

/// What the pool answers to each event, as tables: an event, and what is to be done then.
@Suite("Pool state")
struct PoolStateTests {
    struct Story: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var configuration = PoolConfiguration()
        var isStarted = true
        var rows: [(PoolEvent, String)]
    }

    static func limits(
        _ maximum: Int, minimum: Int = 0, idle: Int = 0, opens: Int = 8, lifetime: Duration? = nil,
        idleTime: Duration? = nil
    ) -> PoolConfiguration {
        var configuration = PoolConfiguration()
        configuration.maximumConnections = maximum
        configuration.minimumConnections = minimum
        configuration.minimumIdleConnections = idle
        configuration.maximumConcurrentOpens = opens
        configuration.maximumLifetime = lifetime
        configuration.maximumIdleTime = idleTime
        configuration.healthCheckPeriod = .milliseconds(1)
        return configuration
    }

    @Test("answers", arguments: borrowing + limiting + failing + ageing + ending)
    func answers(story: Story) {
        let probe = PoolProbe(story.configuration, started: story.isStarted)
        for (number, row) in story.rows.enumerated() {
            let (event, expected) = row
            probe.send(event)
            probe.checkInvariants()
            #expect(probe.answer.joined(separator: ", ") == expected, "row \(number): \(event)")
        }
        #expect(probe.violations.isEmpty)
    }

    static let borrowing: [Story] = [
        Story(
            testDescription: "the first request opens a connection, the next one finds it idle",
            rows: [
                (.acquire, "w0 waits, open"), (.opened(0), "w0 gets c0"), (.release(0), "c0 idle"),
                (.acquire, "w1 gets c0"), (.release(0), "c0 idle"),
            ]),
        Story(
            testDescription: "whoever came first is served first",
            configuration: limits(1),
            rows: [
                (.acquire, "w0 waits, open"), (.opened(0), "w0 gets c0"), (.acquire, "w1 waits"),
                (.acquire, "w2 waits"), (.release(0), "w1 gets c0"), (.acquire, "w3 waits"),
                (.release(0), "w2 gets c0"), (.release(0), "w3 gets c0"),
            ]),
        Story(
            testDescription: "the connection used last is lent first",
            configuration: limits(2),
            rows: [
                (.acquire, "w0 waits, open"), (.acquire, "w1 waits, open"), (.opened(0), "w0 gets c0"),
                (.opened(0), "w1 gets c1"), (.release(1), "c1 idle"), (.release(0), "c0 idle"),
                (.acquire, "w2 gets c0"), (.acquire, "w3 gets c1"),
            ]),
        Story(
            testDescription: "a cancelled waiter is passed over and its connection stays",
            configuration: limits(2),
            rows: [
                (.acquire, "w0 waits, open"), (.acquire, "w1 waits, open"), (.cancel(0), ""),
                (.opened(0), "w1 gets c0"), (.opened(0), "c1 idle"),
            ]),
        Story(
            testDescription: "a second release changes nothing",
            rows: [
                (.acquire, "w0 waits, open"), (.opened(0), "w0 gets c0"), (.release(0), "c0 idle"), (.releaseTwice, ""),
            ]),
        Story(
            testDescription: "before the start one waits and nothing is opened",
            isStarted: false,
            rows: [
                (.acquire, "w0 waits"), (.acquire, "w1 waits"), (.start, "open, open"), (.opened(0), "w0 gets c0"),
            ]),
        Story(
            testDescription: "before the start a waiter's time runs out too",
            isStarted: false, rows: [(.acquire, "w0 waits"), (.tick(30_000), "w0 fails: timed out")]),
    ]

    static let limiting: [Story] = [
        Story(
            testDescription: "a connection that is closing counts until it is closed",
            configuration: limits(1),
            rows: [
                (.acquire, "w0 waits, open"), (.opened(0), "w0 gets c0"), (.acquire, "w1 waits"),
                (.releaseBroken(0), "close c0 broken"), (.acquire, "w2 waits"), (.closed(0), "open"),
                (.opened(0), "w1 gets c1"),
            ]),
        Story(
            testDescription: "no more than so many are opened at once",
            configuration: limits(4, opens: 2),
            rows: [
                (.acquire, "w0 waits, open"), (.acquire, "w1 waits, open"), (.acquire, "w2 waits"),
                (.opened(0), "w0 gets c0, open"), (.opened(0), "w1 gets c1"),
            ]),
        Story(
            testDescription: "the minimum is opened at the start and after a loss",
            configuration: limits(3, minimum: 2),
            isStarted: false,
            rows: [
                (.start, "open, open"), (.opened(0), "c0 idle"), (.opened(0), "c1 idle"),
                (.idleDied(0), "close c0 died, open"), (.acquire, "w0 gets c1"), (.closed(0), ""),
            ]),
        Story(
            testDescription: "the idle minimum is refilled as connections are lent, up to the maximum",
            configuration: limits(2, idle: 1),
            isStarted: false,
            rows: [
                (.start, "open"), (.opened(0), "c0 idle"), (.acquire, "w0 gets c0, open"), (.opened(0), "c1 idle"),
                (.acquire, "w1 gets c1"), (.release(0), "c0 idle"),
            ]),
        Story(
            testDescription: "a leased connection that dies is closed when it comes back, whatever its borrower says",
            rows: [
                (.acquire, "w0 waits, open"), (.opened(0), "w0 gets c0"), (.leaseDied(0), ""),
                (.release(0), "close c0 died"), (.closed(0), ""),
            ]),
    ]

    static let failing: [Story] = [
        Story(
            testDescription: "after a failure the waiters stay, and one attempt follows the pause",
            configuration: limits(3),
            rows: [
                (.acquire, "w0 waits, open"), (.acquire, "w1 waits, open"), (.openFailed(0, permanent: false), ""),
                (.openFailed(0, permanent: false), ""), (.tick(24), ""), (.tick(1), "open"),
                (.openFailed(0, permanent: false), ""), (.tick(49), ""), (.tick(1), "open"),
                (.opened(0), "w0 gets c0, open"), (.opened(0), "w1 gets c1"),
            ]),
        Story(
            testDescription: "a connection that comes back serves those who wait for a new one",
            configuration: limits(2),
            rows: [
                (.acquire, "w0 waits, open"), (.opened(0), "w0 gets c0"), (.acquire, "w1 waits, open"),
                (.openFailed(0, permanent: false), ""), (.release(0), "w1 gets c0"),
            ]),
        Story(
            testDescription: "whose time runs out learns why connecting failed last",
            rows: [
                (.acquire, "w0 waits, open"), (.openFailed(0, permanent: false), ""), (.tick(29_000), "open"),
                (.openFailed(0, permanent: false), ""), (.tick(1000), "w0 fails: timed out, connect 2"),
            ]),
        Story(
            testDescription: "a failure for good fails everybody at once, and newcomers until the pause ends",
            configuration: limits(3, opens: 1),
            rows: [
                (.acquire, "w0 waits, open"), (.acquire, "w1 waits"),
                (.openFailed(0, permanent: true), "w0 fails: connect 1, w1 fails: connect 1"),
                (.acquire, "w2 refused: connect 1"), (.tick(25), ""), (.acquire, "w3 waits, open"),
                (.opened(0), "w3 gets c0"),
            ]),
        Story(
            testDescription: "a reset ends the pause",
            rows: [
                (.acquire, "w0 waits, open"), (.openFailed(0, permanent: false), ""), (.reset, "open"),
                (.opened(0), "w0 gets c0"),
            ]),
    ]

    static let ageing: [Story] = [
        Story(
            testDescription: "an old connection is closed when it is given back",
            configuration: limits(2, lifetime: .seconds(10)),
            rows: [
                (.acquire, "w0 waits, open"), (.opened(0), "w0 gets c0"), (.tick(9_999), ""), (.release(0), "c0 idle"),
                (.acquire, "w1 gets c0"), (.tick(1), ""), (.release(0), "close c0 lifetime"),
            ]),
        Story(
            testDescription: "an old connection is not lent",
            configuration: {
                var configuration = limits(2, lifetime: .seconds(10))
                configuration.healthCheckPeriod = .seconds(60)
                return configuration
            }(),
            rows: [
                (.acquire, "w0 waits, open"), (.opened(0), "w0 gets c0"), (.release(0), "c0 idle"), (.tick(10_000), ""),
                (.acquire, "w1 waits, close c0 lifetime, open"), (.opened(0), "w1 gets c1"),
            ]),
        Story(
            testDescription: "a connection idle too long is closed, but not below the minimum",
            configuration: limits(3, minimum: 1, idleTime: .seconds(5)),
            isStarted: false,
            rows: [
                (.start, "open"), (.acquire, "w0 waits"), (.acquire, "w1 waits, open"), (.opened(0), "w0 gets c0"),
                (.opened(0), "w1 gets c1"), (.release(0), "c0 idle"), (.tick(1000), ""), (.release(0), "c1 idle"),
                (.tick(3999), ""), (.tick(1), "close c0 idleTime"), (.tick(10_000), ""),
            ]),
        Story(
            testDescription: "a reset replaces every connection, the leased ones when they come back",
            configuration: limits(3, minimum: 1),
            isStarted: false,
            rows: [
                (.start, "open"), (.opened(0), "c0 idle"), (.acquire, "w0 gets c0"), (.acquire, "w1 waits, open"),
                (.opened(0), "w1 gets c1"), (.release(0), "c0 idle"), (.acquire, "w2 gets c0"),
                (.acquire, "w3 waits, open"), (.release(0), "w3 gets c1"), (.release(1), "c1 idle"),
                (.reset, "close c1 reset"), (.opened(0), "close c2 reset"), (.release(0), "close c0 reset"),
                (.closed(0), "open"), (.opened(0), "c3 idle"),
            ]),
    ]

    static let ending: [Story] = [
        Story(
            testDescription: "shutdown fails the waiters, closes what is idle and waits for the leases",
            configuration: limits(2),
            rows: [
                (.acquire, "w0 waits, open"), (.acquire, "w1 waits, open"), (.opened(0), "w0 gets c0"),
                (.acquire, "w2 waits"), (.opened(0), "w1 gets c1"), (.release(1), "w2 gets c1"),
                (.release(1), "c1 idle"),
                (.shutdown, "close c1 shutdown"), (.closed(0), ""), (.acquire, "w3 refused: shut down"),
                (.shutdown, ""),
                (.release(0), "close c0 shutdown"), (.closed(0), "drained"),
            ]),
        Story(
            testDescription: "shutdown abandons attempts to connect",
            rows: [
                (.acquire, "w0 waits, open"), (.acquire, "w1 waits, open"),
                (.shutdown, "w0 fails: shut down, w1 fails: shut down, abandon, abandon"),
                (.openFailed(0, permanent: false), ""), (.opened(0), "close c0 shutdown"), (.closed(0), "drained"),
            ]),
        Story(
            testDescription: "when patience ends the leases are closed",
            rows: [
                (.acquire, "w0 waits, open"), (.opened(0), "w0 gets c0"), (.closeLeases, ""), (.shutdown, ""),
                (.closeLeases, "close c0 shutdown"), (.closed(0), "drained"),
            ]),
        Story(testDescription: "an empty pool is drained at once", rows: [(.shutdown, "drained")]),
        Story(
            testDescription: "a pool that was never started can be shut down",
            isStarted: false, rows: [(.acquire, "w0 waits"), (.shutdown, "w0 fails: shut down, drained")]),
    ]
}
