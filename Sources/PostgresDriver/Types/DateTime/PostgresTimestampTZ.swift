public import Foundation
public import PostgresWire

/// A moment: everything that `timestamp with time zone` can hold.
///
/// To the microsecond from 4714-11-24 BC to 294276-12-31, and both infinities; no `Double` is on the way.
///
/// PostgreSQL: Date/Time Types.
public struct PostgresTimestampTZ: Sendable, Hashable, Comparable {
    /// Microseconds since 2000-01-01 00:00:00 UTC; the two ends of `Int64` are the infinities.
    let microseconds: Int64

    private init(unchecked microseconds: Int64) { self.microseconds = microseconds }

    /// After all other values.
    public static let infinity = PostgresTimestampTZ(unchecked: .max)
    /// Before all other values.
    public static let negativeInfinity = PostgresTimestampTZ(unchecked: .min)

    /// The value that lies a number of microseconds after 2000-01-01 00:00:00 UTC, or before it.
    ///
    /// - Throws: ``PostgresCodingError/outOfRange``.
    public init(microsecondsSince2000 microseconds: Int64) throws(PostgresCodingError) {
        self.microseconds = try DateTimeText.checked(timestamp: microseconds)
    }

    /// A date and a time of UTC; 24:00:00 is the beginning of the next day.
    ///
    /// - Throws: ``PostgresCodingError/outOfRange``, also for the infinities.
    public init(_ date: PostgresDate, _ time: PostgresTime) throws(PostgresCodingError) {
        self.microseconds = try DateTimeText.microseconds(date, time)
    }

    /// Whether the value is neither of the infinities.
    public var isFinite: Bool { microseconds != .max && microseconds != .min }

    /// Microseconds since 2000-01-01 00:00:00 UTC; nil for the infinities.
    public var microsecondsSince2000: Int64? { isFinite ? microseconds : nil }

    /// The date and the time of UTC; nil for the infinities.
    public var components: (date: PostgresDate, time: PostgresTime)? {
        isFinite ? DateTimeText.components(microseconds) : nil
    }

    /// Whether a value is before another.
    public static func < (left: PostgresTimestampTZ, right: PostgresTimestampTZ) -> Bool {
        left.microseconds < right.microseconds
    }
}

extension PostgresTimestampTZ: PostgresTextRepresentable {
    /// ISO style: `2024-02-29 04:05:06.789+00`, `infinity`, with any numeric offset.
    public init(postgresText text: String) throws(PostgresCodingError) {
        microseconds = try DateTimeText.readTimestamp(text, hasOffset: true)
    }

    /// ISO style: `2024-02-29 04:05:06.789+00`, `infinity`.
    public var description: String {
        guard isFinite else { return microseconds == .max ? "infinity" : "-infinity" }
        return DateTimeText.timestamp(microseconds: microseconds, offset: "+00")
    }

    /// The type `timestamptz`.
    public static var postgresType: PostgresType { .timestamptz }

    /// From `timestamptz`; in text form in ISO style only.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresTimestampTZ {
        guard cell.type == .timestamptz else { throw .wrongType }
        if cell.format == .text { return try PostgresTimestampTZ(postgresText: try cell.text()) }
        let value = PostgresTimestampTZ(unchecked: try cell.integer(Int64.self))
        return value.isFinite ? try PostgresTimestampTZ(microsecondsSince2000: value.microseconds) : value
    }

    /// To `timestamptz`.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .timestamptz else { throw .wrongType }
        writer.write(microseconds)
    }
}

extension PostgresTimestampTZ {
    /// The moment of a `Date`, rounded to the microsecond.
    ///
    /// - Throws: ``PostgresCodingError/outOfRange`` outside the type's range.
    public init(_ date: Date) throws(PostgresCodingError) {
        microseconds = try PostgresEpoch.microseconds(date)
    }

    /// The moment as a `Date`.
    ///
    /// - Throws: ``PostgresCodingError/outOfRange`` for the infinities, and where a `Date`, which is a `Double`, cannot
    ///   keep the microseconds: some 285 years before and behind 2001 it always can.
    public func date() throws(PostgresCodingError) -> Date { try PostgresEpoch.date(microseconds: microseconds) }
}
