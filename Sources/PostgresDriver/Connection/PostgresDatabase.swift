public import PostgresWire

/// What can run queries: a connection, a client with its pool, a transaction.
///
/// A function that takes `some PostgresDatabase` works with any of them:
///
///     func userCount(in db: some PostgresDatabase) async throws -> Int {
///         try await db.queryOne("SELECT count(*) FROM users", as: Int.self)
///     }
///
/// All requests use prepared statements that the connection caches: the first run of a text costs two round trips,
/// every further one on the same connection costs one.
public protocol PostgresDatabase: Sendable {
    /// Lends one connection until the loan is ended, for results that are read after the call has returned.
    ///
    /// - Throws: ``PostgresError``: why no connection could be had.
    func borrow(call: PostgresCall) async throws(PostgresError) -> PostgresLoan

    /// Gives one connection to `body`, and the call as the connection is to be given it.
    ///
    /// - Throws: what `body` throws, or why no connection could be had.
    func withConnection<Result>(
        call: PostgresCall,
        _ body: nonisolated(nonsending) (PostgresConnection, PostgresCall) async throws(PostgresError) -> Result
    ) async throws(PostgresError) -> Result
}

extension PostgresDatabase {
    /// Runs a query whose rows are read as they are needed: any number of rows in bounded memory.
    ///
    ///     for try await (id, name) in try await db.query("SELECT id, name FROM users").decode(Int64.self, String?.self)
    ///
    /// - Parameters:
    ///   - query: the SQL text with its parameters.
    ///   - mode: how the query travels; nil for what the configuration says.
    ///   - fetchSize: how many rows the server sends before it waits to be asked for more, at the cost of a round trip
    ///     each time; nil for all, with the socket's back-pressure only. What is not fetched is never computed.
    ///   - timeout: how long the query may take, reading its rows included.
    /// - Throws: ``PostgresError``. The server's errors come here where they concern the text or the parameters, and from
    ///   the rows where they happen while the query runs; `timedOut` where the time is up.
    public func query(
        _ query: PostgresQuery, mode: PostgresExecutionMode? = nil, fetchSize: Int? = nil, timeout: Duration? = nil,
        file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> PostgresRows {
        let call = PostgresCall(mode: mode, fetchSize: fetchSize, timeout: timeout, file: file, line: line)
        let loan = try await borrow(call: call)
        return try await loan.connection.stream(query, loan.call, onEnd: loan.end)
    }

    /// Runs a query with one column and collects its values.
    ///
    /// - Throws: ``PostgresError``; `decodingFailed` where a value does not fit or there are more columns, `timedOut`
    ///   where the time is up.
    @inlinable
    public func query<Value: PostgresDecodable>(
        _ query: PostgresQuery, as type: Value.Type, mode: PostgresExecutionMode? = nil, timeout: Duration? = nil,
        file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> [Value] {
        let call = PostgresCall(mode: mode, timeout: timeout, file: file, line: line)
        return try await withConnection(call: call) { (connection, call) throws(PostgresError) in
            try await connection.collect(query, call) { (row) throws(PostgresError) in try row.decode(Value.self) }
        }
    }

    /// Runs a query and collects its rows as tuples.
    ///
    /// - Throws: ``PostgresError``; `decodingFailed` where a value or the number of columns does not fit, `timedOut`
    ///   where the time is up.
    @inlinable
    public func query<First: PostgresDecodable, Second: PostgresDecodable, each Other: PostgresDecodable>(
        _ query: PostgresQuery, as first: First.Type, _ second: Second.Type, _ other: repeat (each Other).Type,
        mode: PostgresExecutionMode? = nil, timeout: Duration? = nil, file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> [(First, Second, repeat each Other)] {
        let call = PostgresCall(mode: mode, timeout: timeout, file: file, line: line)
        return try await withConnection(call: call) { (connection, call) throws(PostgresError) in
            try await connection.collect(query, call) { (row) throws(PostgresError) in
                try row.decode(First.self, Second.self, repeat (each Other).self)
            }
        }
    }

    /// Runs a query and collects its rows as values of a `Decodable` type, by column name.
    ///
    /// - Throws: ``PostgresError``; `decodingFailed` where a column is missing or a value does not fit, `timedOut`
    ///   where the time is up.
    @_disfavoredOverload
    public func query<Value: Decodable>(
        _ query: PostgresQuery, as type: Value.Type, mode: PostgresExecutionMode? = nil, timeout: Duration? = nil,
        file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> [Value] {
        let call = PostgresCall(mode: mode, timeout: timeout, file: file, line: line)
        return try await withConnection(call: call) { (connection, call) throws(PostgresError) in
            try await connection.collect(query, call) { (row) throws(PostgresError) in
                try row.view.decode(decodable: Value.self)
            }
        }
    }

    /// Runs a command and returns its tag; rows, if there are any, are read and dropped.
    ///
    ///     let tag = try await db.execute("UPDATE users SET name = \(name) WHERE id = \(id)")
    ///     tag.rowsAffected
    ///
    /// - Throws: ``PostgresError``; `timedOut` where the time is up.
    @inlinable
    @discardableResult
    public func execute(
        _ query: PostgresQuery, mode: PostgresExecutionMode? = nil, timeout: Duration? = nil, file: String = #fileID,
        line: Int = #line
    ) async throws(PostgresError) -> CommandTag {
        let call = PostgresCall(mode: mode, timeout: timeout, file: file, line: line)
        return try await withConnection(call: call) { (connection, call) throws(PostgresError) in
            try await connection.run(query, call)
        }
    }
}
