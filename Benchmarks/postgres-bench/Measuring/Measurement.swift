/// What one run measured.
struct Measurement: Sendable, Codable {
    var operations = 0
    var rows = 0
    var bytes = 0
    var seconds = 0.0
    var p50 = 0.0
    var p99 = 0.0
    var cpuUser = 0.0
    var cpuSystem = 0.0
    var peakResidentKilobytes = 0

    init(_ tally: Tally, _ watch: Stopwatch) {
        operations = tally.operations
        rows = tally.rows
        bytes = tally.bytes
        seconds = watch.seconds - tally.excluded.seconds
        p50 = tally.latencies.microseconds(atShare: 0.5)
        p99 = tally.latencies.microseconds(atShare: 0.99)
        cpuUser = watch.usage.user - tally.excluded.usage.user
        cpuSystem = watch.usage.system - tally.excluded.usage.system
        peakResidentKilobytes = ProcessUsage.peakResidentKilobytes()
    }

    /// Calls the body for the warm-up and then for the timed pass, and measures the second.
    static func take(seconds: Double, _ body: (Pass) throws -> Tally) rethrows -> Measurement {
        _ = try body(pass(seconds: warmUp(seconds), isWarmUp: true))
        var watch = Stopwatch()
        watch.start()
        let tally = try body(pass(seconds: seconds, isWarmUp: false))
        watch.stop()
        return Measurement(tally, watch)
    }

    /// As the other ``take(seconds:_:)``, for drivers that suspend; a recording takes one operation in each pass.
    static func take(_ request: ChildRequest, _ body: (Pass) async throws -> Tally) async rethrows -> Measurement {
        let seconds = request.seconds
        let most = request.isRecording ? 1 : Int.max
        _ = try await body(pass(seconds: warmUp(seconds), isWarmUp: true, most: most))
        var watch = Stopwatch()
        watch.start()
        let tally = try await body(pass(seconds: seconds, isWarmUp: false, most: most))
        watch.stop()
        return Measurement(tally, watch)
    }

    private static func warmUp(_ seconds: Double) -> Double { min(0.3, seconds) }

    private static func pass(seconds: Double, isWarmUp: Bool, most: Int = .max) -> Pass {
        Pass(isWarmUp: isWarmUp, deadline: monotonicNanoseconds() + UInt64(seconds * 1e9), most: most)
    }
}
