import Foundation

/// Values of one type as SQL literals.
struct OracleType: Sendable {
    /// The type's name in SQL.
    var name: String
    /// The text forms of its values.
    var literals: [String]
    /// The first major version that has all of them.
    var since = 15

    /// The vectors are arrays already, and have none.
    var hasArrays: Bool { !name.hasSuffix("vector") || name == "tsvector" }
}

/// Random numbers that come again with the same seed.
struct OracleGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// The corner cases of every type, and random values beside them.
enum OracleTypes {
    /// Another one may be given, so that a failure can be looked for elsewhere too.
    static let seed = ProcessInfo.processInfo.environment["POSTGRES_TEST_SEED"].flatMap(UInt64.init) ?? 20_261_124

    static func scalars() -> [OracleType] {
        var generator = OracleGenerator(seed: seed)
        return numbers(&generator) + times(&generator) + texts(&generator) + others(&generator)
    }

    private static func digits(_ count: Int, _ generator: inout OracleGenerator) -> String {
        String((0..<count).map { _ in Character("\(Int.random(in: 0...9, using: &generator))") })
    }

    private static func integers<Value: FixedWidthInteger>(_ type: Value.Type, _ g: inout OracleGenerator) -> [String] {
        [Value.min, .max, 0, 1].map { "\($0)" } + (0..<60).map { _ in "\(Value(truncatingIfNeeded: g.next()))" }
    }

    private static func floats<Value: BinaryFloatingPoint & LosslessStringConvertible>(
        _ make: (UInt64) -> Value, _ corners: [String], _ g: inout OracleGenerator
    ) -> [String] {
        var result =
            ["0", "-0", "1", "NaN", "Infinity", "-Infinity", "0.1", "1e15", "123456", "1234567", "1e-5"] + corners
        for _ in 0..<150 {
            let value = make(g.next())
            if value.isFinite { result.append("\(value)") }
        }
        // Short digits at every size: where printing changes between its two styles.
        for power in -8...17 { result.append("\(Int.random(in: 1...999, using: &g))e\(power)") }
        return result
    }

    private static func numbers(_ g: inout OracleGenerator) -> [OracleType] {
        var numerics = [
            "0", "0.000", "0.10", "10000", "100000000", "0.0001", "0.00001", "-1", "-0.5", "NaN", "Infinity",
            "-Infinity",
            "1e131071", "1e-16383", "-1.000", "9999.9999", "10000.0001", "99999999999999999999999999999999999999",
        ]
        for _ in 0..<200 {
            let whole = digits(Int.random(in: 1...40, using: &g), &g)
            let fraction = digits(Int.random(in: 0...40, using: &g), &g)
            numerics.append((Bool.random(using: &g) ? "-" : "") + whole + (fraction.isEmpty ? "" : ".") + fraction)
        }
        return [
            OracleType(name: "bool", literals: ["true", "false"]),
            OracleType(name: "int2", literals: integers(Int16.self, &g)),
            OracleType(name: "int4", literals: integers(Int32.self, &g)),
            OracleType(name: "int8", literals: integers(Int64.self, &g)),
            OracleType(name: "oid", literals: integers(UInt32.self, &g)),
            OracleType(name: "xid", literals: integers(UInt32.self, &g)),
            OracleType(name: "cid", literals: integers(UInt32.self, &g)),
            OracleType(name: "xid8", literals: integers(UInt64.self, &g)),
            OracleType(
                name: "float4",
                literals: floats(
                    { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }, ["1.4e-45", "3.4028235e38"], &g)),
            OracleType(
                name: "float8",
                literals: floats(
                    { Double(bitPattern: $0) },
                    [
                        "4.9e-324", "1.7976931348623157e308", "1e23", "9007199254740993", "2.2250738585072014e-308",
                        "8.41e21",
                    ],
                    &g)),
            OracleType(name: "numeric", literals: numerics),
            OracleType(
                name: "pg_lsn",
                literals: ["0/0", "16/B374D848", "FFFFFFFF/FFFFFFFF"]
                    + (0..<20).map { _ in
                        let number = g.next()
                        return "\(String(number >> 32, radix: 16))/\(String(number & 0xffff_ffff, radix: 16))"
                    }),
            OracleType(
                name: "tid",
                literals: ["(0,1)", "(4294967295,65535)"]
                    + (0..<20).map { _ in
                        "(\(UInt32.random(in: 0...(.max), using: &g)),\(UInt16.random(in: 1...(.max), using: &g)))"
                    }),
        ]
    }

