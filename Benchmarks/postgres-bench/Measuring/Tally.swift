/// One of the two passes over a workload: the warm-up, which is thrown away, and the timed one.
struct Pass: Sendable {
    let isWarmUp: Bool

    /// When to stop, on the monotonic clock.
    let deadline: UInt64

    /// How many operations a task makes at most.
    var most = Int.max
}

/// What one task did in one pass.
///
/// Reads the clock once an operation: the end of one is the beginning of the next.
struct Tally: Sendable {
    private(set) var operations = 0
    private(set) var rows = 0
    private(set) var bytes = 0
    private(set) var latencies = LatencyHistogram()
    /// What was spent while the clocks stood.
    private(set) var excluded = Stopwatch()
    private var deadline: UInt64
    private let most: Int
    private var last: UInt64

    init(_ pass: Pass) {
        deadline = pass.deadline
        most = pass.most
        last = monotonicNanoseconds()
    }

    /// Whether there is time for another operation.
    var goesOn: Bool { last < deadline && operations < most }

    /// Stops the clocks for what is no part of the workload, such as emptying a table.
    mutating func pause() { excluded.start() }

    /// Goes on after ``pause()``.
    mutating func resume() {
        excluded.stop()
        let now = monotonicNanoseconds()
        deadline += now &- last
        last = now
    }

    /// Notes an operation, or several that went together, that began when the one before ended.
    ///
    /// Those that go together have one latency.
    mutating func finish(operations: Int = 1, rows: Int = 0, bytes: Int = 0) {
        let now = monotonicNanoseconds()
        latencies.record(nanoseconds: now &- last)
        last = now
        self.operations &+= operations
        self.rows &+= rows
        self.bytes &+= bytes
    }

    /// Notes an operation that began at a time of its own, and returns the time now.
    @discardableResult
    mutating func finish(begunAt start: UInt64, rows: Int = 0) -> UInt64 {
        let now = monotonicNanoseconds()
        latencies.record(nanoseconds: now &- start)
        last = now
        operations &+= 1
        self.rows &+= rows
        return now
    }

    /// Adds what another task did meanwhile.
    mutating func merge(_ other: Tally) {
        operations += other.operations
        rows += other.rows
        bytes += other.bytes
        latencies.merge(other.latencies)
    }
}
