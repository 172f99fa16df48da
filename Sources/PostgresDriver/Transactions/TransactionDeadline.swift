internal import PostgresWire

/// When a transaction, or a savepoint, must have ended.
///
/// Every request inside has what is left of the time; the commands that end it wait beyond for their answers, as those
/// of a cancelled task do, because what became of it has to be known.
///
/// A class, because a clock's instants have no layout that is known when calls are compiled, and every copy of a call
/// would have to ask for it.
@usableFromInline
package final class TransactionDeadline: Sendable {
    private let end: ContinuousClock.Instant
    private let timeout: Duration
    private let kind: String

    /// - Parameter kind: what it is that must have ended, for errors.
    init(_ kind: String, after timeout: Duration) {
        self.kind = kind
        end = ContinuousClock.now.advanced(by: min(timeout, Self.longest))
        self.timeout = timeout
    }

    /// A century, so that no time that a caller may think of overflows.
    private static let longest = Duration.seconds(3_155_760_000)

    /// What is left; negative where the time is up.
    var left: Duration { end - ContinuousClock.now }

    /// Whether the time is up.
    var isOver: Bool { left <= .zero }

    /// What requests throw when the time is up.
    var error: PostgresError {
        PostgresError(.timedOut, "the \(kind) did not end within \(timeout); it was rolled back")
    }

    /// The earlier one of two.
    static func earlier(_ one: TransactionDeadline?, _ other: TransactionDeadline?) -> TransactionDeadline? {
        guard let one, let other else { return one ?? other }
        return one.end <= other.end ? one : other
    }

    /// The time for a single request inside: its own, or what is left.
    func limiting(_ deadline: RequestDeadline?) -> RequestDeadline {
        let left = left
        if let deadline, deadline.left <= left { return deadline }
        return RequestDeadline(after: left, error: error)
    }
}
