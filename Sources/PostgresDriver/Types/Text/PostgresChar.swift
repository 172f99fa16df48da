public import PostgresWire

/// A value of the type `"char"`: a single byte, as system catalogs use it.
///
/// PostgreSQL: Character Types, Special Character Types.
public struct PostgresChar: Sendable, Hashable {
    /// The byte.
    public var byte: UInt8

    /// A single byte.
    public init(_ byte: UInt8) { self.byte = byte }
}

extension PostgresChar: PostgresTextRepresentable {
    /// One ASCII character, nothing for the byte 0, or a backslash with three octal digits for a byte beyond ASCII.
    public init(postgresText text: String) throws(PostgresCodingError) {
        let bytes = Array(text.utf8)
        switch bytes.count {
        case 0: byte = 0
        case 1: byte = bytes[0]
        case 4:
            guard bytes[0] == UInt8(ascii: "\\"), let code = UInt8(text.dropFirst(), radix: 8) else {
                throw .malformed("more than one character")
            }
            byte = code
        default: throw .malformed("more than one character")
        }
    }

    /// The character, nothing for the byte 0, or `\377` for a byte beyond ASCII.
    public var description: String {
        if byte == 0 { return "" }
        return byte < 128
            ? String(decoding: [byte], as: UTF8.self) : "\\" + String(byte, radix: 8).leftPadded(3)
    }

    /// The type `"char"`.
    public static var postgresType: PostgresType { .char }

    /// From `"char"`.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresChar {
        guard cell.type == .char else { throw .wrongType }
        if cell.format == .text { return try PostgresChar(postgresText: try cell.text()) }
        return PostgresChar(try cell.integer(UInt8.self))
    }

    /// To `"char"`.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .char else { throw .wrongType }
        writer.write(byte)
    }
}