    private static func times(_ g: inout OracleGenerator) -> [OracleType] {
        func random(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &g) }
        func clock() -> String {
            let fraction = ["", ".5", ".000001", ".123456", ".10"].randomElement(using: &g) ?? ""
            return "\(random(0...23)):\(random(0...59)):\(random(0...59))\(fraction)"
        }
        let offsets = ["+00", "-00:30", "+15:59:59", "-15:59:59", "+05:45", "-00:19:32"]
        var dates = [
            "2000-01-01", "1999-12-31", "0001-01-01", "0001-01-01 BC", "4714-11-24 BC", "5874897-12-31", "infinity",
            "-infinity", "1582-10-10", "1900-02-28", "2000-02-29", "4713-02-29 BC", "0005-02-28 BC", "9999-12-31",
            "10000-01-01",
        ]
        var timestamps = [
            "2000-01-01 00:00:00", "1999-12-31 23:59:59.999999", "294276-12-31 23:59:59.999999",
            "4714-11-24 00:00:00 BC",
            "4713-02-29 12:00:00 BC", "infinity", "-infinity", "2016-12-31 23:59:60", "2024-02-29 24:00:00",
            "0001-12-31 BC",
            "1582-10-10 00:00:00.000001",
        ]
        for _ in 0..<150 {
            dates.append("\(random(100...5_874_000))-\(random(1...12))-\(random(1...28))")
            timestamps.append("\(random(100...294_000))-\(random(1...12))-\(random(1...28)) \(clock())")
            timestamps.append("\(random(100...4700))-\(random(1...12))-\(random(1...28)) \(clock()) BC")
            dates.append("\(random(100...4700))-\(random(1...12))-\(random(1...28)) BC")
        }
        let intervals =
            [
                "0", "1 year", "-1 month +1 day", "1 year 2 months -3 days 04:05:06.789", "-00:00:00.000001",
                "-1 year -2 months +3 days -04:05:06", "178000000 years", "-178000000 years", "1 day -00:00:01",
                "2562047788 hours", "-1 days +00:00:00.5",
            ]
            + (0..<150).map { _ in
                "\(random(-5000...5000)) months \(random(-99_999...99_999)) days \(random(-9_999_999_999...9_999_999_999)) us"
            }
        return [
            OracleType(name: "date", literals: dates), OracleType(name: "timestamp", literals: timestamps),
            OracleType(
                name: "timestamptz",
                literals: timestamps.map { $0.contains("inf") ? $0 : $0.replacing(" BC", with: "+00 BC") }),
            OracleType(
                name: "time", literals: ["00:00", "24:00:00", "23:59:59.999999"] + (0..<60).map { _ in clock() }),
            OracleType(
                name: "timetz",
                literals: offsets.flatMap { ["00:00\($0)", "24:00\($0)", "12:34:56.7\($0)"] }),
            OracleType(name: "interval", literals: intervals),
            OracleType(name: "interval", literals: ["infinity", "-infinity"], since: 17),
        ]
    }

    private static func texts(_ g: inout OracleGenerator) -> [OracleType] {
        let corners = [
            "", " ", "a", "NULL", "null", "a b", "a,b", "a;b", "{a}", "(a)", "[a]", "a\"b", "a\\b", "'a'", "é\u{1F418}",
            "\n\t",
            "\u{a0}", "nul", "fifteen bytes..", "more than fifteen bytes",
        ]
        let letters = Array("ab \"\\'{}(),;[]é\t")
        let random = (0..<80).map { _ in
            String((0..<Int.random(in: 1...20, using: &g)).compactMap { _ in letters.randomElement(using: &g) })
        }
        let bytes = (0..<30).map { _ in
            "\\x"
                + (0..<Int.random(in: 0...20, using: &g)).map { _ in
                    let byte = UInt8.random(in: 0...255, using: &g)
                    return (byte < 16 ? "0" : "") + String(byte, radix: 16)
                }.joined()
        }
        return [
            OracleType(name: "text", literals: corners + random), OracleType(name: "varchar", literals: corners),
            OracleType(name: "name", literals: corners),
            OracleType(name: "\"char\"", literals: ["a", " ", "\"", "\\", ""]),
            OracleType(name: "bytea", literals: ["\\x", "\\x00ff", "\\x5c22"] + bytes),
            OracleType(name: "xml", literals: ["<a>1</a>", "text"]),
            OracleType(name: "refcursor", literals: ["a cursor"]),
            OracleType(name: "json", literals: ["null", "{\"a\": 1, \"a\": 2}", "[1,  2]", "1e400", "\"é\""]),
            OracleType(
                name: "jsonb",
                literals: ["null", "{\"b\":1,\"a\":[true,{}]}", "123456789012345678901234567890.10", "\"\\u00e9\""]),
            OracleType(name: "jsonpath", literals: ["$", "$.a[*] ? (@ > 1)", "strict $.\"a b\""]),
        ]
    }

    private static func point(_ g: inout OracleGenerator) -> String {
        let range = -1000.0...1000
        return "(\(Double.random(in: range, using: &g)),\(Double.random(in: range, using: &g)))"
    }

    private static func uuid(_ g: inout OracleGenerator) -> String {
        let digits = Array("0123456789abcdef")
        return String((0..<32).compactMap { _ in digits.randomElement(using: &g) })
    }

    private static func others(_ g: inout OracleGenerator) -> [OracleType] {
        var bits = ["", "0", "1", "10101010", "101010101"]
        for _ in 0..<30 {
            bits.append(String((0..<Int.random(in: 1...70, using: &g)).map { _ in Bool.random(using: &g) ? "1" : "0" }))
        }
        var networks = [
            "0.0.0.0/0", "10.0.0.0/8", "255.255.255.255", "::/0", "::1", "::ffff:1.2.3.4", "::1.2.3.4", "fe80::/10",
            "1:0:0:2::", "1:2:3:4:5:6:7:8", "::ffff:0:0", "64:ff9b::", "0:0:1::",
        ]
        for _ in 0..<60 {
            networks.append(
                (0..<8).map { _ in
                    Bool.random(using: &g) ? "0" : String(UInt16.random(in: 0...65535, using: &g), radix: 16)
                }.joined(separator: ":"))
        }
        let hosts = ["192.168.0.1/24", "1.2.3.4/0", "fe80::1:2/64", "::ffff:1.2.3.4/96"]
        return [
            OracleType(name: "varbit", literals: bits),
            OracleType(name: "bit(9)", literals: ["101010101", "000000000"]),
            OracleType(name: "inet", literals: networks + hosts), OracleType(name: "cidr", literals: networks),
            OracleType(name: "macaddr", literals: ["08:00:2b:01:02:03", "ff:ff:ff:ff:ff:ff"]),
            OracleType(name: "macaddr8", literals: ["08:00:2b:01:02:03:04:05", "08:00:2b:01:02:03"]),
            OracleType(
                name: "uuid",
                literals: ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "{A0EEBC999C0B4EF8BB6D6BB9BD380A11}"]
                    + (0..<60).map { _ in uuid(&g) }),
            OracleType(
                name: "point",
                literals: ["(0,0)", "(-1.5,1e300)", "(NaN,Infinity)", "(1e-7,-0)"] + (0..<20).map { _ in point(&g) }),
            OracleType(name: "lseg", literals: ["[(0,1),(2,3)]", "[(1,1),(0,0)]"]),
            OracleType(
                name: "box",
                literals: ["(0,1),(2,3)", "(2,3),(0,1)", "(0,3),(2,1)"]
                    + (0..<20).map { _ in "\(point(&g)),\(point(&g))" }),
            OracleType(
                name: "path",
                literals: ["((0,1),(2,3))", "[(0,1),(2,3),(4,5)]", "[(1,1)]"]
                    + (0..<20).map { _ in "[\(point(&g)),\(point(&g)),\(point(&g))]" }),
            OracleType(name: "polygon", literals: ["((0,1),(2,3),(4,0))", "((1,1))"]),
            OracleType(name: "line", literals: ["{1,2,3}", "{-1,0,1.5}"]),
            OracleType(name: "circle", literals: ["<(1,2),3>", "<(0,0),0>"]),
            OracleType(name: "tsvector", literals: ["", "'a':1A,2B,3C,4 'b'", "'it''s' 'a\\\\b':5", "fat cat sat"]),
            OracleType(
                name: "tsquery",
                literals: [
                    "", "a", "a & b | !c", "(a | b) & c", "a <-> b <3> c", "a:*AB & !(b & c)", "'it''s' <-> (a & b)",
                    "a & (b <-> (c <-> d))", "!!a", "!(a | b) <-> c",
                ]),
            OracleType(name: "pg_snapshot", literals: ["10:20:10,14,15", "1:1:"]),
            OracleType(name: "txid_snapshot", literals: ["10:20:10,14,15", "1:1:"]),
            OracleType(name: "int2vector", literals: ["1 2 3", "-1"]),
            OracleType(name: "oidvector", literals: ["1 2 4294967295", "7"]),
        ]
    }
}
