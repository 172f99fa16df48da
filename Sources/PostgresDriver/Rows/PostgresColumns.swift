public import PostgresWire

/// The columns of a result: names, types, and where a name stands.
///
/// One value is shared by all rows of all runs of a statement.
public final class PostgresColumns: Sendable {
    /// What the server said about each column, in order.
    public let descriptions: [ColumnDescription]
    @usableFromInline let layout: RowLayout
    private let indices: [String: Int]

    /// `format` replaces the described one: a statement is described before anybody says in which format it will run.
    ///
    /// A column whose type has no binary form is text all the same; see ``resultFormats``.
    package init(
        _ descriptions: [ColumnDescription], format: WireFormat? = nil, types: PostgresTypeCatalog? = nil,
        depth: Int = 0
    ) {
        self.descriptions = descriptions
        let cellTypes = descriptions.map { column in
            let type = PostgresType(rawValue: column.typeOID)
            let isText = format == .binary && !(types?.hasBinaryForm(type) ?? type.hasBinaryForm)
            return RowLayout.CellType(type: type, format: isText ? .text : format ?? column.format)
        }
        layout = RowLayout(cellTypes: cellTypes, types: types, depth: depth)
        indices = Dictionary(descriptions.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// No columns.
    static let none = PostgresColumns([])

    @inlinable var cellTypes: [RowLayout.CellType] { layout.cellTypes }

    /// The format of each column, where they are not all binary.
    var resultFormats: [WireFormat]? {
        cellTypes.contains { $0.format == .text } ? cellTypes.map(\.format) : nil
    }

    /// How many columns there are.
    @inlinable public var count: Int { layout.cellTypes.count }

    /// Where a column stands, from 0; of several with the same name, the first.
    ///
    /// Upper and lower case are different.
    public func index(of name: String) -> Int? { indices[name] }
}

/// What decoding needs of the columns of a result.
///
/// A value of its own because spans over the parts of a class would have to count references for every row.
@usableFromInline
struct RowLayout: Sendable {
    @usableFromInline let cellTypes: [CellType]
    /// What is known of types that are not built in.
    @usableFromInline let types: PostgresTypeCatalog?
    /// How many values the rows lie within: 0, but more for the fields of composites.
    @usableFromInline let depth: Int

    /// What decoding needs of one column.
    @usableFromInline
    struct CellType: Sendable {
        @usableFromInline let type: PostgresType
        @usableFromInline let format: WireFormat
    }
}
