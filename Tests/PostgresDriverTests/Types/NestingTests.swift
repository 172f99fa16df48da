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

    // MARK: What is made of such values

    private func value(_ bytes: [UInt8], _ type: PostgresType) throws -> PostgresValue {
        try PostgresValue.decode(PostgresCell(bytes: bytes.rawSpan, type: type, format: .binary, types: Self.types))
    }

    // Rendering 60 levels would take more memory than there is, so a wrong answer ends the run.
    @Test("deep values are compared and hashed without their text")
    func comparison() throws {
        let (deep, same, other) = (
            try value(Self.records(60), .record), try value(Self.records(60), .record),
            try value(Self.records(59), .record)
        )
        #expect(deep == same && deep.hashValue == same.hashValue && deep != other)
        #expect(Set([deep, same, other]).count == 2)
        let ranges = [try value(Self.ranges(60), Self.selfRange), try value(Self.ranges(60), Self.selfRange)]
        #expect(ranges[0] == ranges[1] && Set(ranges).count == 1)
        let arrays = [
            try value(Self.arrays(60, Self.selfArray), Self.selfArray),
            try value(Self.arrays(59, Self.selfArray), Self.selfArray),
        ]
        #expect(arrays[0] != arrays[1] && Set(arrays).count == 2)
    }

    @Test("ten values within each other have a text, more have none", arguments: [1, 2, 10, 11, 60])
    func text(_ levels: Int) throws {
        let records = try value(Self.records(levels), .record)
        #expect((records.postgresText != nil) == (levels <= 10))
        #expect((records.postgresText?.utf8.count ?? 0) <= 4 << levels)
        // An empty range and an empty array, the innermost ones, hold nothing that is quoted.
        let ranges = try value(Self.ranges(levels), Self.selfRange)
        #expect((ranges.postgresText != nil) == (levels <= 10))
        let arrays = try value(Self.arrays(levels, Self.selfArray), Self.selfArray)
        #expect((arrays.postgresText != nil) == (levels <= 10))
    }

    @Test("a record that is too deep for text is refused as a parameter")
    func parameter() throws {
        let record = try PostgresRecord.decode(
            PostgresCell(bytes: Self.records(60).rawSpan, type: .record, format: .binary))
        let error = #expect(throws: PostgresCodingError.self) { try encode(record, as: .init(rawValue: 90_003)) }
        #expect("\(error as Any)".contains("more than ten values within each other"))
    }

    /// A composite made of itself, as a type in Swift may be and one in PostgreSQL may not.
    private final class Node: Decodable {
        let name: String
        let next: Node?

        var length: Int { 1 + (next?.length ?? 0) }
    }

    private static func nodes(_ levels: Int, _ type: PostgresType) -> [UInt8] {
        var bytes: [UInt8] = []
        for level in 0..<levels {
            var writer = ByteWriter()
            writer.write(2 as Int32)
            for word in [25, 1] as [Int32] { writer.write(word) }
            writer.write(UInt8(ascii: "n"))
            writer.write(type.rawValue)
            writer.write(level == 0 ? -1 : Int32(bytes.count))
            writer.write(bytes)
            bytes = writer.bytes.array
        }
        return bytes
    }

    @Test("a recursive Decodable type is read up to 64 levels")
    func recursiveDecodable() throws {
        let type = PostgresType(rawValue: 90_004)
        let types = PostgresTypeCatalog([
            .init(
                type, name: "node",
                kind: .composite(attributes: [.init(name: "name", type: .text), .init(name: "next", type: type)]))
        ])
        func decode(_ levels: Int) throws -> Node {
            try PostgresComposite<Node>.decode(
                PostgresCell(bytes: Self.nodes(levels, type).rawSpan, type: type, format: .binary, types: types)
            ).value
        }
        #expect(try decode(1).length == 1)
        #expect(try decode(60).length == 60)
        let error = #expect(throws: PostgresCodingError.self) { try decode(2000) }
        #expect("\(error as Any)".contains("values nested more than 64 deep"))
    }
}
