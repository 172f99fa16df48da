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
    @inlinable
    @_lifetime(copy self)
    public func bytes(at index: Int) throws(PostgresError) -> RawSpan? {
        guard index >= 0, index < columns.count else { throw columns.noColumn("at position \(index)", row: number) }
        var position = 0
        for _ in 0..<index {
            guard let length = values.valueLength(at: &position) else { throw columns.damaged(row: number) }
            position += max(length, 0)
        }
        guard let bytes = values.value(at: &position) else { throw columns.damaged(row: number) }
        return bytes
    }
}
