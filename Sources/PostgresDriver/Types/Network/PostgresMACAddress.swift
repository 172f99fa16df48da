public import PostgresWire

/// A MAC address of 6 bytes, as in `macaddr`, or 8, as in `macaddr8`.
///
/// PostgreSQL: Network Address Types.
public struct PostgresMACAddress: Sendable, Hashable {
    /// The 6 or 8 bytes.
    public let bytes: [UInt8]

    /// An address of 6 or 8 bytes.
    ///
    /// - Throws: ``PostgresCodingError/outOfRange`` for any other number.
    public init(bytes: [UInt8]) throws(PostgresCodingError) {
        guard bytes.count == 6 || bytes.count == 8 else { throw .outOfRange }
        self.bytes = bytes
    }
}

extension PostgresMACAddress: PostgresTextRepresentable {
    /// An address in the server's form: `08:00:2b:01:02:03`.
    public init(postgresText text: String) throws(PostgresCodingError) {
        var reader = TextReader(text)
        var bytes: [UInt8] = []
        repeat {
            guard let high = reader.current.hexadecimalValue, let low = reader.peek(1).hexadecimalValue else {
                throw .malformed("not a MAC address")
            }
            reader.position += 2
            bytes.append(high << 4 | low)
        } while reader.take(UInt8(ascii: ":"))
        try reader.expectEnd("text behind a MAC address")
        guard bytes.count == 6 || bytes.count == 8 else { throw .malformed("not a MAC address") }
        self.bytes = bytes
    }

    /// `08:00:2b:01:02:03`.
    public var description: String { bytes.map { hexadecimal([$0]) }.joined(separator: ":") }

    /// The type `macaddr8`, which takes both lengths.
    public static var postgresType: PostgresType { .macaddr8 }

    /// From `macaddr` and `macaddr8`.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresMACAddress {
        guard cell.type == .macaddr || cell.type == .macaddr8 else { throw .wrongType }
        let address =
            cell.format == .text
            ? try PostgresMACAddress(postgresText: try cell.text()) : PostgresMACAddress(unchecked: cell.bytes.array)
        guard address.bytes.count == (cell.type == .macaddr ? 6 : 8) else {
            throw .malformed("a MAC address of \(address.bytes.count) bytes")
        }
        return address
    }

    private init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// To `macaddr8`, and to `macaddr` where there are 6 bytes.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        switch type {
        case .macaddr: guard bytes.count == 6 else { throw .outOfRange }
        // The server reads 6 bytes as an address of 8, with ff:fe in the middle.
        case .macaddr8: break
        default: throw .wrongType
        }
        writer.write(bytes)
    }
}
