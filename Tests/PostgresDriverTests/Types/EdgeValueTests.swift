import Foundation
import PostgresWire
import Testing

@testable import PostgresDriver

/// A type of an application's own.
private struct Celsius: PostgresCodable, Equatable {
    var degrees: Double

    static var postgresType: PostgresType { .float8 }

    static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> Celsius {
        Celsius(degrees: try Double.decode(cell))
    }

    var postgresText: String? { degrees.postgresText }

    func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        try degrees.encode(into: &writer, as: type)
    }
}

@Suite("Values at the edges")
struct EdgeValueTests {
    private static let int4Array = PostgresType(rawValue: 1007)

    @Test(
        "binary values that cannot be are refused",
        arguments: [
            // numeric: a digit of 10,000, signs that are none, a length that lies, digits beyond the scale.
            (.numeric, "0001 0000 0000 0000 2710"), (.numeric, "0001 0000 0001 0000 0001"),
            (.numeric, "0001 0000 c001 0000 0001"), (.numeric, "0002 0000 0000 0000 0001"),
            (.numeric, "0001 ffff 0000 0000 0001"), (.numeric, "0000 0000 0000 4000"), (.numeric, ""),
            // jsonb and its like of a version that does not exist yet.
            (.jsonb, "02 7b7d"), (.jsonb, "00 7b7d"), (.jsonb, ""), (.jsonpath, "02 24"),
            // One day, or microsecond, before the first and behind the last.
            (.date, "ffda97a6"), (.date, "7ffffffe"), (.date, "00"), (.timestamp, "fd0f7cc1411f9fff"),
            (.timestamp, "7ffffffffffffffe"), (.timestamptz, "8000000000000001"), (.time, "ffffffffffffffff"),
            (.time, "000000141dd76001"), (.timetz, "0000000000000000 0000e100"),
            (.timetz, "0000000000000000 80000000"), (.interval, "0000000000000000 00000000"),
            // Other lengths and kinds than there are.
            (.uuid, "00112233"), (.bool, ""), (.bool, "0001"), (.inet, "02 21 00 04 7f000001"),
            (.inet, "02 20 00 05 7f000001"), (.inet, "07 20 00 04 7f000001"), (.macaddr, "0800"),
            (.varbit, "00000009 ff"), (.varbit, "ffffffff"), (.varbit, "7fffffff ff"), (.point, "0000000000000000"),
            (.path, "00 00000001"), (.path, "01 7fffffff"), (.path, "01 ffffffff"), (.polygon, "ffffffff"),
            (.tid, "00000001"), (.pgSnapshot, "00000001"), (.tsvector, "00000001 61"), (.tsquery, "00000001 09"),
            (.int4range, "00"), (.int4range, "00 7fffffff"), (.int4multirange, "00000001"),
        ] as [(PostgresType, String)])
    func refused(_ type: PostgresType, _ hexadecimal: String) {
        #expect(throws: PostgresCodingError.self) { try decode(hexadecimal, type, as: PostgresValue.self) }
    }

