import Foundation
import PostgresWire
import Testing

@testable import PostgresDriver

enum Weekday: String, PostgresCodable { case monday, tuesday = "day after monday" }

/// A value with its type, its text form, and that form where it stands in an array.
struct TextForm: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let check: @Sendable () throws -> Void

    init<Value: PostgresCodable & Equatable>(_ value: Value, _ type: PostgresType, _ text: String) {
        testDescription = "\(type) \(text)"
        check = {
            #expect(value.postgresText == text)
            #expect(try decode(text: text, type, as: Value.self) == value)
            #expect(Optional(value).postgresText == text)
            // The same value from its binary form, where the value is sent in that.
            if value.format(for: type) == .binary {
                let bytes = try encode(value, as: type)
                #expect(try Value.decode(PostgresCell(bytes: bytes.rawSpan, type: type, format: .binary)) == value)
            }
        }
    }
}

@Suite("Text forms")
struct TextFormTests {
    static let forms: [TextForm] = [
        .init(true, .bool, "true"), .init(false, .bool, "false"), .init(Int16.min, .int2, "-32768"),
        .init(Int32.max, .int4, "2147483647"), .init(Int64.min, .int8, "-9223372036854775808"),
        .init(UInt32.max, .oid, "4294967295"), .init(UInt64.max, .xid8, "18446744073709551615"),
        .init(1.5, .float8, "1.5"), .init(-0.0, .float8, "-0"), .init(1e15, .float8, "1e+15"),
        .init(123_456_789_012_345.0, .float8, "123456789012345"), .init(0.0001, .float8, "0.0001"),
        .init(0.00001, .float8, "1e-05"), .init(1.25e-300, .float8, "1.25e-300"),
        .init(Double.leastNonzeroMagnitude, .float8, "5e-324"),
        .init(Double.infinity, .float8, "Infinity"), .init(-Double.infinity, .float8, "-Infinity"),
        .init(Float(1e6), .float4, "1e+06"), .init(Float(123_456), .float4, "123456"),
        .init(Float(0.1), .float4, "0.1"),
        .init("it's \"so\"", .text, "it's \"so\""), .init(Data([0, 255]), .bytea, "\\x00ff"),
        .init(PostgresBytes([]), .bytea, "\\x"), .init(Weekday.tuesday, .text, "day after monday"),
        .init(PostgresJSON([1, 2]), .json, "[1,2]"),
        .init(
            UUID(networkOrder: 0x0011_2233_4455_6677_8899_aabb_ccdd_eeff), .uuid, "00112233-4455-6677-8899-aabbccddeeff"
        ),
        .init(Date(timeIntervalSince1970: 946_684_800), .timestamptz, "2000-01-01 00:00:00+00"),
        .init(Date(timeIntervalSince1970: -0.5), .timestamptz, "1969-12-31 23:59:59.5+00"),
        .init(Date(timeIntervalSince1970: -62_135_596_801), .timestamptz, "0001-12-31 23:59:59+00 BC"),
        .init([Int32](), .init(rawValue: 1007), "{}"),
        .init([1, nil, -3] as [Int32?], .init(rawValue: 1007), "{1,NULL,-3}"),
        .init([true, false], .init(rawValue: 1000), "{t,f}"),
        .init(
            ["", "null", "a b", "a\"b\\c", "{,}", "plain", nil] as [String?], .init(rawValue: 1009),
            #"{"","null","a b","a\"b\\c","{,}",plain,NULL}"#),
        .init([Data([1])], .init(rawValue: 1001), #"{"\\x01"}"#),
    ]

    @Test("a value and its text form are the same", arguments: forms)
    func bothWays(_ form: TextForm) throws { try form.check() }

    @Test("a NaN stays one")
    func notANumber() throws {
        #expect(Double.nan.postgresText == "NaN" && (-Float.nan).postgresText == "NaN")
        #expect(try decode(text: "NaN", .float4, as: Float.self).isNaN)
    }

    @Test("NULL and what has no text form are nil")
    func none() {
        #expect(Int?.none.postgresText == nil && Int?.none.isNull)
        #expect("a\0b".postgresText == nil && Date(timeIntervalSinceReferenceDate: .nan).postgresText == nil)
        #expect(["a\0b"].postgresText == nil && [[1]].postgresText == nil)
    }

    @Test("bytea comes in both of its text forms")
    func bytea() throws {
        #expect(try decode(text: #"\\a\000\377"#, .bytea, as: PostgresBytes.self).bytes == [0x5c, 0x61, 0, 255])
        #expect(try decode(text: "", .bytea, as: Data.self).isEmpty)
        #expect(try decode(text: "plain", .bytea, as: Data.self) == Data("plain".utf8))
    }

    @Test(
        "every way to write a UUID is read",
        arguments: [
            "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",
            "{a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11}", "a0eebc999c0b4ef8bb6d6bb9bd380a11",
        ])
    func uuid(_ text: String) throws {
        #expect(
            try decode(text: text, .uuid, as: UUID.self).postgresText == "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")
    }

    @Test(
        "offsets of every form are read",
        arguments: [
            ("2024-01-01 12:00:00+01", 1_704_106_800.0), ("2024-01-01 12:00:00-03:30", 1_704_123_000),
            ("1883-11-18 12:00:00+00:19:32", -2_717_669_972), ("2024-02-29 24:00:00+00", 1_709_251_200),
            ("2016-12-31 23:59:60+00", 1_483_228_800),
        ])
    func offsets(_ text: String, _ seconds: Double) throws {
        #expect(try decode(text: text, .timestamptz, as: Date.self) == Date(timeIntervalSince1970: seconds))
    }

    @Test(
        "text that is no value of its type is refused",
        arguments: [
            ("infinity", PostgresType.timestamptz), ("-infinity", .timestamptz),
            ("2024-02-30 00:00:00+00", .timestamptz),
            ("0000-01-01 00:00:00+00", .timestamptz), ("2024-01-01 25:00:00+00", .timestamptz),
            ("Mon Jan 01 12:00:00 2024 CET", .timestamptz), ("2024-01-01 12:00:00", .timestamptz),
            ("99999999999999999999-01-01 00:00:00+00", .timestamptz), ("294277-01-01 00:00:00+00", .timestamptz),
            ("2024-01-01 12:00:00+00 AD", .timestamptz), ("2024-01-01 12:00:00.1234567+00", .timestamptz),
        ])
    func refusedDates(_ text: String, _ type: PostgresType) {
        #expect(throws: PostgresCodingError.self) { try decode(text: text, type, as: Date.self) }
    }

    @Test(
        "arrays in text form that are none are refused",
        arguments: [
            "", "{", "}", "{1", "{1,}", "{,1}", "{1}x", "[1:2]={1}", "[2:1]={}", "[1:2={1,2}", "[1:2]{1,2}", "{{1},2}",
            "{1,{2}}", "{{1,2},{3}}", "{{}}", "{\"1}", "{1\\", "{1\"2\"}", "{1,2}}", "[a:2]={1,2}",
            "[-9999999999:1]={1}", "{{{{{{{1}}}}}}}", "[1:1][1:1][1:1][1:1][1:1][1:1][1:1]={{{{{{{1}}}}}}}", "{{1,2}}",
        ])
    func refusedArrays(_ text: String) {
        #expect(throws: PostgresCodingError.self) { try decode(text: text, .init(rawValue: 1007), as: [Int].self) }
    }

    @Test("arrays with bounds and vectors are read")
    func arrays() throws {
        #expect(try decode(text: "[0:2]={1,2,3}", .init(rawValue: 1007), as: [Int].self) == [1, 2, 3])
        #expect(try decode(text: "[-5:-4]={1,2}", .init(rawValue: 1007), as: [Int].self) == [1, 2])
        #expect(try decode(text: "1 2 3", .int2vector, as: [Int].self) == [1, 2, 3])
        #expect(try decode(text: "", .oidvector, as: [UInt32].self).isEmpty)
        #expect(try decode(text: "{monday,NULL}", .init(rawValue: 99_999), as: [Weekday?].self) == [.monday, nil])
        #expect(throws: PostgresCodingError.wrongType) { try decode(text: "{1}", .text, as: [Int].self) }
    }

    @Test("numbers in text form that are none, or too large, are refused")
    func refusedNumbers() {
        for text in ["", "0x10", "inf", "nan", "1e", "1 ", "1,5", "infinity"] {
            #expect(throws: PostgresCodingError.self) { try decode(text: text, .float8, as: Double.self) }
        }
        #expect(throws: PostgresCodingError.outOfRange) { try decode(text: "1e400", .float8, as: Double.self) }
        for text in ["", " 1", "1.0", "１"] {
            #expect(throws: PostgresCodingError.self) { try decode(text: text, .int4, as: Int.self) }
        }
    }
}
