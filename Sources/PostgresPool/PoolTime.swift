/// A point of a monotonic clock in nanoseconds.
///
/// The pool never reads a clock: every event brings its time along.
///
/// Arithmetic saturates, so that "a thousand years from now" is simply never reached.
package struct PoolTime: Hashable, Comparable, Sendable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Later than everything; stands for "no deadline".
    package static let never = PoolTime(nanoseconds: .max)

    package static func < (left: PoolTime, right: PoolTime) -> Bool { left.nanoseconds < right.nanoseconds }

    package func advanced(by nanoseconds: Int64) -> PoolTime {
        let (sum, overflow) = self.nanoseconds.addingReportingOverflow(nanoseconds)
        return overflow ? .never : PoolTime(nanoseconds: sum)
    }

    /// Nanoseconds that passed since `earlier`; never negative, also when the caller's times are out of order.
    package func elapsed(since earlier: PoolTime) -> Int64 {
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
        return overflow ? .max : max(0, difference)
    }
}

extension Duration {
    /// Whole nanoseconds, clamped to what an `Int64` holds.
    package var clampedNanoseconds: Int64 {
        let parts = components
        let (whole, overflow) = parts.seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = whole.addingReportingOverflow(parts.attoseconds / 1_000_000_000)
        guard !overflow, !carry else { return parts.seconds < 0 ? .min : .max }
        return sum
    }
}
