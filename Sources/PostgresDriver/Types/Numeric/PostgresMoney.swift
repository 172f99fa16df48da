public import PostgresWire

/// A value of the type `money` as it is stored: a count of the smallest unit.
///
/// How many of them make one unit of currency, and how the text looks, is the server's `lc_monetary`, which no client
/// can know. So there is no text form, and a value that comes as text is refused; cast to `numeric` in SQL where an
/// amount is wanted.
///
/// PostgreSQL: Monetary Types.
public struct PostgresMoney: PostgresCodable, RawRepresentable, Hashable, Comparable, Codable {
    /// The amount in the smallest unit, cents in most locales.
    public var rawValue: Int64

    /// An amount in the smallest unit.
    public init(rawValue: Int64) { self.rawValue = rawValue }

    /// The type `money`.
    public static var postgresType: PostgresType { .money }

    /// Binary: there is no text form.
    public func format(for type: PostgresType) -> WireFormat { .binary }

    /// Nil: the text depends on the server's locale.
    public var postgresText: String? { nil }

    /// Nil: the text depends on the server's locale.
    public var postgresElementText: String? { nil }

    /// From `money` in its binary form.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresMoney {
        guard cell.type == .money, cell.format == .binary else { throw .wrongType }
        return PostgresMoney(rawValue: try cell.integer(Int64.self))
    }

    /// To `money`.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .money else { throw .wrongType }
        writer.write(rawValue)
    }

    /// Whether an amount is below another.
    public static func < (left: PostgresMoney, right: PostgresMoney) -> Bool { left.rawValue < right.rawValue }
}
