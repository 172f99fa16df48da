/// Wall and CPU time of the parts of a run that count.
struct Stopwatch: Sendable {
    private(set) var seconds = 0.0
    private(set) var usage = ProcessUsage()
    private var startedAt: UInt64 = 0
    private var startedWith = ProcessUsage()

    /// Begins, or goes on after ``stop()``.
    mutating func start() {
        startedWith = ProcessUsage.now()
        startedAt = monotonicNanoseconds()
    }

    /// Ends the part that counts.
    mutating func stop() {
        seconds += Double(monotonicNanoseconds() - startedAt) * 1e-9
        usage += ProcessUsage.now() - startedWith
    }
}
