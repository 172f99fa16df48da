public import PostgresWire

/// The columns of a result: names, types, and where a name stands.
///
/// One value is shared by all rows of all runs of a statement.
public final class PostgresColumns: Sendable {
    /// What the server said about each column, in order.
    public let descriptions: [ColumnDescription]
    @usableFromInline let cellTypes: [CellType]
    private let indices: [String: Int]

    /// What decoding needs of a column.
    @usableFromInline
    struct CellType: Sendable {
        @usableFromInline let type: PostgresType
        @usableFromInline let format: WireFormat
    }

    /// `format` replaces the described one: a statement is described before anybody says in which format it will run.
    package init(_ descriptions: [ColumnDescription], format: WireFormat? = nil) {
        self.descriptions = descriptions
        cellTypes = descriptions.map { CellType(type: PostgresType(rawValue: $0.typeOID), format: format ?? $0.format) }
        indices = Dictionary(descriptions.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// No columns.
    static let none = PostgresColumns([])

    /// How many columns there are.
    @inlinable public var count: Int { cellTypes.count }

    /// Where a column stands, from 0; of several with the same name, the first.
    ///
    /// Upper and lower case are different.
    public func index(of name: String) -> Int? { indices[name] }
}
