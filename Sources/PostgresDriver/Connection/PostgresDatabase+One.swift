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
        let call = PostgresCall(mode: mode, timeout: timeout, file: file, line: line)
        return try await one(query, call) { (row) throws(PostgresError) in try row.decode(Value.self) }
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
        let call = PostgresCall(mode: mode, timeout: timeout, file: file, line: line)
        return try await one(query, call) { (row) throws(PostgresError) in
            try row.decode(First.self, Second.self, repeat (each Other).self)
        }
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
        let call = PostgresCall(mode: mode, timeout: timeout, file: file, line: line)
        return try await one(query, call) { (row) throws(PostgresError) in try row.view.decode(decodable: Value.self) }
    }

    /// Runs a query that returns at most one row with one column; nil where there is none.
    ///
    /// - Throws: ``PostgresError``; `tooManyRows` where there is more than one, `timedOut` where the time is up.
    @inlinable
    public func queryOptional<Value: PostgresDecodable>(
        _ query: PostgresQuery, as type: Value.Type, mode: PostgresExecutionMode? = nil, timeout: Duration? = nil,
        file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> Value? {
        let call = PostgresCall(mode: mode, timeout: timeout, file: file, line: line)
        return try await optional(query, call) { (row) throws(PostgresError) in try row.decode(Value.self) }
    }

    /// Runs a query that returns at most one row with several columns; nil where there is none.
    ///
    /// - Throws: ``PostgresError``; `tooManyRows` where there is more than one, `timedOut` where the time is up.
    @inlinable
    public func queryOptional<First: PostgresDecodable, Second: PostgresDecodable, each Other: PostgresDecodable>(
        _ query: PostgresQuery, as first: First.Type, _ second: Second.Type, _ other: repeat (each Other).Type,
        mode: PostgresExecutionMode? = nil, timeout: Duration? = nil, file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> (First, Second, repeat each Other)? {
        let call = PostgresCall(mode: mode, timeout: timeout, file: file, line: line)
        return try await optional(query, call) { (row) throws(PostgresError) in
            try row.decode(First.self, Second.self, repeat (each Other).self)
        }
    }

    /// Runs a query that returns at most one row, decoded by column name; nil where there is none.
    ///
    /// - Throws: ``PostgresError``; `tooManyRows` where there is more than one, `timedOut` where the time is up.
    @_disfavoredOverload
    public func queryOptional<Value: Decodable>(
        _ query: PostgresQuery, as type: Value.Type, mode: PostgresExecutionMode? = nil, timeout: Duration? = nil,
        file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> Value? {
        let call = PostgresCall(mode: mode, timeout: timeout, file: file, line: line)
        return try await optional(query, call) { (row) throws(PostgresError) in
            try row.view.decode(decodable: Value.self)
        }
    }

    @inlinable @inline(__always)
    func one<Row>(
        _ query: PostgresQuery, _ call: PostgresCall, _ decode: (inout RowValues) throws(PostgresError) -> Row
    ) async throws(PostgresError) -> Row {
        try await withConnection(call: call) { (connection, call) throws(PostgresError) in
            let wanted = "exactly one row"
            guard let row = try await connection.single(query, wanted: wanted, call, decode) else {
                throw PostgresError(rowCount: 0, wanted: wanted).during(query, call)
            }
            return row
        }
    }

    @inlinable @inline(__always)
    func optional<Row>(
        _ query: PostgresQuery, _ call: PostgresCall, _ decode: (inout RowValues) throws(PostgresError) -> Row
    ) async throws(PostgresError) -> Row? {
        try await withConnection(call: call) { (connection, call) throws(PostgresError) in
            try await connection.single(query, wanted: "at most one row", call, decode)
        }
    }
}

extension PostgresError {
    /// A result that has not as many rows as were asked for.
    @usableFromInline
    init(rowCount: Int, wanted: String) {
        self.init(rowCount == 0 ? .noRows : .tooManyRows, "\(wanted) was expected, \(rowCount) came")
    }
}
