public import PostgresWire

/// A range of any subtype: empty, bounded or not on either side, its bounds inclusive or exclusive.
///
///     let week = PostgresRange(.inclusive(monday), .exclusive(nextMonday))
///     let open = PostgresRange<Int64>(.inclusive(1), .unbounded)
///
/// A bound that is infinite, as timestamps may be, is not the same as none. Ranges over whole numbers and dates come
/// back from the server in its canonical form: `[1,5]` becomes `[1,6)`.
///
/// PostgreSQL: Range Types.
public struct PostgresRange<Bound> {
    /// One side of a range.
    public enum Endpoint {
        /// Everything on that side is in the range.
        case unbounded
        /// The bound itself is in the range.
        case inclusive(Bound)
        /// The bound itself is not in the range.
        case exclusive(Bound)

        /// The bound, whether it is in the range or not.
        var bound: Bound? {
            switch self {
            case .inclusive(let bound), .exclusive(let bound): bound
            case .unbounded: nil
            }
        }
    }

    /// The lower side; nil for the empty range.
    public let lower: Endpoint?
    /// The upper side; nil for the empty range.
    public let upper: Endpoint?

    /// A range between two endpoints; the server refuses one whose lower bound is above the upper one.
    public init(_ lower: Endpoint, _ upper: Endpoint) {
        self.lower = lower
        self.upper = upper
    }

    private init() {
        lower = nil
        upper = nil
    }

    /// The range that holds nothing.
    public static var empty: PostgresRange { PostgresRange() }

    /// Whether nothing is in the range.
    public var isEmpty: Bool { lower == nil }

    /// The bounds that it has.
    var bounds: [Bound] { [lower?.bound, upper?.bound].compactMap { $0 } }
}

extension PostgresRange.Endpoint: Sendable where Bound: Sendable {}
extension PostgresRange.Endpoint: Equatable where Bound: Equatable {}
extension PostgresRange.Endpoint: Hashable where Bound: Hashable {}
extension PostgresRange: Sendable where Bound: Sendable {}
extension PostgresRange: Equatable where Bound: Equatable {}
extension PostgresRange: Hashable where Bound: Hashable {}

/// The bits of a range's first byte in binary form.
private enum RangeFlags {
    static let empty: UInt8 = 0x01
    static let lowerInclusive: UInt8 = 0x02
    static let upperInclusive: UInt8 = 0x04
    static let lowerUnbounded: UInt8 = 0x08
    static let upperUnbounded: UInt8 = 0x10
}

extension PostgresCell {
    /// The subtype of a range, as far as it is known.
    var rangeSubtype: PostgresType? {
        if let subtype = type.rangeSubtype { return subtype }
        guard case .range(let subtype) = typeEntry?.kind else { return nil }
        return baseType(of: subtype)
    }
}

