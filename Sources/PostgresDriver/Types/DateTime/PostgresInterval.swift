public import PostgresWire

/// A span of time: months, days and microseconds, which are independent of each other and may differ in sign.
///
/// Months and days have no fixed length, so two intervals are equal only when all three parts are, and there is no
/// order. From PostgreSQL 17 on both infinities exist: they are the values whose parts all are the highest or lowest.
///
/// PostgreSQL: Date/Time Types, Interval Input.
public struct PostgresInterval: Sendable, Hashable {
    /// Whole months.
    public var months: Int32
    /// Whole days.
    public var days: Int32
    /// Microseconds, which may be more than a day's.
    public var microseconds: Int64

    /// An interval of these parts.
    public init(months: Int32 = 0, days: Int32 = 0, microseconds: Int64 = 0) {
        self.months = months
        self.days = days
        self.microseconds = microseconds
    }

    /// Longer than all other intervals.
    public static let infinity = PostgresInterval(months: .max, days: .max, microseconds: .max)
    /// Shorter than all other intervals.
    public static let negativeInfinity = PostgresInterval(months: .min, days: .min, microseconds: .min)

    /// Whether the interval is neither of the infinities.
    public var isFinite: Bool { self != .infinity && self != .negativeInfinity }

    /// An interval of microseconds alone.
    ///
    /// - Throws: ``PostgresCodingError/outOfRange`` where the duration has parts of microseconds, or is too long.
    public init(_ duration: Duration) throws(PostgresCodingError) {
        self.init(microseconds: try duration.wholeMicroseconds())
    }

    /// The interval as a duration.
    ///
    /// - Throws: ``PostgresCodingError/outOfRange`` where it has months or days, whose length nobody knows.
    public func duration() throws(PostgresCodingError) -> Duration {
        guard months == 0, days == 0 else { throw .outOfRange }
        return .microseconds(microseconds)
    }
}

extension PostgresInterval: PostgresTextRepresentable {
    /// The type `interval`.
    public static var postgresType: PostgresType { .interval }

    /// From `interval`; in text form in any `IntervalStyle`.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresInterval {
        guard cell.type == .interval else { throw .wrongType }
        if cell.format == .text { return try PostgresInterval(postgresText: try cell.text()) }
        guard cell.bytes.byteCount == 16, let microseconds = cell.bytes.integer(at: 0, as: Int64.self),
            let days = cell.bytes.integer(at: 8, as: Int32.self),
            let months = cell.bytes.integer(at: 12, as: Int32.self)
        else { throw .malformed("an interval that is not 16 bytes long") }
        return PostgresInterval(months: months, days: days, microseconds: microseconds)
    }

    /// To `interval`.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .interval else { throw .wrongType }
        writer.write(microseconds)
        writer.write(days)
        writer.write(months)
    }

    /// The style `postgres`: `1 year 2 mons -3 days +04:05:06.789`, `00:00:00`, `infinity`.
    public var description: String {
        if self == .infinity { return "infinity" }
        if self == .negativeInfinity { return "-infinity" }
        var parts: [String] = []
        var isAfterNegative = false
        for (value, unit) in [(months / 12, "year"), (months % 12, "mon"), (days, "day")] where value != 0 {
            let sign = isAfterNegative && value > 0 ? "+" : ""
            parts.append("\(sign)\(value) \(unit)\(value == 1 ? "" : "s")")
            isAfterNegative = value < 0
        }
        if microseconds != 0 || parts.isEmpty {
            let size = microseconds.magnitude
            let sign = microseconds < 0 ? "-" : isAfterNegative ? "+" : ""
            let seconds = Int64(size / 1_000_000)
            parts.append(
                sign
                    + DateTimeText.clock(
                        hours: seconds / 3600, minutes: seconds / 60 % 60, seconds: seconds % 60,
                        fraction: Int64(size % 1_000_000)))
        }
        return parts.joined(separator: " ")
    }
}
