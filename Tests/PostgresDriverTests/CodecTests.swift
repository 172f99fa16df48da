import Foundation
import PostgresWire
import Testing

@testable import PostgresDriver

@Suite("Codecs")
struct CodecTests {
    /// Checks one value both ways against its bytes in the manual's format.
    private func check<Value: PostgresCodable & Equatable>(
        _ value: Value, _ type: PostgresType, _ hexadecimal: String
    ) throws {
        #expect(try decode(hexadecimal, type) == value)
        #expect(try encode(value, as: type) == bytes(hexadecimal))
    }

    @Test func vectors() throws {
        try check(true, .bool, "01")
        try check(false, .bool, "00")
        try check(Int16(-2), .int2, "fffe")
        try check(Int32(-2), .int4, "fffffffe")
        try check(Int64.min, .int8, "8000000000000000")
        try check(7, .int8, "0000000000000007")
        try check(7, .int2, "0007")
        try check(UInt32.max, .oid, "ffffffff")
        try check(Float(1.5), .float4, "3fc00000")
        try check(-0.0, .float8, "8000000000000000")
        try check("hé", .text, "68c3a9")
        try check(Data([0, 255]), .bytea, "00ff")
        try check(PostgresBytes([0, 255]), .bytea, "00ff")
        try check(
            try #require(UUID(uuidString: "00112233-4455-6677-8899-AABBCCDDEEFF")), .uuid,
            "00112233445566778899aabbccddeeff")
        try check(Date(timeIntervalSince1970: 946_684_800), .timestamptz, "0000000000000000")
        try check(Date(timeIntervalSince1970: 946_684_801.5), .timestamptz, "000000000016e360")
        try check(Date(timeIntervalSince1970: 946_684_799), .timestamptz, "fffffffffff0bdc0")
        try check(PostgresJSON([1, 2]), .jsonb, "01 5b312c325d")
        try check(PostgresJSON([1, 2]), .json, "5b312c325d")
        try check([Int32](), .init(rawValue: 1007), "00000000 00000000 00000017")
        try check(
            [1, 2] as [Int32], .init(rawValue: 1007),
            "00000001 00000000 00000017 00000002 00000001 00000004 00000001 00000004 00000002")
        try check(
            [1, nil] as [Int32?], .init(rawValue: 1007),
            "00000001 00000001 00000017 00000002 00000001 00000004 00000001 ffffffff")
    }

    @Test("text forms")
    func text() throws {
        #expect(try decode(text: "t", .bool, as: Bool.self))
        #expect(try decode(text: "-42", .int4, as: Int.self) == -42)
        #expect(try decode(text: "NaN", .float8, as: Double.self).isNaN)
        #expect(try decode(text: "-Infinity", .float8, as: Double.self) == -.infinity)
        #expect(try decode(text: "\\x00fF", .bytea, as: Data.self) == Data([0, 255]))
        #expect(try decode(text: "12.50", .numeric, as: String.self) == "12.50")
        for bad in ["\\", "\\x0", "\\x0g", "\\12", "\\400"] {
            #expect(throws: PostgresCodingError.self) { try decode(text: bad, .bytea, as: Data.self) }
        }
        #expect(throws: PostgresCodingError.outOfRange) { try decode(text: "70000", .int4, as: Int16.self) }
        #expect(throws: PostgresCodingError.self) { try decode(text: "7 ", .int4, as: Int.self) }
    }

