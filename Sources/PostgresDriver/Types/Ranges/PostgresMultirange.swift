public import PostgresWire

/// A multirange: ranges that do not touch, in ascending order.
///
/// The server joins what overlaps and sorts the rest.
///
/// PostgreSQL: Range Types.
public struct PostgresMultirange<Bound> {
    /// The ranges.
    public let ranges: [PostgresRange<Bound>]

    /// A multirange of some ranges.
    public init(_ ranges: [PostgresRange<Bound>]) { self.ranges = ranges }
}

extension PostgresMultirange: Sendable where Bound: Sendable {}
extension PostgresMultirange: Equatable where Bound: Equatable {}
extension PostgresMultirange: Hashable where Bound: Hashable {}

extension PostgresCell {
    /// The range type of a multirange, as far as it is known.
    var multirangeRange: PostgresType? {
        if let range = type.multirangeRange { return range }
        guard case .multirange(let range) = typeEntry?.kind else { return nil }
        return range
    }
}

extension PostgresMultirange: PostgresDecodable where Bound: PostgresDecodable {
    /// From any multirange type.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresMultirange {
        guard
            let range = cell.multirangeRange ?? (cell.format == .text && cell.type.mayNeedCatalog ? .unspecified : nil)
        else { throw .wrongType }
        if cell.format == .text {
            let subtype = PostgresCell(bytes: cell.bytes, type: range, format: .text, types: cell.types).rangeSubtype
            return PostgresMultirange(
                try read(
                    cell.bytes.array, subtype: subtype ?? .unspecified, types: cell.types, depth: cell.depth + 1))
        }
        let bytes = cell.bytes
        // A range takes five bytes at least, with its length.
        guard let count = bytes.integer(at: 0, as: Int32.self), count >= 0, Int(count) <= bytes.byteCount / 5 else {
            throw .malformed("a multirange that says it is longer than its bytes")
        }
        var ranges: [PostgresRange<Bound>] = []
        ranges.reserveCapacity(Int(count))
        var position = 4
        for _ in 0..<count {
            guard let length = bytes.integer(at: position, as: Int32.self), length >= 0,
                Int(length) <= bytes.byteCount - position - 4
            else { throw .malformed("a multirange that ends in a range") }
            let start = position + 4
            position = start + Int(length)
            ranges.append(try PostgresRange<Bound>.decode(cell.part(from: start, to: position, type: range)))
        }
        guard position == bytes.byteCount else { throw .malformed("bytes behind a multirange") }
        return PostgresMultirange(ranges)
    }

    private static func read(
        _ text: [UInt8], subtype: PostgresType, types: PostgresTypeCatalog?, depth: Int
    ) throws(PostgresCodingError) -> [PostgresRange<Bound>] {
        var reader = TextReader(text)
        try reader.expect(UInt8(ascii: "{"), "a multirange without its brace")
        var ranges: [PostgresRange<Bound>] = []
        if !reader.take(UInt8(ascii: "}")) {
            repeat {
                ranges.append(try PostgresRange<Bound>.read(&reader, subtype: subtype, types: types, depth: depth))
            } while reader.take(UInt8(ascii: ","))
            try reader.expect(UInt8(ascii: "}"), "a multirange that is not closed")
        }
        try reader.expectEnd("text behind a multirange")
        return ranges
    }
}

extension PostgresMultirange: PostgresEncodable where Bound: PostgresEncodable {
    /// The built-in multirange type over the bound's type.
    public static var postgresType: PostgresType {
        Bound.postgresType.rangeType?.multirangeType ?? .unspecified
    }

    /// `{[1,3),[5,)}`; nil where bounds have no text form.
    public var postgresText: String? {
        let texts = ranges.compactMap(\.postgresText)
        return texts.count == ranges.count ? "{\(texts.joined(separator: ","))}" : nil
    }

    /// Binary, but text where a bound goes as text or the subtype is not known.
    public func format(for type: PostgresType) -> WireFormat {
        guard let range = type.multirangeRange else { return type.isAssignedByServer ? .text : .binary }
        return ranges.contains { $0.format(for: range) == .text } ? .text : .binary
    }

    /// To a multirange type.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        if format(for: type) == .text { return try encodeText(into: &writer) }
        guard let range = type.multirangeRange else { throw .wrongType }
        guard let count = Int32(exactly: ranges.count) else { throw .outOfRange }
        writer.write(count)
        for value in ranges { try value.encodeWithLength(into: &writer, as: range) }
    }
}
