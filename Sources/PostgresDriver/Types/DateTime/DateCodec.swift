public import Foundation
public import PostgresWire

/// Conversions between PostgreSQL's count of microseconds since 2000-01-01 and Foundation's `Date`.
@usableFromInline
enum PostgresEpoch {
    /// 2000-01-01 00:00:00 UTC in seconds after Foundation's reference date, 2001-01-01: a leap year before it.
    @inlinable static var secondsAfterReferenceDate: Double { -366 * 86_400 }

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

    /// Microseconds from the text form of a timestamptz.
    @usableFromInline
    static func microseconds(text: String) throws(PostgresCodingError) -> Int64 {
        try DateTimeText.readTimestamp(text, hasOffset: true)
    }

    @inlinable @inline(__always)
    static func microseconds(_ date: Date) throws(PostgresCodingError) -> Int64 {
        let interval = date.timeIntervalSinceReferenceDate
        // Six thousand years to both sides, in which nothing overflows, lie within the server's range.
        guard abs(interval) < 2e11 else { return try distantMicroseconds(interval) }
        let (seconds, microseconds) = rounded(interval)
        return (seconds &- Int64(secondsAfterReferenceDate)) &* 1_000_000 &+ microseconds
    }

    /// The nearest whole second and the microseconds from there, rounded to the nearest; below 1e13 seconds.
    @inlinable @inline(__always)
    static func rounded(_ interval: Double) -> (seconds: Int64, microseconds: Int64) {
        // Apart, as above. `rounded` would be a call of the C library, and conversions to an integer and back wait for
        // each other: the sum with 1.5 * 2^52 has no room for a fraction, and what is whole stands in its low bits.
        let shift = 0x1.8p52
        let seconds = interval + shift
        let microseconds = (interval - (seconds - shift)) * 1_000_000 + shift
        return (wholePart(ofShifted: seconds), wholePart(ofShifted: microseconds))
    }

    @inlinable @inline(__always)
    static func wholePart(ofShifted value: Double) -> Int64 {
        Int64(bitPattern: value.bitPattern &- (0x1.8p52).bitPattern)
    }

    @usableFromInline
    static func distantMicroseconds(_ interval: Double) throws(PostgresCodingError) -> Int64 {
        // Farther away than any timestamp; NaN is not within the range either.
        guard abs(interval) < 1e13 else { throw .outOfRange }
        let (seconds, microseconds) = rounded(interval)
        let (whole, tooMuch) = (seconds - Int64(secondsAfterReferenceDate)).multipliedReportingOverflow(by: 1_000_000)
        let (value, over) = whole.addingReportingOverflow(microseconds)
        guard !tooMuch, !over else { throw .outOfRange }
        return try DateTimeText.checked(timestamp: value)
    }
}

extension Date: PostgresCodable {
    /// The type `timestamptz`.
    @inlinable public static var postgresType: PostgresType { .timestamptz }

    /// From `timestamptz`.
    ///
    /// What a `Date` cannot hold is an error: `infinity`, `-infinity`, and microseconds centuries away from today, for
    /// which ``PostgresTimestampTZ`` has room. A `timestamp` has no time zone and is no moment; cast it in SQL.
    @inlinable @inline(__always)
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> Date {
        if let microseconds = cell.plainInteger(.timestamptz, as: Int64.self) {
            return try PostgresEpoch.date(microseconds: microseconds)
        }
        return try decodeOther(cell)
    }

    @usableFromInline
    static func decodeOther(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> Date {
        guard cell.type == .timestamptz else { throw .wrongType }
        guard cell.format == .binary else {
            return try PostgresEpoch.date(microseconds: try PostgresEpoch.microseconds(text: try cell.text()))
        }
        return try PostgresEpoch.date(microseconds: try cell.integer(Int64.self))
    }

    /// To `timestamptz`, rounded to the microsecond.
    @inlinable @inline(__always)
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .timestamptz else { throw .wrongType }
        writer.write(try PostgresEpoch.microseconds(self))
    }

    /// To `timestamptz`, rounded to the microsecond, behind its length.
    @inlinable @inline(__always)
    public func encodeWithLength(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .timestamptz else { throw .wrongType }
        writer.write(withLength: try PostgresEpoch.microseconds(self))
    }

    /// The moment in UTC, rounded to the microsecond: `2024-02-29 04:05:06.789+00`; nil outside the server's range.
    public var postgresText: String? {
        guard let microseconds = try? PostgresEpoch.microseconds(self) else { return nil }
        return DateTimeText.timestamp(microseconds: microseconds, offset: "+00")
    }
}
