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
    /// Runs a query whose rows are read as they are needed.
    ///
    /// - Throws: ``PostgresError``. The server's errors come here where they concern the text or the parameters, and
    ///   from the rows where they happen while the query runs.
    func query(_ query: PostgresQuery, file: String, line: Int) async throws(PostgresError) -> PostgresRows

    /// Gives one connection to `body`.
    ///
    /// - Throws: what `body` throws, or why no connection could be had.
    func withConnection<Result>(
        file: String, line: Int,
        _ body: nonisolated(nonsending) (PostgresConnection) async throws(PostgresError) -> Result
    ) async throws(PostgresError) -> Result
}

extension PostgresDatabase {
    /// Runs a query whose rows are read as they are needed: any number of rows in bounded memory.
    ///
    ///     for try await (id, name) in try await db.query("SELECT id, name FROM users").decode(Int64.self, String?.self)
    ///
    /// - Throws: ``PostgresError``.
    @inlinable
    public func query(
        _ query: PostgresQuery, fileID: String = #fileID, lineNumber: Int = #line
    ) async throws(PostgresError) -> PostgresRows {
        try await self.query(query, file: fileID, line: lineNumber)
    }

    /// Runs a query with one column and collects its values.
    ///
    /// - Throws: ``PostgresError``; `decodingFailed` where a value does not fit or there are more columns.
    @inlinable
    public func query<Value: PostgresDecodable>(
        _ query: PostgresQuery, as type: Value.Type, file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> [Value] {
        try await withConnection(file: file, line: line) { (connection) throws(PostgresError) in
            try await connection.collect(query, file: file, line: line) { (row) throws(PostgresError) in
                try row.decode(Value.self)
            }
        }
    }

    /// Runs a query and collects its rows as tuples.
    ///
    /// - Throws: ``PostgresError``; `decodingFailed` where a value or the number of columns does not fit.
    @inlinable
    public func query<First: PostgresDecodable, Second: PostgresDecodable, each Other: PostgresDecodable>(
        _ query: PostgresQuery, as first: First.Type, _ second: Second.Type, _ other: repeat (each Other).Type,
        file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> [(First, Second, repeat each Other)] {
        try await withConnection(file: file, line: line) { (connection) throws(PostgresError) in
            try await connection.collect(query, file: file, line: line) { (row) throws(PostgresError) in
                try row.decode(First.self, Second.self, repeat (each Other).self)
            }
        }
    }

    /// Runs a query and collects its rows as values of a `Decodable` type, by column name.
    ///
    /// - Throws: ``PostgresError``; `decodingFailed` where a column is missing or a value does not fit.
    @_disfavoredOverload
    public func query<Value: Decodable>(
        _ query: PostgresQuery, as type: Value.Type, file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> [Value] {
        try await withConnection(file: file, line: line) { (connection) throws(PostgresError) in
            try await connection.collect(query, file: file, line: line) { (row) throws(PostgresError) in
                try row.decode(decodable: Value.self)
            }
        }
    }

    /// Runs a command and returns its tag; rows, if there are any, are read and dropped.
    ///
    ///     let tag = try await db.execute("UPDATE users SET name = \(name) WHERE id = \(id)")
    ///     tag.rowsAffected
    ///
    /// - Throws: ``PostgresError``.
    @discardableResult
    public func execute(
        _ query: PostgresQuery, file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> CommandTag {
        try await withConnection(file: file, line: line) { (connection) throws(PostgresError) in
            var response = try await connection.send(query, owning: false, file: file, line: line)
            while try await response.nextBatch() != nil {}
            return response.commandTag ?? CommandTag("")
        }
    }
}
