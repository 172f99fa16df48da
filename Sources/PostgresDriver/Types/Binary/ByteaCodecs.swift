public import Foundation
public import PostgresWire

// bytea, as Foundation's Data and without Foundation.

extension PostgresCell {
    /// The bytes of a `bytea` value, whichever format it came in.
    @usableFromInline
    func byteaBytes() throws(PostgresCodingError) -> [UInt8] {
        guard type == .bytea else { throw .wrongType }
        if format == .binary { return bytes.array }
        return try ByteaText.parse(bytes.array)
    }
}

/// The two text forms of `bytea`; which one a server prints is its setting `bytea_output`.
///
/// PostgreSQL: Binary Data Types.
enum ByteaText {
    static func parse(_ text: [UInt8]) throws(PostgresCodingError) -> [UInt8] {
        // The escape format doubles a backslash, so that `\x` begins only the hex format.
        text.starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "x")]) ? try parseHex(text) : try parseEscape(text)
    }

    private static func parseHex(_ text: [UInt8]) throws(PostgresCodingError) -> [UInt8] {
        guard text.count % 2 == 0 else { throw .malformed("bytea text with half a byte") }
        var result: [UInt8] = []
        result.reserveCapacity(text.count / 2 - 1)
        for index in stride(from: 2, to: text.count, by: 2) {
            guard let high = text[index].hexadecimalValue, let low = text[index + 1].hexadecimalValue else {
                throw .malformed("bytea text with something that is no hex digit")
            }
            result.append(high << 4 | low)
        }
        return result
    }

    private static func parseEscape(_ text: [UInt8]) throws(PostgresCodingError) -> [UInt8] {
        var reader = TextReader(text)
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        while !reader.isAtEnd {
            let byte = reader.current
            reader.position += 1
            guard byte == UInt8(ascii: "\\") else {
                result.append(byte)
                continue
            }
            if reader.take(UInt8(ascii: "\\")) {
                result.append(byte)
                continue
            }
            var value = 0
            for _ in 0..<3 {
                let digit = Int(reader.current) - Int(UInt8(ascii: "0"))
                guard (0..<8).contains(digit) else { throw .malformed("bytea text with a backslash and no code") }
                value = value * 8 + digit
                reader.position += 1
            }
            guard let byte = UInt8(exactly: value) else { throw .malformed("bytea text with a code above a byte") }
            result.append(byte)
        }
        return result
    }
}

extension Data: PostgresCodable {
    /// The type `bytea`.
    @inlinable public static var postgresType: PostgresType { .bytea }

    /// From `bytea`; one copy.
    @inlinable
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> Data {
        Data(try cell.byteaBytes())
    }

    /// The hex format: `\x00ff`.
    public var postgresText: String? { "\\x" + hexadecimal(self) }

    /// To `bytea`; one copy.
    @inlinable
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .bytea else { throw .wrongType }
        writer.write([UInt8](self))
    }
}

/// The bytes of a `bytea` value without Foundation.
///
/// An array of `UInt8` is not one itself: arrays are SQL arrays.
public struct PostgresBytes: PostgresCodable, Hashable, Codable {
    /// The bytes.
    public var bytes: [UInt8]

    /// A value of these bytes.
    @inlinable
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The type `bytea`.
    @inlinable public static var postgresType: PostgresType { .bytea }

    /// From `bytea`; one copy.
    @inlinable
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresBytes {
        PostgresBytes(try cell.byteaBytes())
    }

    /// The hex format: `\x00ff`.
    public var postgresText: String? { "\\x" + hexadecimal(bytes) }

    /// To `bytea`; one copy.
    @inlinable
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .bytea else { throw .wrongType }
        writer.write(bytes)
    }
}