    @Test("numbers that do not fit are refused")
    func range() throws {
        #expect(throws: PostgresCodingError.outOfRange) { try decode("00011170", .int4, as: Int16.self) }
        #expect(throws: PostgresCodingError.outOfRange) { try decode("ffffffff", .int4, as: UInt32.self) }
        #expect(throws: PostgresCodingError.outOfRange) { try encode(70_000, as: .int2) }
        #expect(throws: PostgresCodingError.outOfRange) { try encode(Int64.max, as: .int4) }
        #expect(throws: PostgresCodingError.outOfRange) { try encode(-1, as: .oid) }
        #expect(throws: PostgresCodingError.outOfRange) { try encode((1 << 53) + 1, as: .float8) }
        #expect(throws: PostgresCodingError.outOfRange) { try encode(1e300, as: .float4) }
        #expect(try encode(Double.infinity, as: .float4) == bytes("7f800000"))
        #expect(throws: PostgresCodingError.outOfRange) { try decode("7fffffffffffffff", .timestamptz, as: Date.self) }
        #expect(throws: PostgresCodingError.outOfRange) { try decode("8000000000000000", .timestamptz, as: Date.self) }
        #expect(throws: PostgresCodingError.outOfRange) { try encode(Date.distantFuture + 1e13, as: .timestamptz) }
        #expect(throws: PostgresCodingError.outOfRange) {
            try encode(Date(timeIntervalSinceReferenceDate: .nan), as: .timestamptz)
        }
    }

    @Test("bytes of the wrong type are never read as another")
    func wrongTypes() throws {
        #expect(throws: PostgresCodingError.wrongType) { try decode("00000001", .int4, as: String.self) }
        #expect(throws: PostgresCodingError.wrongType) { try decode("00000001", .int4, as: Double.self) }
        #expect(throws: PostgresCodingError.wrongType) { try decode("00000001", .float4, as: Int.self) }
        #expect(throws: PostgresCodingError.wrongType) { try decode("0000000000000000", .timestamp, as: Date.self) }
        #expect(throws: PostgresCodingError.wrongType) { try decode("31", .text, as: Int.self) }
        #expect(throws: PostgresCodingError.wrongType) { try encode(1, as: .text) }
        #expect(throws: PostgresCodingError.wrongType) { try encode(true, as: .int4) }
        #expect(throws: PostgresCodingError.wrongType) { try encode([1], as: .int4) }
    }

    @Test(
        "values with too few or too many bytes are refused",
        arguments: [PostgresType.bool, .int2, .int4, .int8, .float4, .float8, .uuid, .timestamptz])
    func lengths(_ type: PostgresType) {
        for count in [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17] {
            let bytes = [UInt8](repeating: 0, count: count)
            let cell = PostgresCell(bytes: bytes.rawSpan, type: type, format: .binary)
            // Whatever comes of it, it is a value or an error.
            _ = try? Bool.decode(cell)
            _ = try? Int.decode(cell)
            _ = try? Float.decode(cell)
            _ = try? Double.decode(cell)
            _ = try? UUID.decode(cell)
            _ = try? Date.decode(cell)
        }
        #expect(throws: PostgresCodingError.self) { try decode("000000", type, as: Int.self) }
    }

    @Test(
        "arrays that lie about themselves are refused",
        arguments: [
            "", "00000001", "00000001 00000000 00000017",
            "00000007 00000000 00000017 00000001 00000001 00000004 00000001",
            "ffffffff 00000000 00000017",
            "00000002 00000000 00000017 00000001 00000001 00000001 00000001 00000004 00000001",
            "00000001 00000000 00000017 7fffffff 00000001 00000004 00000001",
            "00000001 00000000 00000017 ffffffff 00000001", "00000001 00000000 00000017 00000001 00000001 fffffffe",
            "00000001 00000000 00000017 00000001 00000001 00000005 00000001",
            "00000001 00000000 00000019 00000001 00000001 00000004 00000001",
            "00000001 00000000 00000017 00000001 00000001 00000004 00000001 00",
        ])
    func badArrays(_ hexadecimal: String) {
        #expect(throws: PostgresCodingError.self) {
            try decode(hexadecimal, .init(rawValue: 1007), as: [Int32].self)
        }
    }

    @Test("NULL goes only into optionals")
    func null() throws {
        #expect(throws: PostgresCodingError.null) { try Int.decodeNull() }
        #expect(try Int?.decodeNull() == nil)
        let array = "00000001 00000001 00000017 00000001 00000001 ffffffff"
        #expect(throws: PostgresCodingError.nullElement(index: 0)) {
            try decode(array, .init(rawValue: 1007), as: [Int32].self)
        }
        #expect(try decode(array, .init(rawValue: 1007), as: [Int32?].self) == [nil])
    }

    enum Mood: String, PostgresCodable { case happy, sad }
    enum Level: Int32, PostgresCodable { case low = 1, high }

    @Test("enums go by their raw value")
    func rawRepresentable() throws {
        #expect(try decode("686170 7079", .text, as: Mood.self) == .happy)
        #expect(try encode(Mood.sad, as: .text) == Array("sad".utf8))
        #expect(try decode("00000002", .int4, as: Level.self) == .high)
        #expect(throws: PostgresCodingError.self) { try decode("00000003", .int4, as: Level.self) }
    }
}

@Suite("Parameters and rows")
struct RowTests {
    private let columns = PostgresColumns(
        ["id", "name", "name"].map {
            ColumnDescription(
                name: $0, tableOID: 0, attributeNumber: 0, typeOID: $0 == "id" ? 23 : 25, typeSize: -1,
                typeModifier: -1, format: .binary)
        })

    private func row(_ values: [[UInt8]?], _ body: (RowView) throws -> Void) rethrows {
        var bytes: [UInt8] = []
        for value in values {
            let length = Int32(value?.count ?? -1).bigEndian
            for shift in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: length >> (8 * shift))) }
            bytes += value ?? []
        }
        try body(RowView(values: bytes.rawSpan, columns: columns, number: 3))
    }

    @Test("columns are found by position and by name, the first of equal ones")
    func access() throws {
        try row([[0, 0, 0, 7], Array("a".utf8), nil]) { row in
            let (id, first, second) = try row.decode(Int.self, String.self, String?.self)
            #expect(id == 7 && first == "a" && second == nil)
            #expect(try row.decode(String.self, named: "name") == "a")
            #expect(try row.decode(String?.self, at: 2) == nil)
            #expect(try row.isNull(at: 2))
        }
    }

    @Test("errors name row, column and types")
    func errors() {
        row([nil, nil, nil]) { row in
            do throws(PostgresError) {
                _ = try row.decode(Int.self, String?.self, String?.self)
                Issue.record("nothing was thrown")
            } catch {
                #expect(error.code == .decodingFailed)
                #expect(error.message.contains("row 3, column 0 \"id\" (int4)"))
                #expect(error.message.contains("Int?"))
            }
            do throws(PostgresError) {
                _ = try row.decode(String.self, named: "nobody")
                Issue.record("nothing was thrown")
            } catch {
                #expect(error.message.contains("\"nobody\"") && error.message.contains("\"id\""))
            }
            for index in [-1, 3, .max] {
                do throws(PostgresError) {
                    _ = try row.decode(Int.self, at: index)
                    Issue.record("nothing was thrown")
                } catch {
                    #expect(error.code == .decodingFailed)
                }
            }
        }
    }

    @Test("parameters that cannot be sent are refused, with their number")
    func parameters() throws {
        var writer = ByteWriter()
        let error = #expect(throws: PostgresError.self) {
            try writer.writeParameters([1, "a\0b"], as: [.int4, .text])
        }
        #expect(error?.message.contains("$2") == true && error?.nothingWasSent == true)
        let many = [any PostgresEncodable](repeating: 1, count: 65_536)
        let tooMany = #expect(throws: PostgresError.self) {
            try writer.writeParameters(many, as: [PostgresType](repeating: .int4, count: many.count))
        }
        #expect(tooMany?.message.contains("65536") == true && tooMany?.message.contains("65535") == true)
    }
}
