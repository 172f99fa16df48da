public import PostgresWire

/// A date and a time of day without a zone: everything that `timestamp` can hold.
///
/// To the microsecond from 4714-11-24 BC to 294276-12-31, and both infinities; no `Double` is on the way.
///
/// PostgreSQL: Date/Time Types.
public struct PostgresTimestamp: Sendable, Hashable, Comparable {
    /// Microseconds since 2000-01-01 00:00:00; the two ends of `Int64` are the infinities.
    let microseconds: Int64

    private init(unchecked microseconds: Int64) { self.microseconds = microseconds }

    /// After all other values.
    public static let infinity = PostgresTimestamp(unchecked: .max)
    /// Before all other values.
    public static let negativeInfinity = PostgresTimestamp(unchecked: .min)

    /// The value that lies a number of microseconds after 2000-01-01 00:00:00, or before it.
    ///
    /// - Throws: ``PostgresCodingError/outOfRange``.
    public init(microsecondsSince2000 microseconds: Int64) throws(PostgresCodingError) {
        self.microseconds = try DateTimeText.checked(timestamp: microseconds)
    }

    /// A date and a time; 24:00:00 is the beginning of the next day.
    ///
    /// - Throws: ``PostgresCodingError/outOfRange``, also for the infinities.
    public init(_ date: PostgresDate, _ time: PostgresTime) throws(PostgresCodingError) {
        self.microseconds = try DateTimeText.microseconds(date, time)
    }

    /// Whether the value is neither of the infinities.
    public var isFinite: Bool { microseconds != .max && microseconds != .min }

    /// Microseconds since 2000-01-01 00:00:00; nil for the infinities.
    public var microsecondsSince2000: Int64? { isFinite ? microseconds : nil }

    /// The date and the time; nil for the infinities.
    public var components: (date: PostgresDate, time: PostgresTime)? {
        isFinite ? DateTimeText.components(microseconds) : nil
    }

    /// Whether a value is before another.
    public static func < (left: PostgresTimestamp, right: PostgresTimestamp) -> Bool {
        left.microseconds < right.microseconds
    }
}

extension PostgresTimestamp: PostgresTextRepresentable {
    /// ISO style: `2024-02-29 04:05:06.789`, `infinity`.
    public init(postgresText text: String) throws(PostgresCodingError) {
        microseconds = try DateTimeText.readTimestamp(text, hasOffset: false)
    }

    /// ISO style: `2024-02-29 04:05:06.789`, `infinity`.
    public var description: String {
        guard isFinite else { return microseconds == .max ? "infinity" : "-infinity" }
        return DateTimeText.timestamp(microseconds: microseconds)
    }

    /// The type `timestamp`.
    public static var postgresType: PostgresType { .timestamp }

    /// From `timestamp`; in text form in ISO style only.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresTimestamp {
        guard cell.type == .timestamp else { throw .wrongType }
        if cell.format == .text { return try PostgresTimestamp(postgresText: try cell.text()) }
        let value = PostgresTimestamp(unchecked: try cell.integer(Int64.self))
        return value.isFinite ? try PostgresTimestamp(microsecondsSince2000: value.microseconds) : value
    }

    /// To `timestamp`.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .timestamp else { throw .wrongType }
        writer.write(microseconds)
    }
}
