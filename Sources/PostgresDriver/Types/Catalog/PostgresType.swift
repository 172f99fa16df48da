/// A PostgreSQL data type by its OID.
///
/// The built-in types have the same OID on every server; types made by `CREATE TYPE` or an extension do not: a
/// ``PostgresTypeCatalog`` knows those of one database.
///
/// PostgreSQL: System Catalogs, pg_type.
public struct PostgresType: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The type's OID.
    public var rawValue: UInt32

    /// The type with an OID.
    @inlinable
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    @inlinable
    init(_ rawValue: UInt32) { self.rawValue = rawValue }

    /// The SQL name of a type that the driver knows, else its OID, as in "type with OID 16385".
    public var description: String { builtInName ?? "type with OID \(rawValue)" }

    /// Whether the server has a binary form of the type at all; of the others values come and go as text.
    public var hasBinaryForm: Bool {
        switch rawValue {
        // aclitem, gtsvector and their arrays.
        case 1033, 1034, 3642, 3644: false
        default: true
        }
    }
}
