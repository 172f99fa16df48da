import PostgresWire
import Testing

@testable import PostgresDriver

@Suite("the bytes of a row's values")
struct RowViewBytesTests {
    private static func column(_ name: String) -> ColumnDescription {
        ColumnDescription(name: name, typeOID: 17, format: .binary)
    }

    private let columns = PostgresColumns([column("a"), column("b"), column("c")])

    @Test("each value where it lies, NULL as nil, an empty value as no bytes")
    func values() throws {
        let row = PostgresRow(
            bytes: try bytes("00000002 abcd ffffffff 00000000"), columns: columns, number: 4)
        #expect(try row.view.bytes(at: 0)?.array == [0xab, 0xcd])
        #expect(try row.view.bytes(at: 1)?.array == nil)
        #expect(try row.view.bytes(at: 2)?.array == [])
    }

    @Test("a position that does not exist", arguments: [-1, 3])
    func positions(index: Int) throws {
        let row = PostgresRow(
            bytes: try bytes("00000002 abcd ffffffff 00000000"), columns: columns, number: 4)
        let error = #expect(throws: PostgresError.self) { try row.view.bytes(at: index)?.array }
        #expect(error?.code == .decodingFailed)
    }

    @Test("lengths that do not add up", arguments: ["", "000000", "00000003 abcd", "7fffffff 00"])
    func damaged(text: String) throws {
        let row = PostgresRow(bytes: try bytes(text), columns: columns, number: 0)
        let error = #expect(throws: PostgresError.self) { try row.view.bytes(at: 0)?.array }
        #expect(error?.code == .protocolViolation)
    }
}
