public import PostgresWire

extension Bool: PostgresCodable {
    /// The type `bool`.
    @inlinable public static var postgresType: PostgresType { .bool }

    /// From `bool`.
    @inlinable @inline(__always)
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> Bool {
        if let byte = cell.plainInteger(.bool, as: UInt8.self) { return byte != 0 }
        return try decodeOther(cell)
    }

    @usableFromInline
    static func decodeOther(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> Bool {
        guard cell.type == .bool else { throw .wrongType }
        if cell.format == .binary { return try cell.integer(UInt8.self) != 0 }
        switch try cell.text() {
        case "t", "true": return true
        case "f", "false": return false
        default: throw .malformed("neither t nor f")
        }
    }

    /// `true` or `false`, as the cast to text gives them.
    @inlinable public var postgresText: String? { self ? "true" : "false" }

    /// `t` or `f`, as the type prints them.
    @inlinable public var postgresElementText: String? { self ? "t" : "f" }

    /// To `bool`.
    @inlinable
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .bool else { throw .wrongType }
        writer.write(self ? 1 : 0 as UInt8)
    }
}
