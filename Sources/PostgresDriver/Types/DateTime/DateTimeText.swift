/// The pieces that the text forms of dates and times are made of, in ISO style.
///
/// PostgreSQL: Date/Time Types, Date/Time Output.
@usableFromInline
enum DateTimeText {
    static let microsecondsPerDay: Int64 = 86_400_000_000

    // MARK: Printing

    /// `2024-02-29`; the era follows behind everything else.
    static func date(days: Int) -> (text: String, isBC: Bool) {
        let (year, month, day) = CalendarArithmetic.date(days: days)
        let shown = year > 0 ? year : 1 - year
        let text = "\("\(shown)".leftPadded(4))-\("\(month)".leftPadded(2))-\("\(day)".leftPadded(2))"
        return (text, year <= 0)
    }

    /// `04:05:06.789`, with as many fractional digits as it needs.
    static func time(microseconds: Int64) -> String {
        let (seconds, fraction) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        return clock(hours: seconds / 3600, minutes: seconds / 60 % 60, seconds: seconds % 60, fraction: fraction)
    }

    static func clock(hours: Int64, minutes: Int64, seconds: Int64, fraction: Int64) -> String {
        var text =
            "\("\(hours)".leftPadded(2)):\("\(minutes)".leftPadded(2)):\("\(seconds)".leftPadded(2))"
        guard fraction != 0 else { return text }
        var digits = "\(fraction)".leftPadded(6)
        while digits.hasSuffix("0") { digits.removeLast() }
        text += "." + digits
        return text
    }

    /// `+01`, `-03:30`, `+00:19:32`.
    static func offset(seconds: Int32) -> String {
        let size = seconds.magnitude
        var text = (seconds < 0 ? "-" : "+") + "\(size / 3600)".leftPadded(2)
        if size % 3600 != 0 { text += ":" + "\(size / 60 % 60)".leftPadded(2) }
        if size % 60 != 0 { text += ":" + "\(size % 60)".leftPadded(2) }
        return text
    }

    /// `2024-02-29 04:05:06`, with an offset of UTC where wanted.
    static func timestamp(microseconds: Int64, offset: String = "") -> String {
        let (days, rest) = split(microseconds)
        let date = date(days: days)
        return "\(date.text) \(time(microseconds: rest))\(offset)\(date.isBC ? " BC" : "")"
    }

    /// Whole days, rounded down, and the microseconds of the day.
    static func split(_ microseconds: Int64) -> (days: Int, rest: Int64) {
        let (days, rest) = microseconds.quotientAndRemainder(dividingBy: microsecondsPerDay)
        return rest < 0 ? (Int(days) - 1, rest + microsecondsPerDay) : (Int(days), rest)
    }

    /// A finite timestamp as date and time; nil never, for a timestamp within the server's range.
    static func components(_ microseconds: Int64) -> (date: PostgresDate, time: PostgresTime)? {
        let (days, rest) = split(microseconds)
        guard let date = try? PostgresDate(daysSince2000: days), let time = try? PostgresTime(microseconds: rest) else {
            return nil
        }
        return (date, time)
    }

    /// A date and a time in microseconds since 2000-01-01.
    static func microseconds(_ date: PostgresDate, _ time: PostgresTime) throws(PostgresCodingError) -> Int64 {
        guard let days = date.daysSince2000 else { throw .outOfRange }
        let (whole, tooMuch) = Int64(days).multipliedReportingOverflow(by: microsecondsPerDay)
        let (value, over) = whole.addingReportingOverflow(time.microseconds)
        guard !tooMuch, !over else { throw .outOfRange }
        return try checked(timestamp: value)
    }

    // MARK: Reading

    /// `2024-02-29` as a year, still without its era, a month and a day.
    static func readDate(_ reader: inout TextReader) throws(PostgresCodingError) -> (year: Int, month: Int, day: Int) {
        guard let year = reader.digits(), year.value < 10_000_000, reader.take(UInt8(ascii: "-")),
            let month = reader.digits(), reader.take(UInt8(ascii: "-")), let day = reader.digits()
        else { throw .malformed("a date that is not in ISO style") }
        return (Int(year.value), Int(month.value), Int(day.value))
    }

