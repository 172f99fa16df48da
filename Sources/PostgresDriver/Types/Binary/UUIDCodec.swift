public import Foundation
public import PostgresWire

extension UUID: PostgresCodable {
    /// The type `uuid`.
    @inlinable public static var postgresType: PostgresType { .uuid }

    /// From `uuid`.
    @inlinable
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> UUID {
        guard cell.type == .uuid else { throw .wrongType }
        if cell.format == .text { return UUID(networkOrder: try uuidText(cell.bytes.array)) }
        return UUID(networkOrder: try cell.integer(UInt128.self))
    }

    @usableFromInline
    init(networkOrder value: UInt128) {
        let b = value.bigEndian
        func byte(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: b >> (8 * index)) }
        self.init(
            uuid: (
                byte(0), byte(1), byte(2), byte(3), byte(4), byte(5), byte(6), byte(7), byte(8), byte(9), byte(10),
                byte(11), byte(12), byte(13), byte(14), byte(15)
            ))
    }

    /// In lower case: `a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11`.
    public var postgresText: String? { uuidString.lowercased() }

    /// To `uuid`.
    @inlinable
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .uuid else { throw .wrongType }
        let b = uuid
        for byte in [
            b.0, b.1, b.2, b.3, b.4, b.5, b.6, b.7, b.8, b.9, b.10, b.11, b.12, b.13, b.14, b.15,
        ] { writer.write(byte) }
    }
}

/// The forms that the server reads: either case, braces around, a hyphen behind any group of four digits or none.
///
/// PostgreSQL: UUID Type.
@usableFromInline
func uuidText(_ bytes: [UInt8]) throws(PostgresCodingError) -> UInt128 {
    var reader = TextReader(bytes)
    let hasBraces = reader.take(UInt8(ascii: "{"))
    var value: UInt128 = 0
    for index in 0..<32 {
        if index > 0, index % 4 == 0 { _ = reader.take(UInt8(ascii: "-")) }
        guard let digit = reader.current.hexadecimalValue else { throw .malformed("not a UUID") }
        value = value << 4 | UInt128(digit)
        reader.position += 1
    }
    guard !hasBraces || reader.take(UInt8(ascii: "}")), reader.isAtEnd else { throw .malformed("not a UUID") }
    return value
}
