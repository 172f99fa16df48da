/// When the next attempt to connect may be made after one failed.
///
/// Attempts that were made together and fail together count as one failure. While failures last, one connection at a
/// time is tried: a server that comes back is not met by a stampede.
struct RetryBackoff: Sendable {
    /// The wait after the first failure; each further one doubles it.
    static let firstDelay: Int64 = 50_000_000
    /// The longest wait, hence about how long after the server's return the pool notices.
    static let longestDelay: Int64 = 5_000_000_000

    /// Failures in a row.
    private(set) var failures = 0
    private(set) var retryAt = PoolTime(nanoseconds: .min)
    private(set) var lastFailure: (any Error)?
    private(set) var isPermanent = false

    var isFailing: Bool { failures > 0 }

    func allowsAttempt(now: PoolTime) -> Bool { now >= retryAt }

    /// `random` spreads the wait between half and all of its length, so that many clients do not return in step.
    mutating func recordFailure(_ error: any Error, permanent: Bool, random: UInt32, now: PoolTime) {
        lastFailure = error
        isPermanent = permanent
        guard !isFailing || now >= retryAt else { return }
        let whole = min(Self.firstDelay << Int64(min(failures, 10)), Self.longestDelay)
        failures += 1
        retryAt = now.advanced(by: whole / 2 + (whole / 2).scaled(by: random))
    }

    /// Attempts are welcome again: one has succeeded, or the settings have changed.
    mutating func forget() {
        guard isFailing else { return }
        self = RetryBackoff()
    }
}

extension Int64 {
    /// This many nanoseconds times `random` / 2³²; nothing for negative ones.
    func scaled(by random: UInt32) -> Int64 {
        guard self > 0 else { return 0 }
        return Int64(truncatingIfNeeded: UInt64(self).multipliedFullWidth(by: UInt64(random) << 32).high)
    }
}
