import Foundation
import PostgresDriver
import PostgresWire
import Testing

/// Some types write their length first, by a way of their own; it must give what the length and `encode` give.
@Suite("values behind their length")
struct ValueLengthTests {
    private static func expectSame(_ value: some PostgresEncodable, as type: PostgresType) {
        var plain = ByteWriter()
        var withLength = ByteWriter()
        let plainError = Result { () throws(PostgresCodingError) in try value.encode(into: &plain, as: type) }
        let error = Result { () throws(PostgresCodingError) in try value.encodeWithLength(into: &withLength, as: type) }
        switch (plainError, error) {
        case (.success, .success):
            var expected = ByteWriter()
            expected.write(Int32(plain.count))
            expected.write(plain.bytes)
            let isSame = withLength.bytes.array == expected.bytes.array
            #expect(isSame, "\(value) as \(type)")
        case (.failure(let first), .failure(let second)): #expect(first == second, "\(value) as \(type)")
        default: Issue.record("only one way encodes \(value) as \(type)")
        }
    }

    @Test("numbers, to every type they go to and one they do not")
    func numbers() {
        let types: [PostgresType] = [.int2, .int4, .int8, .oid, .xid8, .float4, .float8, .numeric, .date]
        for type in types {
            for value in [0, -1, 32767, 32768, Int(Int32.max), Int(Int32.max) + 1, .min] {
                Self.expectSame(value, as: type)
            }
            for value: Int16 in [0, .min, .max] { Self.expectSame(value, as: type) }
            for value: Int32 in [0, .min, .max] { Self.expectSame(value, as: type) }
            for value: UInt64 in [0, .max] { Self.expectSame(value, as: type) }
            for value in [0, -1.5, .infinity, 1e300] { Self.expectSame(value, as: type) }
        }
    }

    @Test("dates and texts")
    func others() {
        for interval in [0, -0.000_000_5, -1.25, 7e8 + 0.999_999_9, 9.2e12, 1e13, .nan, -.infinity] {
            let date = Date(timeIntervalSinceReferenceDate: interval)
            Self.expectSame(date, as: .timestamptz)
            Self.expectSame(date, as: .timestamp)
        }
        for length in 0..<40 { Self.expectSame(String(repeating: "x", count: length), as: .text) }
        Self.expectSame("a\0b", as: .varchar)
    }

    @Test("NULL has the length -1, and a text does not stand in for another type")
    func nullAndText() throws {
        var writer = ByteWriter()
        try (nil as Int?).encodeWithLength(into: &writer, as: .int4)
        try (7 as Int?).encodeWithLength(into: &writer, as: .int4)
        let bytes = writer.bytes.array
        #expect(bytes == [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 4, 0, 0, 0, 7])
        var other = ByteWriter()
        let result = Result { () throws(PostgresCodingError) in try "7".encodeWithLength(into: &other, as: .int4) }
        #expect(throws: PostgresCodingError.wrongType) { try result.get() }
    }
}
