public import PostgresWire

extension RowView {
    /// The bytes of one column by its position, from 0, in the column's wire format; nil for NULL.
    ///
    ///     while let row = try await rows.next() {
    ///         if let image = try row.bytes(at: 0) { checksum.update(image) }
    ///     }
    ///
    /// Nothing is copied, and the compiler refuses to keep the span beyond the row: the way to look at large values.
    /// A query that runs by the extended protocol has binary results, in which a `bytea` is its bytes.
    ///
    /// - Throws: ``PostgresError`` with the code `decodingFailed` for a position that does not exist.
    @_lifetime(copy self)
    public func bytes(at index: Int) throws(PostgresError) -> RawSpan? {
        guard index >= 0, index < columns.count else { throw columns.noColumn("at position \(index)", row: number) }
        let layout = columns.layout
        var cursor = ValueCursor(values: values, layout: layout, columns: columns, number: number)
        for _ in 0..<index { try cursor.skip() }
        let length = try cursor.length()
        guard length >= 0 else { return nil }
        return values.extracting(cursor.position..<(cursor.position + length))
    }
}