    @Test("the first and last moments are values, and so are the infinities")
    func moments() throws {
        #expect(try decode("ffda97a7", .date, as: PostgresDate.self).description == "4714-11-24 BC")
        #expect(try decode("7fffffff", .date, as: PostgresDate.self) == .infinity)
        #expect(
            try decode("fd0f7cc1411fa000", .timestamp, as: PostgresTimestamp.self).description
                == "4714-11-24 00:00:00 BC")
        #expect(try decode("8000000000000000", .timestamptz, as: PostgresTimestampTZ.self) == .negativeInfinity)
        #expect(try decode("000000141dd76000", .time, as: PostgresTime.self).description == "24:00:00")
    }

    @Test(
        "a conversion that would lose digits throws",
        arguments: ["0.5", "1e30", "-1e30", "NaN", "Infinity", "9223372036854775808"])
    func lossyIntegers(_ text: String) throws {
        let number = try PostgresNumeric(postgresText: text)
        #expect(throws: PostgresCodingError.outOfRange) { try number.integer(Int64.self) }
        let bytes = try encode(number, as: .numeric)
        #expect(throws: PostgresCodingError.outOfRange) {
            try Int.decode(PostgresCell(bytes: bytes.rawSpan, type: .numeric, format: .binary))
        }
    }

    @Test("a Decimal has 38 digits and no infinity; a Double is exact or nothing")
    func lossyFractions() throws {
        let long = "1234567890123456789012345678901234567890.1"
        for text in [long, "1e-16383", "1e131071", "Infinity", "-Infinity"] {
            let number = try PostgresNumeric(postgresText: text)
            #expect(throws: PostgresCodingError.outOfRange) { try number.decimal() }
        }
        #expect(try PostgresNumeric(postgresText: "-12.50").decimal() == Decimal(string: "-12.5"))
        #expect(try PostgresNumeric(postgresText: "0.5").double() == 0.5)
        let tenth = try PostgresNumeric(postgresText: "0.1")
        #expect(throws: PostgresCodingError.outOfRange) { try tenth.double() }
    }

    @Test(
        "a Decimal is the number that its text says",
        arguments: [
            "0", "0.00", "1", "-1", "10", "12.50", "-0.0001", "0.00010", "9999", "10000", "9999999999999999",
            "99999999999999999999", "1234567890.123456", "0.1234567890123456", "12345678901234567890.12", "1e40",
            "-1e-40",
            "1e79", "1e80", "1e-79", "100000000000000000000000000000",
        ])
    func decimals(_ text: String) throws {
        let decimal = try PostgresNumeric(postgresText: text).decimal()
        let expected = try #require(Decimal(string: text))
        #expect(decimal == expected && decimal.description == expected.description)
        #expect(PostgresNumeric(decimal).description == PostgresNumeric(expected).description)
    }

    @Test("arrays of up to six dimensions go both ways, of seven none", arguments: 1...7)
    func dimensions(_ count: Int) throws {
        let lengths = (0..<count).map { $0 % 2 + 1 }
        let total = lengths.reduce(1, *)
        func array() throws(PostgresCodingError) -> PostgresArray<Int32> {
            try PostgresArray(
                elements: (0..<total).map { Int32($0) },
                dimensions: lengths.enumerated().map { .init(length: $1, lowerBound: Int32($0) - 2) })
        }
        guard count <= 6 else {
            #expect(throws: PostgresCodingError.self) { try array() }
            return
        }
        let value = try array()
        let bytes = try encode(value, as: Self.int4Array)
        let back = try PostgresArray<Int32>.decode(
            PostgresCell(bytes: bytes.rawSpan, type: Self.int4Array, format: .binary))
        #expect(back.elements == value.elements && back.dimensions == value.dimensions)
        let text = try #require(value.postgresText)
        #expect(text.hasPrefix((0..<count).map { "[\($0 - 2):\($0 - 3 + lengths[$0])]" }.joined() + "="))
        let read = try decode(text: text, Self.int4Array, as: PostgresArray<Int32>.self)
        #expect(read.elements == value.elements && read.dimensions == value.dimensions)
        #expect(
            (try? [Int32].decode(PostgresCell(bytes: bytes.rawSpan, type: Self.int4Array, format: .binary))) == nil
                || count == 1)
    }

    @Test("a path and a polygon without points are empty")
    func withoutPoints() throws {
        #expect(try decode("01 00000000", .path, as: PostgresPath.self) == PostgresPath([], isClosed: true))
        #expect(try decode("00000000", .polygon, as: PostgresPolygon.self) == PostgresPolygon([]))
        #expect(try encode(PostgresPath([], isClosed: false), as: .path) == bytes("00 00000000"))
        #expect(try encode(PostgresPolygon([]), as: .polygon) == bytes("00000000"))
    }

    @Test(
        "an interval is read in each of the server's styles",
        arguments: [
            "1 year 2 mons -3 days +04:05:06.789", "@ 1 year 2 mons -3 days 4 hours 5 mins 6.789 secs",
            "P1Y2M-3DT4H5M6.789S", "+1-2 -3 +4:05:06.789",
        ])
    func intervalStyles(_ text: String) throws {
        let interval = try decode(text: text, .interval, as: PostgresInterval.self)
        #expect(interval == PostgresInterval(months: 14, days: -3, microseconds: 14_706_789_000))
    }

    @Test(
        "an interval that nobody prints is refused", arguments: ["", "P", "1", "1 fortnight", "@ 1", "1 day x", "4:05"])
    func refusedIntervals(_ text: String) {
        #expect(throws: PostgresCodingError.self) { try decode(text: text, .interval, as: PostgresInterval.self) }
    }

    @Test(
        "a moment in another DateStyle than ISO is refused, never read as another moment",
        arguments: [
            (.date, "02/03/2024"), (.date, "03.02.2024"), (.date, "03-02-2024"),
            (.timestamp, "Sat Feb 03 04:05:06 2024"),
            (.timestamp, "02/03/2024 04:05:06"), (.timestamptz, "03.02.2024 04:05:06 CET"),
            (.timestamptz, "Sat Feb 03 04:05:06 2024 UTC"), (.timestamptz, "2024-02-03 04:05:06 CET"),
        ] as [(PostgresType, String)])
    func otherDateStyles(_ type: PostgresType, _ text: String) {
        #expect(throws: PostgresCodingError.self) { try decode(text: text, type, as: PostgresValue.self) }
    }

    @Test("a type of one's own goes both ways, alone and in others")
    func ownType() throws {
        let warm = Celsius(degrees: 36.6)
        #expect(try decode("40424ccccccccccd", .float8) == warm)
        #expect(try decode(text: "36.6", .float8, as: Celsius.self) == warm)
        let type = [Celsius?].postgresType
        let bytes = try encode([warm, nil], as: type)
        #expect(try [Celsius?].decode(PostgresCell(bytes: bytes.rawSpan, type: type, format: .binary)) == [warm, nil])
        #expect(PostgresRange(.inclusive(warm), .unbounded).postgresText == "[36.6,)")
    }

    #if os(Linux)
    @Test("no locale and no time zone of the process changes a value")
    func environment() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
        process.arguments = [
            "--testing-library", "swift-testing", "--filter", "PostgresDriverTests.(TextFormTests|CodecTests)/",
        ]
        process.environment = ProcessInfo.processInfo.environment.merging([
            "TZ": "Asia/Kathmandu", "LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8", "LANGUAGE": "ar",
        ]) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(text.suffix(2000))")
        #expect(text.contains(/with \d\d tests? in 2 suites passed/), "\(text.suffix(2000))")
    }
    #endif
}