    /// Days since 2000-01-01; what comes behind the date may be its era.
    static func days(
        _ date: (year: Int, month: Int, day: Int), era reader: inout TextReader
    ) throws(PostgresCodingError) -> Int {
        let isBC = reader.take(" BC")
        let year = isBC ? 1 - date.year : date.year
        guard date.year >= 1, CalendarArithmetic.isValid(year: year, month: date.month, day: date.day) else {
            throw .malformed("a date that the calendar does not have")
        }
        return CalendarArithmetic.days(year: year, month: date.month, day: date.day)
    }

    /// `04:05:06.789` in microseconds; up to 24:00:00, and a leap second is the second behind it.
    static func readTime(_ reader: inout TextReader) throws(PostgresCodingError) -> Int64 {
        guard let hours = reader.digits(), hours.value <= 24, reader.take(UInt8(ascii: ":")),
            let minutes = reader.digits(), minutes.value < 60
        else { throw .malformed("a time that is not in ISO style") }
        var seconds: Int64 = 0
        var fraction: Int64 = 0
        if reader.take(UInt8(ascii: ":")) {
            guard let read = reader.digits(), read.value <= 60 else { throw .malformed("a time without its seconds") }
            seconds = read.value
            fraction = try readFraction(&reader)
        }
        let total = ((hours.value * 60 + minutes.value) * 60 + seconds) * 1_000_000 + fraction
        guard total <= microsecondsPerDay else { throw .outOfRange }
        return total
    }

    /// `.789` in microseconds, or nothing; more than six digits could not be kept.
    static func readFraction(_ reader: inout TextReader) throws(PostgresCodingError) -> Int64 {
        guard reader.take(UInt8(ascii: ".")) else { return 0 }
        guard var (value, count) = reader.digits() else { throw .malformed("a fraction without digits") }
        while count < 6 {
            value *= 10
            count += 1
        }
        while count > 6 {
            guard value % 10 == 0 else { throw .outOfRange }
            value /= 10
            count -= 1
        }
        return value
    }

    /// `+01`, `-03:30`, `+00:19:32` in seconds east of UTC; nil where no offset stands.
    static func readOffset(_ reader: inout TextReader) throws(PostgresCodingError) -> Int32? {
        let isNegative = reader.current == UInt8(ascii: "-")
        guard isNegative || reader.current == UInt8(ascii: "+") else { return nil }
        reader.position += 1
        var total: Int64 = 0
        for unit: Int64 in [3600, 60, 1] {
            if unit < 3600, !reader.take(UInt8(ascii: ":")) { break }
            guard let part = reader.digits(), part.value < 60 else { throw .malformed("an offset that is no time") }
            total += part.value * unit
        }
        guard total < 16 * 3600 else { throw .outOfRange }
        return Int32(isNegative ? -total : total)
    }

    /// A timestamp in microseconds since 2000-01-01, moved to UTC by its offset where it has one.
    static func readTimestamp(_ text: String, hasOffset: Bool) throws(PostgresCodingError) -> Int64 {
        if text == "infinity" { return .max }
        if text == "-infinity" { return .min }
        var reader = TextReader(text)
        let date = try readDate(&reader)
        guard reader.take(UInt8(ascii: " ")) || reader.take(UInt8(ascii: "T")) else {
            throw .malformed("a timestamp without a time")
        }
        let time = try readTime(&reader)
        var offset: Int32?
        if hasOffset {
            offset = try readOffset(&reader)
            // Another DateStyle prints a zone's name, whose offset only the server knows.
            guard offset != nil else { throw .malformed("a timestamptz without a numeric offset") }
        }
        let days = try days(date, era: &reader)
        try reader.expectEnd("text behind a timestamp")
        // Ten million years are far from the limits of Int64 in seconds, and the range is checked before microseconds.
        let seconds = Int64(days) * 86_400 + time / 1_000_000 - Int64(offset ?? 0)
        let (whole, tooMuch) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (value, over) = whole.addingReportingOverflow(time % 1_000_000)
        guard !tooMuch, !over else { throw .outOfRange }
        return try checked(timestamp: value)
    }

    /// A finite timestamp within the server's range: 4714-11-24 BC to 294276-12-31.
    @inlinable
    static func checked(timestamp: Int64) throws(PostgresCodingError) -> Int64 {
        guard timestamp >= -211_813_488_000_000_000, timestamp < 9_223_371_331_200_000_000 else { throw .outOfRange }
        return timestamp
    }
}
