public import PostgresWire

/// Where in a COPY FROM STDIN the next value goes.
@usableFromInline
struct CopyPlace {
    @usableFromInline let columns: PostgresColumns
    @usableFromInline let row: Int
    @usableFromInline var index = 0

    @inlinable
    init(columns: PostgresColumns, row: Int) {
        self.columns = columns
        self.row = row
    }

    /// Appends a value and moves on to the next column; there must be one.
    @inlinable @inline(__always)
    mutating func append<Value: PostgresEncodable>(_ value: Value, to buffer: inout ByteWriter) throws(PostgresError) {
        do throws(PostgresCodingError) {
            try buffer.writeValue(value, as: columns.cellTypes[index].type, binaryOnly: true)
        } catch {
            throw failed(error, type(of: value))
        }
        index += 1
    }

    @usableFromInline
    func failed(_ error: PostgresCodingError, _ type: Any.Type) -> PostgresError {
        let column = columns.descriptions[index].name
        return PostgresError(
            .invalidQuery,
            "row \(row), column \(index) \"\(column)\" (\(columns.cellTypes[index].type)) of the COPY cannot be "
                + "encoded from \(type): \(error.explanation)")
    }
}
