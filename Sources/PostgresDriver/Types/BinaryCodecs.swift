public import Foundation
public import PostgresWire

// bytea and uuid.

extension PostgresCell {
    /// The bytes of a `bytea` value, whichever format it came in.
    @usableFromInline
    func byteaBytes() throws(PostgresCodingError) -> [UInt8] {
        guard type == .bytea else { throw .wrongType }
        if format == .binary { return bytes.array }
        let text = bytes.array
        guard text.starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "x")]), text.count % 2 == 0 else {
            throw .malformed("bytea text that is not in the hex format")
        }
        var result: [UInt8] = []
        result.reserveCapacity(text.count / 2 - 1)
        for index in stride(from: 2, to: text.count, by: 2) {
            guard let high = Self.digit(text[index]), let low = Self.digit(text[index + 1]) else {
                throw .malformed("bytea text with something that is no hex digit")
            }
            result.append(high << 4 | low)
        }
        return result
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
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
public struct PostgresBytes: PostgresCodable, Hashable {
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

    /// To `bytea`; one copy.
    @inlinable
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .bytea else { throw .wrongType }
        writer.write(bytes)
    }
}

extension UUID: PostgresCodable {
    /// The type `uuid`.
    @inlinable public static var postgresType: PostgresType { .uuid }

    /// From `uuid`.
    @inlinable
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> UUID {
        guard cell.type == .uuid else { throw .wrongType }
        if cell.format == .text {
            guard let uuid = UUID(uuidString: try cell.text()) else { throw .malformed("not a UUID") }
            return uuid
        }
        let b = try cell.integer(UInt128.self).bigEndian
        func byte(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: b >> (8 * index)) }
        return UUID(
            uuid: (
                byte(0), byte(1), byte(2), byte(3), byte(4), byte(5), byte(6), byte(7), byte(8), byte(9), byte(10),
                byte(11), byte(12), byte(13), byte(14), byte(15)
            ))
    }

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
