public import PostgresWire

/// The values of a row, one after the other, where they were received.
///
///     try await connection.query("SELECT id, name FROM users").forEach { row in
///         let id = try row.next(Int64.self)
///         if let name = try row.nextBytes() { index.add(id, name) }
///     }
///
/// One reader walks over all rows that arrived together: of all ways to read rows the one that costs least.
public struct RowValues: ~Escapable {
    @usableFromInline var values: RawSpan
    @usableFromInline let cellTypes: Span<RowLayout.CellType>
    /// The value that was decoded last; one cell for all of them, so that none costs a reference count.
    @usableFromInline var cell: PostgresCell
    /// The columns of the result.
    public let columns: PostgresColumns
    @usableFromInline var rowNumber: Int
    @usableFromInline var position = 0
    @usableFromInline var column = 0

    @inlinable @inline(__always)
    @_lifetime(copy values, borrow layout)
    init(values: RawSpan, layout: borrowing RowLayout, columns: PostgresColumns, number: Int) {
        self.values = values
        cellTypes = layout.cellTypes.span
        cell = PostgresCell(
            bytes: values, type: .unspecified, format: .binary, types: layout.types, depth: layout.depth)
        self.columns = columns
        rowNumber = number
    }

    /// The number of the row in its result, from 0.
    @inlinable public var number: Int { rowNumber }

    /// Goes on to another row of the same columns.
    @inlinable
    @_lifetime(self: copy self, copy values)
    mutating func begin(_ values: RawSpan, number: Int) {
        self.values = values
        rowNumber = number
        position = 0
        column = 0
    }

    /// The whole row, to look at by position or by name.
    @inlinable
    public var view: RowView {
        @_lifetime(copy self) get { RowView(values: values, columns: columns, number: rowNumber) }
    }

    /// Decodes the value of the next column.
    ///
    /// - Throws: ``PostgresError`` with the code `decodingFailed`, naming row, column and both types; also behind the
    ///   last column.
    @inlinable @inline(__always)
    public mutating func next<Value: PostgresDecodable>(_ type: Value.Type) throws(PostgresError) -> Value {
        try checkNext()
        return try decodeNext(type)
    }

    /// Decodes the value of the next column where there is known to be one.
    @inlinable @inline(__always)
    mutating func decodeNext<Value: PostgresDecodable>(_ type: Value.Type) throws(PostgresError) -> Value {
        guard let bytes = values.value(at: &position) else { throw columns.damaged(row: rowNumber) }
        let index = column
        column &+= 1
        do throws(PostgresCodingError) {
            guard let bytes else { return try Value.decodeNull() }
            let cellType = cellTypes[index]
            cell.bytes = bytes
            cell.type = cellType.type
            cell.format = cellType.format
            return try Value.decode(cell)
        } catch {
            throw columns.decodingError(error, column: index, row: rowNumber, as: Value.self)
        }
    }

    /// The bytes of the next column in its wire format, without a copy; nil for NULL.
    ///
    /// - Throws: ``PostgresError`` with the code `decodingFailed` behind the last column.
    @inlinable @inline(__always)
    @_lifetime(copy self)
    public mutating func nextBytes() throws(PostgresError) -> RawSpan? {
        try checkNext()
        guard let bytes = values.value(at: &position) else { throw columns.damaged(row: rowNumber) }
        column += 1
        return bytes
    }

    /// Goes past the next column.
    ///
    /// - Throws: ``PostgresError`` with the code `decodingFailed` behind the last column.
    @inlinable @inline(__always)
    public mutating func skip() throws(PostgresError) { _ = try nextBytes() }

    @inlinable @inline(__always)
    func checkNext() throws(PostgresError) {
        guard column < cellTypes.count else { throw columns.noColumn("at position \(column)", row: rowNumber) }
    }

    @inlinable @inline(__always)
    func check(count: Int) throws(PostgresError) {
        guard count == cellTypes.count else { throw columns.countMismatch(wanted: count, row: rowNumber) }
    }

    /// Decodes all values, of which there must be as many as types.
    @inlinable @inline(__always)
    mutating func decode<each Value: PostgresDecodable>(
        _ type: repeat (each Value).Type
    ) throws(PostgresError) -> (repeat each Value) {
        var wanted = 0
        for _ in repeat (each Value).self { wanted += 1 }
        try check(count: wanted)
        return (repeat try decodeNext((each Value).self))
    }

    /// Decodes the only value.
    @inlinable @inline(__always)
    mutating func decode<Value: PostgresDecodable>(_ type: Value.Type) throws(PostgresError) -> Value {
        try check(count: 1)
        return try decodeNext(type)
    }
}
