/// When a job that failed is tried again, and how often.
public struct RetryPolicy: Equatable, Sendable {
    /// How often a job is tried at most.
    public var attempts: Int
    /// The wait after the first failure, in seconds; each further one doubles it.
    public var firstDelay: Double
    /// The longest wait.
    public var longestDelay: Double

    /// A policy.
    public init(attempts: Int = 5, firstDelay: Double = 1, longestDelay: Double = 300) {
        self.attempts = attempts
        self.firstDelay = firstDelay
        self.longestDelay = longestDelay
    }

    /// The wait after a failure; nil where the job is given up.
    ///
    /// - Parameter failures: how often it has failed, this time included.
    func delay(afterFailures failures: Int) -> Double? {
        guard failures < attempts else { return nil }
        var delay = firstDelay
        var doublings = failures - 1
        // No wait at all stays none, however often it is doubled.
        while doublings > 0, delay > 0, delay < longestDelay {
            delay *= 2
            doublings -= 1
        }
        return min(delay, longestDelay)
    }
}
