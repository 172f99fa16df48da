public import PostgresWire

/// Whether a transaction that failed is run again, how often, and after what wait.
///
///     try await db.transaction(isolation: .serializable, retrying: .serializationFailures(attempts: 5)) { tx in … }
///
/// Only what the server asks to try again is: a serialization failure (40001) or a deadlock (40P01), also where COMMIT
/// reports it. The whole closure runs again then, so it must not have effects elsewhere that cannot be repeated. A
/// COMMIT whose outcome is unknown is never retried.
///
/// PostgreSQL: Serialization Failure Handling.
public struct TransactionRetrying: Hashable, Sendable {
    /// How often the closure runs at most; at least once.
    public var attempts: Int
    /// The wait after the first failure; each further one doubles it.
    public var firstDelay: Duration
    /// The longest wait.
    public var longestDelay: Duration

    private init(attempts: Int, firstDelay: Duration, longestDelay: Duration) {
        self.attempts = attempts
        self.firstDelay = firstDelay
        self.longestDelay = longestDelay
    }

    /// The closure runs once.
    public static let never = TransactionRetrying(attempts: 1, firstDelay: .zero, longestDelay: .zero)

    /// The closure runs again after a serialization failure or a deadlock.
    ///
    /// Every wait is between half and all of its length, at random, so that those who collided do not meet again.
    ///
    /// - Parameters:
    ///   - attempts: how often the closure runs at most.
    ///   - firstDelay: the wait after the first failure; each further one doubles it.
    ///   - longestDelay: the longest wait.
    public static func serializationFailures(
        attempts: Int = 5, firstDelay: Duration = .milliseconds(10), longestDelay: Duration = .seconds(1)
    ) -> TransactionRetrying {
        TransactionRetrying(attempts: attempts, firstDelay: firstDelay, longestDelay: longestDelay)
    }

    /// How long to wait before the closure runs again; nil where it must not.
    ///
    /// - Parameters:
    ///   - error: what the attempt ended with.
    ///   - attempt: how many have been made, from 1.
    ///   - random: a random number that spreads the wait.
    func delay(after error: any Error, attempt: Int, random: UInt32) -> Duration? {
        guard attempt < attempts, let error = error as? PostgresError, error.isRetryableConflict else { return nil }
        // Bounded before anything is multiplied, so that no length that a caller may think of overflows.
        let longest = min(max(longestDelay, .zero), .seconds(86_400))
        let first = min(max(firstDelay, .zero), longest)
        let whole = min(first * (1 << min(max(attempt, 1) - 1, 30)), longest)
        return whole / 2 + whole / 2 * (Double(random) / Double(UInt32.max))
    }
}

extension PostgresError {
    /// Whether the server rolled a transaction back because of others that ran at the same time, so that the same
    /// transaction may succeed when it runs again.
    ///
    /// False for a connection that was lost, whatever the server said before: then more than the transaction is gone.
    public var isRetryableConflict: Bool {
        guard code == .server, let state = server?.sqlState else { return false }
        return state == .serializationFailure || state == .deadlockDetected
    }
}