extension PostgresRange: PostgresDecodable where Bound: PostgresDecodable {
    /// From any range type.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresRange {
        if cell.format == .text {
            guard let subtype = cell.rangeSubtype ?? (cell.type.mayNeedCatalog ? .unspecified : nil) else {
                throw .wrongType
            }
            var reader = TextReader(cell.bytes.array)
            let range = try read(&reader, subtype: subtype, types: cell.types, depth: cell.depth + 1)
            try reader.expectEnd("text behind a range")
            return range
        }
        guard let subtype = cell.rangeSubtype, let flags = cell.bytes.integer(at: 0, as: UInt8.self) else {
            throw .wrongType
        }
        var position = 1
        if flags & RangeFlags.empty != 0 {
            guard cell.bytes.byteCount == 1 else { throw .malformed("an empty range with bounds") }
            return .empty
        }
        let lower = try endpoint(
            cell, &position, subtype, isUnbounded: flags & RangeFlags.lowerUnbounded != 0,
            isInclusive: flags & RangeFlags.lowerInclusive != 0)
        let upper = try endpoint(
            cell, &position, subtype, isUnbounded: flags & RangeFlags.upperUnbounded != 0,
            isInclusive: flags & RangeFlags.upperInclusive != 0)
        guard position == cell.bytes.byteCount else { throw .malformed("bytes behind a range") }
        return PostgresRange(lower, upper)
    }

    private static func endpoint(
        _ cell: borrowing PostgresCell, _ position: inout Int, _ subtype: PostgresType, isUnbounded: Bool,
        isInclusive: Bool
    ) throws(PostgresCodingError) -> Endpoint {
        if isUnbounded { return .unbounded }
        guard let length = cell.bytes.integer(at: position, as: Int32.self), length >= 0,
            Int(length) <= cell.bytes.byteCount - position - 4
        else { throw .malformed("a range that ends in a bound") }
        let start = position + 4
        position = start + Int(length)
        let bound = try Bound.decode(cell.part(from: start, to: position, type: subtype))
        return isInclusive ? .inclusive(bound) : .exclusive(bound)
    }

    /// Reads `[1,5)`, `(,5]`, `empty`.
    static func read(
        _ reader: inout TextReader, subtype: PostgresType, types: PostgresTypeCatalog?, depth: Int
    ) throws(PostgresCodingError) -> PostgresRange {
        if reader.take("empty") { return .empty }
        let isLowerInclusive = reader.current == UInt8(ascii: "[")
        guard isLowerInclusive || reader.current == UInt8(ascii: "(") else {
            throw .malformed("a range without its bracket")
        }
        reader.position += 1
        let lower = try QuotedText.read(&reader, until: [UInt8(ascii: ",")])
        reader.position += 1
        let upper = try QuotedText.read(&reader, until: [UInt8(ascii: "]"), UInt8(ascii: ")")])
        let isUpperInclusive = reader.current == UInt8(ascii: "]")
        reader.position += 1
        return PostgresRange(
            try endpoint(lower, isInclusive: isLowerInclusive, subtype, types, depth),
            try endpoint(upper, isInclusive: isUpperInclusive, subtype, types, depth))
    }

    private static func endpoint(
        _ text: [UInt8]?, isInclusive: Bool, _ subtype: PostgresType, _ types: PostgresTypeCatalog?, _ depth: Int
    ) throws(PostgresCodingError) -> Endpoint {
        guard let text else { return .unbounded }
        let bound = try Bound.decode(text: text, as: subtype, types: types, depth: depth)
        return isInclusive ? .inclusive(bound) : .exclusive(bound)
    }
}

extension PostgresRange: PostgresEncodable where Bound: PostgresEncodable {
    /// The built-in range type over the bound's type.
    public static var postgresType: PostgresType { Bound.postgresType.rangeType ?? .unspecified }

    /// `[1,5)`, `(,5]`, `empty`; nil where bounds have no text form.
    public var postgresText: String? {
        guard let lower, let upper else { return "empty" }
        guard let from = Self.text(lower), let to = Self.text(upper) else { return nil }
        var isLowerInclusive = false
        if case .inclusive = lower { isLowerInclusive = true }
        var isUpperInclusive = false
        if case .inclusive = upper { isUpperInclusive = true }
        return "\(isLowerInclusive ? "[" : "(")\(from),\(to)\(isUpperInclusive ? "]" : ")")"
    }

    private static func text(_ endpoint: Endpoint) -> String? {
        switch endpoint {
        case .unbounded: ""
        case .inclusive(let bound), .exclusive(let bound):
            bound.postgresElementText.map { QuotedText.quoted($0, special: "()[],") }
        }
    }

    /// Binary, but text where a bound goes as text or the range's subtype is not known.
    public func format(for type: PostgresType) -> WireFormat {
        guard let subtype = type.rangeSubtype else { return type.isAssignedByServer ? .text : .binary }
        return goesAsText(lower, subtype) || goesAsText(upper, subtype) ? .text : .binary
    }

    private func goesAsText(_ endpoint: Endpoint?, _ subtype: PostgresType) -> Bool {
        guard let bound = endpoint?.bound, !bound.isNull, !subtype.isText else { return false }
        return bound.format(for: subtype) == .text
    }

    /// To a range type.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        if format(for: type) == .text { return try encodeText(into: &writer) }
        guard let subtype = type.rangeSubtype else { throw .wrongType }
        guard let lower, let upper else { return writer.write(RangeFlags.empty) }
        var flags: UInt8 = 0
        switch lower {
        case .unbounded: flags |= RangeFlags.lowerUnbounded
        case .inclusive: flags |= RangeFlags.lowerInclusive
        case .exclusive: break
        }
        switch upper {
        case .unbounded: flags |= RangeFlags.upperUnbounded
        case .inclusive: flags |= RangeFlags.upperInclusive
        case .exclusive: break
        }
        writer.write(flags)
        if let bound = lower.bound { try bound.encodeWithLength(into: &writer, as: subtype) }
        if let bound = upper.bound { try bound.encodeWithLength(into: &writer, as: subtype) }
    }
}
