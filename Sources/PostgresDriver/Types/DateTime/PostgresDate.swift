public import PostgresWire

/// A date of the proleptic Gregorian calendar, without time and zone: everything that `date` can hold.
///
/// From 4714-11-24 BC to 5874897-12-31, and both infinities.
///
///     let day = try PostgresDate(year: 2024, month: 2, day: 29)
///     day.description     // "2024-02-29"
///
/// PostgreSQL: Date/Time Types.
public struct PostgresDate: Sendable, Hashable, Comparable {
    /// Days since 2000-01-01; the two ends of `Int32` are the infinities.
    let days: Int32

    private init(unchecked days: Int32) { self.days = days }

    /// After all other dates.
    public static let infinity = PostgresDate(unchecked: .max)
    /// Before all other dates.
    public static let negativeInfinity = PostgresDate(unchecked: .min)

    /// The date that lies a number of days after 2000-01-01, or before it.
    ///
    /// - Throws: ``PostgresCodingError/outOfRange``.
    public init(daysSince2000 days: Int) throws(PostgresCodingError) {
        // 4714-11-24 BC, the day 0 of Julian days, to 5874897-12-31.
        guard days >= -2_451_545, days < 2_145_031_949 else { throw .outOfRange }
        self.days = Int32(days)
    }

    /// A date of the calendar.
    ///
    /// - Parameter year: the astronomical year: 0 is 1 BC, -1 is 2 BC.
    /// - Throws: ``PostgresCodingError/outOfRange`` where there is no such date.
    public init(year: Int, month: Int, day: Int) throws(PostgresCodingError) {
        guard (-4713...5_874_897).contains(year), CalendarArithmetic.isValid(year: year, month: month, day: day) else {
            throw .outOfRange
        }
        try self.init(daysSince2000: CalendarArithmetic.days(year: year, month: month, day: day))
    }

    /// Whether the date is neither of the infinities.
    public var isFinite: Bool { days != .max && days != .min }

    /// Days since 2000-01-01; nil for the infinities.
    public var daysSince2000: Int? { isFinite ? Int(days) : nil }

    /// Year, month and day; nil for the infinities.
    ///
    /// The year is astronomical: 0 is 1 BC.
    public var components: (year: Int, month: Int, day: Int)? {
        isFinite ? CalendarArithmetic.date(days: Int(days)) : nil
    }

    /// Whether a date is before another.
    public static func < (left: PostgresDate, right: PostgresDate) -> Bool { left.days < right.days }
}

extension PostgresDate: PostgresTextRepresentable {
    /// A date in ISO style: `2024-02-29`, `0044-03-15 BC`, `infinity`.
    public init(postgresText text: String) throws(PostgresCodingError) {
        if text == "infinity" {
            self = .infinity
        } else if text == "-infinity" {
            self = .negativeInfinity
        } else {
            var reader = TextReader(text)
            let date = try DateTimeText.readDate(&reader)
            let days = try DateTimeText.days(date, era: &reader)
            try reader.expectEnd("text behind a date")
            try self.init(daysSince2000: days)
        }
    }

    /// ISO style: `2024-02-29`, `0044-03-15 BC`, `infinity`.
    public var description: String {
        guard isFinite else { return days == .max ? "infinity" : "-infinity" }
        let date = DateTimeText.date(days: Int(days))
        return date.isBC ? date.text + " BC" : date.text
    }

    /// The type `date`.
    public static var postgresType: PostgresType { .date }

    /// From `date`; in text form in ISO style only.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresDate {
        guard cell.type == .date else { throw .wrongType }
        if cell.format == .text { return try PostgresDate(postgresText: try cell.text()) }
        let days = try cell.integer(Int32.self)
        let date = PostgresDate(unchecked: days)
        return date.isFinite ? try PostgresDate(daysSince2000: Int(days)) : date
    }

    /// To `date`.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .date else { throw .wrongType }
        writer.write(days)
    }
}
