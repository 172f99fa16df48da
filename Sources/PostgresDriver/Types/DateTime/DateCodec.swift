public import Foundation
public import PostgresWire

/// Conversions between PostgreSQL's count of microseconds since 2000-01-01 and Foundation's `Date`.
@usableFromInline
enum PostgresEpoch {
    /// 2000-01-01 00:00:00 UTC in seconds after Foundation's reference date, 2001-01-01: a leap year before it.
    @usableFromInline static let secondsAfterReferenceDate: Double = -366 * 86_400

    @inlinable
    static func date(microseconds: Int64) throws(PostgresCodingError) -> Date {
        // The two ends of the range stand for infinity and -infinity, which no Date can be.
        guard microseconds != .max, microseconds != .min else { throw .outOfRange }
        let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        // Whole seconds and the fraction apart: both are exact in a Double, so only one addition rounds.
        let date = Date(
            timeIntervalSinceReferenceDate: Double(seconds) + secondsAfterReferenceDate + Double(rest) / 1_000_000)
        // A century away a Double still has room for half microseconds, centuries away not even for whole ones.
        if abs(seconds) < 3_000_000_000 { return date }
        guard try self.microseconds(date) == microseconds else { throw .outOfRange }
        return date
    }

    /// A finite value within the server's range: 4714-11-24 BC to 294276-12-31.
    @usableFromInline
    static func checked(_ microseconds: Int64) throws(PostgresCodingError) -> Int64 {
        try DateTimeText.checked(timestamp: microseconds)
    }

    /// Microseconds from the text form of a timestamptz.
    @usableFromInline
    static func microseconds(text: String) throws(PostgresCodingError) -> Int64 {
        try DateTimeText.readTimestamp(text, hasOffset: true)
    }

    @inlinable
    static func microseconds(_ date: Date) throws(PostgresCodingError) -> Int64 {
        let interval = date.timeIntervalSinceReferenceDate
        let seconds = interval.rounded(.down)
        // Whole seconds and the fraction apart, as above. Half a microsecond may round up to a whole second.
        guard let whole = Int64(exactly: seconds - secondsAfterReferenceDate) else { throw .outOfRange }
        let (scaled, tooMuch) = whole.multipliedReportingOverflow(by: 1_000_000)
        guard !tooMuch, let fraction = Int64(exactly: ((interval - seconds) * 1_000_000).rounded()) else {
            throw .outOfRange
        }
        let (value, over) = scaled.addingReportingOverflow(fraction)
        guard !over else { throw .outOfRange }
        return try checked(value)
    }
}

extension Date: PostgresCodable {
    /// The type `timestamptz`.
    @inlinable public static var postgresType: PostgresType { .timestamptz }

    /// From `timestamptz`.
    ///
    /// What a `Date` cannot hold is an error: `infinity`, `-infinity`, and microseconds centuries away from today, for
    /// which ``PostgresTimestampTZ`` has room. A `timestamp` has no time zone and is no moment; cast it in SQL.
    @inlinable
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> Date {
        guard cell.type == .timestamptz else { throw .wrongType }
        guard cell.format == .binary else {
            return try PostgresEpoch.date(microseconds: try PostgresEpoch.microseconds(text: try cell.text()))
        }
        return try PostgresEpoch.date(microseconds: try cell.integer(Int64.self))
    }

    /// To `timestamptz`, rounded to the microsecond.
    @inlinable
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .timestamptz else { throw .wrongType }
        writer.write(try PostgresEpoch.microseconds(self))
    }

    /// The moment in UTC, rounded to the microsecond: `2024-02-29 04:05:06.789+00`; nil outside the server's range.
    public var postgresText: String? {
        guard let microseconds = try? PostgresEpoch.microseconds(self) else { return nil }
        return DateTimeText.timestamp(microseconds: microseconds, offset: "+00")
    }
}
