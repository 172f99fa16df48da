public import PostgresWire

/// A time of day to the microsecond, from 00:00:00 to 24:00:00 inclusive: everything that `time` can hold.
///
/// PostgreSQL: Date/Time Types.
public struct PostgresTime: Sendable, Hashable, Comparable {
    /// Microseconds since midnight.
    public let microseconds: Int64

    /// A time by the microseconds since midnight.
    ///
    /// - Throws: ``PostgresCodingError/outOfRange`` beyond 24 hours.
    public init(microseconds: Int64) throws(PostgresCodingError) {
        guard (0...DateTimeText.microsecondsPerDay).contains(microseconds) else { throw .outOfRange }
        self.microseconds = microseconds
    }

    /// A time of the clock.
    ///
    /// - Throws: ``PostgresCodingError/outOfRange`` where there is no such time.
    public init(hour: Int, minute: Int, second: Int = 0, microsecond: Int = 0) throws(PostgresCodingError) {
        guard (0...24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second),
            (0..<1_000_000).contains(microsecond)
        else { throw .outOfRange }
        try self.init(microseconds: Int64((hour * 60 + minute) * 60 + second) * 1_000_000 + Int64(microsecond))
    }

    /// The time that lies some time after midnight.
    ///
    /// - Throws: ``PostgresCodingError/outOfRange`` beyond 24 hours, or where there are parts of microseconds.
    public init(sinceMidnight duration: Duration) throws(PostgresCodingError) {
        try self.init(microseconds: try duration.wholeMicroseconds())
    }

    /// The time since midnight.
    public var sinceMidnight: Duration { .microseconds(microseconds) }

    /// Whether a time is earlier than another.
    public static func < (left: PostgresTime, right: PostgresTime) -> Bool { left.microseconds < right.microseconds }
}

extension Duration {
    /// The duration in microseconds.
    ///
    /// - Throws: ``PostgresCodingError/outOfRange`` where it has parts of them, or too many.
    func wholeMicroseconds() throws(PostgresCodingError) -> Int64 {
        let (seconds, attoseconds) = components
        let (whole, tooMuch) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (total, over) = whole.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        guard !tooMuch, !over, attoseconds % 1_000_000_000_000 == 0 else { throw .outOfRange }
        return total
    }
}

extension PostgresTime: PostgresTextRepresentable {
    /// A time in ISO style: `04:05:06.789`, `24:00:00`.
    public init(postgresText text: String) throws(PostgresCodingError) {
        var reader = TextReader(text)
        let microseconds = try DateTimeText.readTime(&reader)
        try reader.expectEnd("text behind a time")
        try self.init(microseconds: microseconds)
    }

    /// `04:05:06.789`.
    public var description: String { DateTimeText.time(microseconds: microseconds) }

    /// The type `time`.
    public static var postgresType: PostgresType { .time }

    /// From `time`.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresTime {
        guard cell.type == .time else { throw .wrongType }
        if cell.format == .text { return try PostgresTime(postgresText: try cell.text()) }
        return try PostgresTime(microseconds: try cell.integer(Int64.self))
    }

    /// To `time`.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .time else { throw .wrongType }
        writer.write(microseconds)
    }
}

/// A time of day with an offset from UTC: everything that `time with time zone` can hold.
///
/// Two of them are equal when time and offset are; there is no order, since it is a matter of taste.
///
/// PostgreSQL: Date/Time Types.
public struct PostgresTimeTZ: Sendable, Hashable {
    /// The time of day where the offset applies.
    public let time: PostgresTime
    /// The offset in seconds, positive east of UTC, less than 16 hours either way.
    public let secondsFromUTC: Int32

    /// A time with its offset.
    ///
    /// - Throws: ``PostgresCodingError/outOfRange`` for an offset of 16 hours or more.
    public init(_ time: PostgresTime, secondsFromUTC: Int32) throws(PostgresCodingError) {
        guard secondsFromUTC.magnitude < 16 * 3600 else { throw .outOfRange }
        self.time = time
        self.secondsFromUTC = secondsFromUTC
    }
}

extension PostgresTimeTZ: PostgresTextRepresentable {
    /// A time in ISO style with its offset: `04:05:06+01`, `04:05:06-00:19:32`.
    public init(postgresText text: String) throws(PostgresCodingError) {
        var reader = TextReader(text)
        let microseconds = try DateTimeText.readTime(&reader)
        guard let offset = try DateTimeText.readOffset(&reader) else { throw .malformed("a timetz without an offset") }
        try reader.expectEnd("text behind a timetz")
        try self.init(try PostgresTime(microseconds: microseconds), secondsFromUTC: offset)
    }

    /// `04:05:06+01`.
    public var description: String { time.description + DateTimeText.offset(seconds: secondsFromUTC) }

    /// The type `timetz`.
    public static var postgresType: PostgresType { .timetz }

    /// From `timetz`.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresTimeTZ {
        guard cell.type == .timetz else { throw .wrongType }
        if cell.format == .text { return try PostgresTimeTZ(postgresText: try cell.text()) }
        guard cell.bytes.byteCount == 12, let microseconds = cell.bytes.integer(at: 0, as: Int64.self),
            let west = cell.bytes.integer(at: 8, as: Int32.self)
        else { throw .malformed("a timetz that is not 12 bytes long") }
        // On the wire the offset is positive west of UTC.
        guard west.magnitude < 16 * 3600 else { throw .outOfRange }
        return try PostgresTimeTZ(try PostgresTime(microseconds: microseconds), secondsFromUTC: -west)
    }

    /// To `timetz`.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .timetz else { throw .wrongType }
        writer.write(time.microseconds)
        writer.write(-secondsFromUTC)
    }
}
