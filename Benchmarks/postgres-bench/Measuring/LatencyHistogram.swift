/// Counts of durations in buckets of about 3 % width: recording costs a few nanoseconds and never allocates.
struct LatencyHistogram: Sendable {
    private var counts = [UInt32](repeating: 0, count: 64 * 32)
    private(set) var total = 0

    /// Adds one duration.
    mutating func record(nanoseconds: UInt64) {
        counts[Self.bucket(nanoseconds)] &+= 1
        total &+= 1
    }

    /// Adds what another histogram holds.
    mutating func merge(_ other: LatencyHistogram) {
        for index in counts.indices { counts[index] &+= other.counts[index] }
        total += other.total
    }

    /// The duration below which the share of all lies, in microseconds; 0 when nothing was recorded.
    func microseconds(atShare share: Double) -> Double {
        guard total > 0 else { return 0 }
        var left = Int((Double(total) * share).rounded(.up))
        for (index, count) in counts.enumerated() where count > 0 {
            left -= Int(count)
            if left <= 0 { return Self.middle(index) / 1000 }
        }
        return 0
    }

    /// Below 32 ns a bucket is one nanosecond; above, each power of two has 32.
    private static func bucket(_ nanoseconds: UInt64) -> Int {
        guard nanoseconds >= 32 else { return Int(nanoseconds) }
        let shift = 63 - nanoseconds.leadingZeroBitCount - 5
        return (shift + 1) * 32 + Int((nanoseconds >> UInt64(shift)) & 31)
    }

    private static func middle(_ bucket: Int) -> Double {
        guard bucket >= 32 else { return Double(bucket) }
        let shift = bucket / 32 - 1
        return (Double(bucket % 32 + 32) + 0.5) * Double(UInt64(1) << UInt64(shift))
    }
}
