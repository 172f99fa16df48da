public import PostgresWire

// Swift's half-open and closed ranges, where SQL's range is one.

extension Range: PostgresDecodable where Bound: PostgresDecodable {
    /// From a range with an inclusive lower and an exclusive upper bound, which is what the server makes of every
    /// bounded range over whole numbers or dates.
    ///
    /// - Throws: ``PostgresCodingError/outOfRange`` for every other range; see ``PostgresRange``.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> Range {
        let range = try PostgresRange<Bound>.decode(cell)
        guard case .inclusive(let lower) = range.lower, case .exclusive(let upper) = range.upper, lower <= upper else {
            throw .outOfRange
        }
        return lower..<upper
    }
}

extension Range: PostgresEncodable where Bound: PostgresEncodable {
    /// The built-in range type over the bound's type.
    public static var postgresType: PostgresType { PostgresRange<Bound>.postgresType }

    private var range: PostgresRange<Bound> { PostgresRange(.inclusive(lowerBound), .exclusive(upperBound)) }

    /// `[1,5)`; nil where bounds have no text form.
    public var postgresText: String? { range.postgresText }

    /// As ``PostgresRange/format(for:)``.
    public func format(for type: PostgresType) -> WireFormat { range.format(for: type) }

    /// To a range type.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        try range.encode(into: &writer, as: type)
    }
}

extension ClosedRange: PostgresEncodable where Bound: PostgresEncodable {
    /// The built-in range type over the bound's type.
    public static var postgresType: PostgresType { PostgresRange<Bound>.postgresType }

    private var range: PostgresRange<Bound> { PostgresRange(.inclusive(lowerBound), .inclusive(upperBound)) }

    /// `[1,5]`; nil where bounds have no text form.
    public var postgresText: String? { range.postgresText }

    /// As ``PostgresRange/format(for:)``.
    public func format(for type: PostgresType) -> WireFormat { range.format(for: type) }

    /// To a range type.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        try range.encode(into: &writer, as: type)
    }
}
