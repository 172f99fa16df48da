public import PostgresWire

/// A string of bits: `bit` and `varbit`.
///
/// PostgreSQL: Bit String Types.
public struct PostgresBitString: Sendable, Hashable {
    /// How many bits there are.
    public let count: Int
    /// The bits, eight a byte, the first one highest; those behind the last are zero.
    public let bytes: [UInt8]

    /// A string of some bits.
    public init(_ bits: some Sequence<Bool>) {
        var bytes: [UInt8] = []
        var count = 0
        for bit in bits {
            if count % 8 == 0 { bytes.append(0) }
            if bit { bytes[count / 8] |= 0x80 >> UInt8(count % 8) }
            count += 1
        }
        self.bytes = bytes
        self.count = count
    }

    /// A string of bits that lie in bytes, the first one highest.
    ///
    /// - Throws: ``PostgresCodingError/malformed(_:)`` where the bytes are not as many as the bits need, or a bit is set
    ///   behind the last one.
    public init(bytes: [UInt8], count: Int) throws(PostgresCodingError) {
        guard count >= 0, count <= Int(Int32.max), bytes.count == (count + 7) / 8 else {
            throw .malformed("a bit string that is not as long as it says")
        }
        if count % 8 != 0, let last = bytes.last, last << UInt8(count % 8) != 0 {
            throw .malformed("a bit string with bits behind its end")
        }
        self.bytes = bytes
        self.count = count
    }

    /// The bit at an index from 0; nil behind the end.
    public subscript(index: Int) -> Bool? {
        index >= 0 && index < count ? bytes[index / 8] & (0x80 >> UInt8(index % 8)) != 0 : nil
    }
}

extension PostgresBitString: PostgresTextRepresentable {
    /// Zeros and ones.
    public init(postgresText text: String) throws(PostgresCodingError) {
        guard text.utf8.allSatisfy({ $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: "1") }) else {
            throw .malformed("a bit string with something that is no bit")
        }
        self.init(text.utf8.map { $0 == UInt8(ascii: "1") })
    }

    /// Zeros and ones: `101`.
    public var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(count)
        for index in 0..<count {
            text.append(self[index] == true ? UInt8(ascii: "1") : UInt8(ascii: "0"))
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The type `varbit`.
    public static var postgresType: PostgresType { .varbit }

    /// From `bit` and `varbit`.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresBitString {
        guard cell.type == .bit || cell.type == .varbit else { throw .wrongType }
        if cell.format == .text { return try PostgresBitString(postgresText: try cell.text()) }
        guard let count = cell.bytes.integer(at: 0, as: Int32.self) else {
            throw .malformed("a bit string without its length")
        }
        return try PostgresBitString(
            bytes: cell.bytes.slice(from: 4, to: cell.bytes.byteCount).array, count: Int(count))
    }

    /// To `bit` and `varbit`.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .bit || type == .varbit else { throw .wrongType }
        guard let count = Int32(exactly: count) else { throw .outOfRange }
        writer.write(count)
        writer.write(bytes)
    }
}
