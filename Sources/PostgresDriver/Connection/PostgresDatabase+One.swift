public import PostgresWire

// Queries with at most one row.
extension PostgresDatabase {
    /// Runs a query that returns exactly one row with one column.
    ///
    /// - Throws: ``PostgresError``; `noRows` or `tooManyRows` where there is not exactly one, `timedOut` where the
    ///   time is up.
    @inlinable
    public func queryOne<Value: PostgresDecodable>(
        _ query: PostgresQuery, as type: Value.Type, mode: PostgresExecutionMode? = nil, timeout: Duration? = nil,
        file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> Value {
        try one(
            try await self.query(query, as: type, mode: mode, timeout: timeout, file: file, line: line), query, file,
            line)
    }

    /// Runs a query that returns exactly one row with several columns.
    ///
    /// - Throws: ``PostgresError``; `noRows` or `tooManyRows` where there is not exactly one, `timedOut` where the
    ///   time is up.
    @inlinable
    public func queryOne<First: PostgresDecodable, Second: PostgresDecodable, each Other: PostgresDecodable>(
        _ query: PostgresQuery, as first: First.Type, _ second: Second.Type, _ other: repeat (each Other).Type,
        mode: PostgresExecutionMode? = nil, timeout: Duration? = nil, file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> (First, Second, repeat each Other) {
        try one(
            try await self.query(
                query, as: first, second, repeat each other, mode: mode, timeout: timeout, file: file, line: line),
            query, file, line)
    }

    /// Runs a query that returns exactly one row, decoded by column name.
    ///
    /// - Throws: ``PostgresError``; `noRows` or `tooManyRows` where there is not exactly one, `timedOut` where the
    ///   time is up.
    @_disfavoredOverload
    public func queryOne<Value: Decodable>(
        _ query: PostgresQuery, as type: Value.Type, mode: PostgresExecutionMode? = nil, timeout: Duration? = nil,
        file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> Value {
        try one(
            try await self.query(query, as: type, mode: mode, timeout: timeout, file: file, line: line), query, file,
            line)
    }

    /// Runs a query that returns at most one row with one column; nil where there is none.
    ///
    /// - Throws: ``PostgresError``; `tooManyRows` where there is more than one, `timedOut` where the time is up.
    @inlinable
    public func queryOptional<Value: PostgresDecodable>(
        _ query: PostgresQuery, as type: Value.Type, mode: PostgresExecutionMode? = nil, timeout: Duration? = nil,
        file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> Value? {
        try optional(
            try await self.query(query, as: type, mode: mode, timeout: timeout, file: file, line: line), query, file,
            line)
    }

    /// Runs a query that returns at most one row with several columns; nil where there is none.
    ///
    /// - Throws: ``PostgresError``; `tooManyRows` where there is more than one, `timedOut` where the time is up.
    @inlinable
    public func queryOptional<First: PostgresDecodable, Second: PostgresDecodable, each Other: PostgresDecodable>(
        _ query: PostgresQuery, as first: First.Type, _ second: Second.Type, _ other: repeat (each Other).Type,
        mode: PostgresExecutionMode? = nil, timeout: Duration? = nil, file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> (First, Second, repeat each Other)? {
        try optional(
            try await self.query(
                query, as: first, second, repeat each other, mode: mode, timeout: timeout, file: file, line: line),
            query, file, line)
    }

    /// Runs a query that returns at most one row, decoded by column name; nil where there is none.
    ///
    /// - Throws: ``PostgresError``; `tooManyRows` where there is more than one, `timedOut` where the time is up.
    @_disfavoredOverload
    public func queryOptional<Value: Decodable>(
        _ query: PostgresQuery, as type: Value.Type, mode: PostgresExecutionMode? = nil, timeout: Duration? = nil,
        file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> Value? {
        try optional(
            try await self.query(query, as: type, mode: mode, timeout: timeout, file: file, line: line), query, file,
            line)
    }

    @inlinable
    func one<Row>(_ rows: [Row], _ query: PostgresQuery, _ file: String, _ line: Int) throws(PostgresError) -> Row {
        if rows.count == 1, let row = rows.first { return row }
        throw rowCountError(rows.count, wanted: "exactly one row", query, file, line)
    }

    @inlinable
    func optional<Row>(
        _ rows: [Row], _ query: PostgresQuery, _ file: String, _ line: Int
    ) throws(PostgresError) -> Row? {
        if rows.count <= 1 { return rows.first }
        throw rowCountError(rows.count, wanted: "at most one row", query, file, line)
    }
}

@usableFromInline
func rowCountError(_ count: Int, wanted: String, _ query: PostgresQuery, _ file: String, _ line: Int) -> PostgresError {
    PostgresError(count == 0 ? .noRows : .tooManyRows, "\(wanted) was expected, \(count) came")
        .during(sql: query.sql, file: file, line: line)
}
