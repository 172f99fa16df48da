public import PostgresWire

/// One row where it was received: no copy, valid until the next row is asked for.
///
///     var rows = try await connection.query("SELECT id, name FROM users")
///     while let row = try await rows.next() {
///         let (id, name) = try row.decode(Int64.self, String?.self)
///     }
///
/// The compiler refuses to keep a row beyond `next()`; ``PostgresRow`` is the copy that may be kept.
public struct RowView: ~Escapable {
    /// The values, each behind its length: the body of a DataRow without the count.
    @usableFromInline let values: RawSpan
    /// The columns of the result.
    public let columns: PostgresColumns
    /// The number of the row in its result, from 0.
    public let number: Int

    @inlinable
    @_lifetime(copy values)
    init(values: RawSpan, columns: PostgresColumns, number: Int) {
        self.values = values
        self.columns = columns
        self.number = number
    }

    /// All columns, each as a type of its own: `try row.decode(Int64.self, String?.self)`.
    ///
    /// - Throws: ``PostgresError`` with the code `decodingFailed`, naming row, column and both types; also where the
    ///   number of types is not the number of columns.
    @inlinable @inline(__always)
    public func decode<each Value: PostgresDecodable>(
        _ type: repeat (each Value).Type
    ) throws(PostgresError) -> (repeat each Value) {
        let layout = columns.layout
        var cursor = RowValues(values: values, layout: layout, columns: columns, number: number)
        return try cursor.decode(repeat (each Value).self)
    }

    /// The only column.
    ///
    /// - Throws: as ``decode(_:)`` for several columns does, also where there is not exactly one column.
    @inlinable
    public func decode<Value: PostgresDecodable>(_ type: Value.Type) throws(PostgresError) -> Value {
        let layout = columns.layout
        var cursor = RowValues(values: values, layout: layout, columns: columns, number: number)
        return try cursor.decode(type)
    }

    /// One column by its position, from 0.
    ///
    /// - Throws: as ``decode(_:)`` does, also for a position that does not exist.
    @inlinable
    public func decode<Value: PostgresDecodable>(
        _ type: Value.Type, at index: Int
    ) throws(PostgresError) -> Value {
        let bytes = try bytes(at: index)
        do throws(PostgresCodingError) {
            guard let bytes else { return try Value.decodeNull() }
            // One value alone is read faster without a reader over all.
            let layout = columns.layout
            let cellType = layout.cellTypes[index]
            let cell = PostgresCell(
                bytes: bytes, type: cellType.type, format: cellType.format, types: layout.types, depth: layout.depth)
            return try Value.decode(cell)
        } catch {
            throw columns.decodingError(error, column: index, row: number, as: Value.self)
        }
    }

    /// One column by its name; of several with the same name, the first.
    ///
    /// - Throws: as ``decode(_:)`` does, also for a name that does not exist.
    @inlinable
    public func decode<Value: PostgresDecodable>(
        _ type: Value.Type, named name: String
    ) throws(PostgresError) -> Value {
        guard let index = columns.index(of: name) else { throw columns.noColumn("named \"\(name)\"", row: number) }
        return try decode(type, at: index)
    }

    /// A copy that may be kept; one allocation.
    public var owned: PostgresRow { PostgresRow(bytes: values.array, columns: columns, number: number) }
}

extension PostgresColumns {
    @usableFromInline
    func countMismatch(wanted: Int, row: Int) -> PostgresError {
        PostgresError(
            .decodingFailed, "row \(row): the result has \(count) columns, but \(wanted) types to decode were given")
    }

    @usableFromInline
    func noColumn(_ which: String, row: Int) -> PostgresError {
        let names = descriptions.prefix(20).map { "\"\($0.name)\"" }.joined(separator: ", ")
        return PostgresError(.decodingFailed, "row \(row): no column \(which); there are \(names)")
    }

    @usableFromInline
    func damaged(row: Int) -> PostgresError {
        PostgresError(.protocolViolation, "row \(row): the lengths of its values do not add up")
    }

    @usableFromInline
    func decodingError<Value>(
        _ error: PostgresCodingError, column: Int, row: Int, as type: Value.Type
    ) -> PostgresError {
        let name = column < descriptions.count ? descriptions[column].name : ""
        let postgresType = column < count ? cellTypes[column].type.description : "unknown"
        let reason =
            switch error {
            case .null: "it is NULL; decode it to \(type)? to allow that"
            case .nullElement(let index): "element \(index) is NULL; make the elements optional to allow that"
            case .wrongType: "the types do not go together"
            case .outOfRange: "the value does not fit"
            case .malformed(let what): "\(what)"
            }
        return PostgresError(
            .decodingFailed,
            "row \(row), column \(column) \"\(name)\" (\(postgresType)) cannot be decoded to \(type): \(reason)")
    }
}
