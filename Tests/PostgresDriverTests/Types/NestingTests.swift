import PostgresWire
import Testing

@testable import PostgresDriver

@Suite("Values within values")
struct NestingTests {
    /// A record of one field that is such a record, and so on; NULL at last.
    private static func records(_ levels: Int) -> [UInt8] {
        var writer = ByteWriter()
        for level in 1...levels {
            writer.write(1 as Int32)
            writer.write(PostgresType.record.rawValue)
            writer.write(level == levels ? -1 : Int32((levels - level) * 12))
        }
        return writer.bytes.array
    }

    /// A range without upper bound whose lower bound is such a range; empty at last.
    private static func ranges(_ levels: Int) -> [UInt8] {
        var writer = ByteWriter()
        for level in 1..<levels {
            writer.write(0x10 as UInt8)
            writer.write(Int32((levels - level - 1) * 5 + 1))
        }
        writer.write(1 as UInt8)
        return writer.bytes.array
    }

    /// An array of one element that is such an array; an empty one at last.
    private static func arrays(_ levels: Int, _ type: PostgresType) -> [UInt8] {
        var writer = ByteWriter()
        for level in 1..<levels {
            for word in [1, 0, Int32(type.rawValue), 1, 1, Int32((levels - level - 1) * 24 + 12)] { writer.write(word) }
        }
        for word in [0, 0, Int32(type.rawValue)] { writer.write(word) }
        return writer.bytes.array
    }

    private static let selfRange = PostgresType(rawValue: 90_001)
    private static let selfArray = PostgresType(rawValue: 90_002)
    // What only a hostile server says: types made of themselves.
    private static let types = PostgresTypeCatalog([
        .init(selfRange, name: "own_range", kind: .range(subtype: selfRange)),
        .init(selfArray, name: "own_array", kind: .array(element: selfArray)),
    ])

    private func decode<Value: PostgresDecodable>(_ bytes: [UInt8], _ type: PostgresType, as: Value.Type) throws {
        _ = try Value.decode(
            PostgresCell(bytes: bytes.rawSpan, type: type, format: .binary, types: Self.types))
    }

    /// Decodes 60 levels, and refuses 100,000 without running out of stack.
    private func check<Value: PostgresDecodable>(
        _ make: (Int) -> [UInt8], _ type: PostgresType, as: Value.Type
    ) throws {
        try decode(make(60), type, as: Value.self)
        let error = #expect(throws: PostgresCodingError.self) { try decode(make(100_000), type, as: Value.self) }
        #expect("\(error as Any)".contains("values nested more than 64 deep"))
    }

    @Test("Records in records end at 64 levels")
    func records() throws {
        try check(Self.records, .record, as: PostgresValue.self)
        try check(Self.records, .record, as: PostgresRecord.self)
    }

    @Test("A range over itself ends at 64 levels")
    func ranges() throws {
        try check(Self.ranges, Self.selfRange, as: PostgresValue.self)
        try check(Self.ranges, Self.selfRange, as: PostgresRange<PostgresValue>.self)
    }

    @Test("An array of itself ends at 64 levels")
    func arrays() throws {
        try check({ Self.arrays($0, Self.selfArray) }, Self.selfArray, as: PostgresValue.self)
        try check({ Self.arrays($0, Self.selfArray) }, Self.selfArray, as: [PostgresValue].self)
    }
}
