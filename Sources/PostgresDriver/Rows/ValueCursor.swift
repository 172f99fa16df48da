public import PostgresWire

/// Walks over the values of one row, then of the next one.
@usableFromInline
struct ValueCursor: ~Escapable {
    @usableFromInline var values: RawSpan
    @usableFromInline let cellTypes: Span<RowLayout.CellType>
    /// The value that was decoded last; one cell for all of them, so that none costs a reference count.
    @usableFromInline var cell: PostgresCell
    /// For errors.
    @usableFromInline let columns: PostgresColumns
    @usableFromInline var number: Int
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
        self.number = number
    }

    /// Goes on to another row of the same columns.
    @inlinable
    @_lifetime(self: copy self, copy values)
    mutating func begin(_ values: RawSpan, number: Int) {
        self.values = values
        self.number = number
        position = 0
        column = 0
    }

    /// The row as a view.
    @inlinable
    var view: RowView {
        @_lifetime(copy self) get { RowView(values: values, columns: columns, number: number) }
    }

    /// The length of the next value, or -1 for NULL; the position is behind it afterwards.
    @inlinable @inline(__always)
    mutating func length() throws(PostgresError) -> Int {
        guard let length = values.valueLength(at: &position) else { throw columns.damaged(row: number) }
        return length
    }

    @inlinable
    mutating func skip() throws(PostgresError) {
        position += max(try length(), 0)
        column += 1
    }

    @inlinable @inline(__always)
    func check(count: Int) throws(PostgresError) {
        guard count == cellTypes.count else { throw columns.countMismatch(wanted: count, row: number) }
    }

    /// Decodes all values, of which there must be as many as types.
    @inlinable @inline(__always)
    mutating func decode<each Value: PostgresDecodable>(
        _ type: repeat (each Value).Type
    ) throws(PostgresError) -> (repeat each Value) {
        var wanted = 0
        for _ in repeat (each Value).self { wanted += 1 }
        try check(count: wanted)
        return (repeat try next((each Value).self))
    }

    /// Decodes the only value.
    @inlinable @inline(__always)
    mutating func decode<Value: PostgresDecodable>(_ type: Value.Type) throws(PostgresError) -> Value {
        try check(count: 1)
        return try next(type)
    }

    /// Decodes the next value.
    ///
    /// There must be one: callers compare with the number of columns first.
    @inlinable @inline(__always)
    mutating func next<Value: PostgresDecodable>(_ type: Value.Type) throws(PostgresError) -> Value {
        let length = try length()
        let index = column
        column += 1
        do throws(PostgresCodingError) {
            if length < 0 { return try Value.decodeNull() }
            let start = position
            position += length
            let cellType = cellTypes[index]
            cell.bytes = values.slice(from: start, to: position)
            cell.type = cellType.type
            cell.format = cellType.format
            return try Value.decode(cell)
        } catch {
            throw columns.decodingError(error, column: index, row: number, as: Value.self)
        }
    }
}
