// Reading the four styles in which a server may print an interval, as its setting `IntervalStyle` says.
extension PostgresInterval {
    /// An interval in one of the server's output styles.
    ///
    /// `1 year -2 days +03:04:05`, `@ 1 year 2 days ago`, `P1Y-2DT3H4M5S`, `+1-2 -3 +4:05:06`, `infinity`.
    ///
    /// - Throws: ``PostgresCodingError``.
    public init(postgresText text: String) throws(PostgresCodingError) {
        switch text {
        case "infinity": self = .infinity
        case "-infinity": self = .negativeInfinity
        default:
            var parser = IntervalParser(text)
            self = try parser.parse()
        }
    }
}

private struct IntervalParser {
    private var reader: TextReader
    private var months: Int64 = 0
    private var days: Int64 = 0
    private var microseconds: Int64 = 0

    init(_ text: String) { reader = TextReader(text) }

    mutating func parse() throws(PostgresCodingError) -> PostgresInterval {
        if reader.take(UInt8(ascii: "P")) {
            try parseISO8601()
        } else if reader.take(UInt8(ascii: "@")) {
            try parseVerbose()
        } else {
            try parseWords()
        }
        guard let months = Int32(exactly: months), let days = Int32(exactly: days) else { throw .outOfRange }
        return PostgresInterval(months: months, days: days, microseconds: microseconds)
    }

    private mutating func parseISO8601() throws(PostgresCodingError) {
        var isTime = false
        guard !reader.isAtEnd else { throw .malformed("an interval without parts") }
        while !reader.isAtEnd {
            if !isTime, reader.take(UInt8(ascii: "T")) { isTime = true }
            let number = try number()
            let unit = reader.current
            reader.position += 1
            switch (unit, isTime) {
            case (UInt8(ascii: "Y"), false): try add(months: try whole(number), of: 12)
            case (UInt8(ascii: "M"), false): try add(months: try whole(number), of: 1)
            case (UInt8(ascii: "D"), false): days = try sum(days, try whole(number))
            case (UInt8(ascii: "H"), true): try add(whole: try whole(number), of: 3_600_000_000)
            case (UInt8(ascii: "M"), true): try add(whole: try whole(number), of: 60_000_000)
            case (UInt8(ascii: "S"), true): try add(seconds: number)
            default: throw .malformed("an interval with an unknown unit")
            }
        }
    }

    private mutating func parseVerbose() throws(PostgresCodingError) {
        while reader.take(UInt8(ascii: " ")) {
            if reader.take("ago") {
                try negate()
                break
            }
            let number = try number()
            // Zero is printed as "@ 0".
            if reader.isAtEnd, try whole(number) == 0 { break }
            try reader.expect(UInt8(ascii: " "), "an interval's number without its unit")
            try add(number, unit: word())
        }
        try reader.expectEnd("text behind an interval")
    }

    /// The styles `postgres`, with units, and `sql_standard`, without.
    private mutating func parseWords() throws(PostgresCodingError) {
        var isNegative = false
        if reader.current == UInt8(ascii: "-"), isSQLStandard {
            isNegative = true
            reader.position += 1
        }
        repeat {
            let start = reader.position
            let number = try number()
            if reader.current == UInt8(ascii: ":") {
                reader.position = start
                try addClock()
            } else if reader.take(UInt8(ascii: "-")) {
                guard let part = reader.digits(), part.value < 12 else {
                    throw .malformed("an interval without months")
                }
                try add(months: try whole(number), of: 12)
                try add(months: number.isNegative ? -part.value : part.value, of: 1)
            } else if reader.take(UInt8(ascii: " ")), reader.current >= UInt8(ascii: "a") {
                try add(number, unit: word())
            } else if reader.isAtEnd {
                // The SQL standard prints zero as "0".
                guard try whole(number) == 0 else { throw .malformed("an interval's number without its unit") }
            } else {
                days = try sum(days, try whole(number))
                reader.position -= 1
            }
        } while reader.take(UInt8(ascii: " "))
        try reader.expectEnd("text behind an interval")
        if isNegative { try negate() }
    }

