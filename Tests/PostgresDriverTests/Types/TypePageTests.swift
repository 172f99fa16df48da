import Foundation
import PostgresWire
import Testing

@testable import PostgresDriver

/// The page about types says what the code does, no less and no more.
@Suite("The page about types")
struct TypePageTests {
    private static func page() throws -> [String] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let path = root.appendingPathComponent("Sources/PostgresDriver/PostgresDriver.docc/PostgreSQLTypes.md")
        return try String(contentsOf: path, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    /// Swift types that are not the driver's own.
    private static var general: [any PostgresDecodable.Type] {
        [Bool.self, Int.self, Float.self, Double.self, Decimal.self, String.self, Data.self, UUID.self, Date.self]
    }

    private static func shown(_ type: (any PostgresDecodable.Type)?) -> String {
        // The driver's types are links, and what they hold is said further down.
        guard let type else { return "raw" }
        let name = "\(type)"
        return name.hasPrefix("Postgres") ? "``\(name.prefix { $0 != "<" })``" : "`\(name)`"
    }

    /// Which of the general types some valid value of a type can be read as.
    private static func others(_ type: PostgresType, than chosen: (any PostgresDecodable.Type)?) -> String {
        let samples = MutationSamples.all.filter { $0.type == type && $0.format == .binary }
        let names = general.filter { general in
            general != chosen && samples.contains { $0.read(general, $0.bytes) != nil }
        }
        return names.map(shown).joined(separator: ", ")
    }

    private static func row(_ type: PostgresType) -> String {
        let format: WireFormat = type.hasBinaryForm ? .binary : .text
        let chosen = PostgresCell(bytes: [UInt8]().rawSpan, type: type, format: format).swiftType
        let array = type.arrayType.map { "\($0.rawValue)" } ?? ""
        return "| `\(type)` | \(type.rawValue) | \(shown(chosen)) | \(others(type, than: chosen)) | \(array) |"
    }

    @Test("has every built-in type with its OIDs and the Swift types that take it")
    func builtIn() throws {
        let rows = try Self.page().filter { $0.hasPrefix("| `") && $0.split(separator: "|").count > 3 }
        let expected = PostgresType.builtIn.filter { $0 != .unspecified }.map(Self.row)
        #expect(Set(rows).subtracting(expected) == [])
        #expect(Set(expected).subtracting(rows) == [], "these lines are missing")
        #expect(rows.count == expected.count && rows.count > 70)
    }

    @Test("has every type of an extension")
    func extensions() throws {
        let rows = try Self.page().filter { $0.hasPrefix("| `") && $0.split(separator: "|").count <= 3 }
        let expected = PostgresType.extensionTypes.map { "| `\($0.key)` | \(Self.shown($0.value)) |" }
        #expect(rows.sorted() == expected.sorted())
    }

    @Test("every array, range and multirange of a type that the page has is one", arguments: PostgresType.builtIn)
    func composed(_ type: PostgresType) throws {
        func chosen(_ type: PostgresType) -> (any PostgresCodable.Type)? {
            PostgresCell(bytes: [UInt8]().rawSpan, type: type, format: .binary).swiftType
        }
        if let array = type.arrayType { #expect(chosen(array) == PostgresArray<PostgresValue?>.self) }
        if type.rangeSubtype != nil { #expect(chosen(type) == PostgresRange<PostgresValue>.self) }
        if type.multirangeRange != nil { #expect(chosen(type) == PostgresMultirange<PostgresValue>.self) }
        // Nothing the driver knows comes raw.
        #expect(chosen(type) != nil || !type.hasBinaryForm)
    }

    @Test("every table of types knows the same types")
    func tables() {
        let known = Set(PostgresType.builtIn)
        #expect(Set(PostgresType.swiftTypes.keys).subtracting(known) == [])
        for type in known where PostgresType.swiftTypes[type] == nil {
            let isMadeOfOthers = type.rangeSubtype != nil || type.multirangeRange != nil || type.elementType != nil
            #expect(isMadeOfOthers || !type.hasBinaryForm, "\(type)")
        }
    }
}