    /// Whether the text has no units and a part without a sign: then the first sign is that of all parts.
    private var isSQLStandard: Bool {
        let bytes = reader.bytes
        return !bytes.contains { $0 >= UInt8(ascii: "a") }
            && zip(bytes, bytes.dropFirst()).contains { $0 == UInt8(ascii: " ") && $1.isDigit }
    }

    private mutating func word() -> String {
        let start = reader.position
        while reader.current >= UInt8(ascii: "a"), reader.current <= UInt8(ascii: "z") { reader.position += 1 }
        return String(decoding: reader.bytes[start..<reader.position], as: UTF8.self)
    }

    private mutating func add(_ number: Number, unit: String) throws(PostgresCodingError) {
        switch unit.hasSuffix("s") ? String(unit.dropLast()) : unit {
        case "year": try add(months: try whole(number), of: 12)
        case "mon": try add(months: try whole(number), of: 1)
        case "day": days = try sum(days, try whole(number))
        case "hour": try add(whole: try whole(number), of: 3_600_000_000)
        case "min": try add(whole: try whole(number), of: 60_000_000)
        case "sec": try add(seconds: number)
        default: throw .malformed("an interval with an unknown unit")
        }
    }

    private mutating func addClock() throws(PostgresCodingError) {
        let hours = try number()
        guard reader.take(UInt8(ascii: ":")), let minutes = reader.digits(), minutes.value < 60,
            reader.take(UInt8(ascii: ":")), let seconds = reader.digits(), seconds.value < 60
        else { throw .malformed("an interval whose clock is not in ISO style") }
        let rest = (minutes.value * 60 + seconds.value) * 1_000_000 + (try DateTimeText.readFraction(&reader))
        try add(whole: try whole(hours), of: 3_600_000_000)
        microseconds = try sum(microseconds, hours.isNegative ? -rest : rest)
    }

    // MARK: Numbers

    private struct Number {
        var isNegative: Bool
        /// The size of the whole part.
        var whole: Int64
        var microseconds: Int64
    }

    private mutating func number() throws(PostgresCodingError) -> Number {
        let isNegative = reader.take(UInt8(ascii: "-"))
        if !isNegative { _ = reader.take(UInt8(ascii: "+")) }
        guard let digits = reader.digits() else { throw .malformed("an interval where a number is missing") }
        return Number(
            isNegative: isNegative, whole: digits.value, microseconds: try DateTimeText.readFraction(&reader))
    }

    private func whole(_ number: Number) throws(PostgresCodingError) -> Int64 {
        guard number.microseconds == 0 else { throw .malformed("an interval with a fraction of a unit") }
        return number.isNegative ? -number.whole : number.whole
    }

    private func sum(_ left: Int64, _ right: Int64) throws(PostgresCodingError) -> Int64 {
        let (value, over) = left.addingReportingOverflow(right)
        guard !over else { throw .outOfRange }
        return value
    }

    private func product(_ left: Int64, _ right: Int64) throws(PostgresCodingError) -> Int64 {
        let (value, over) = left.multipliedReportingOverflow(by: right)
        guard !over else { throw .outOfRange }
        return value
    }

    private mutating func add(months number: Int64, of size: Int64) throws(PostgresCodingError) {
        months = try sum(months, try product(number, size))
    }

    private mutating func add(whole number: Int64, of size: Int64) throws(PostgresCodingError) {
        microseconds = try sum(microseconds, try product(number, size))
    }

    private mutating func add(seconds number: Number) throws(PostgresCodingError) {
        let sign: Int64 = number.isNegative ? -1 : 1
        try add(whole: sign * number.whole, of: 1_000_000)
        microseconds = try sum(microseconds, sign * number.microseconds)
    }

    private mutating func negate() throws(PostgresCodingError) {
        months = try product(months, -1)
        days = try product(days, -1)
        microseconds = try product(microseconds, -1)
    }
}
