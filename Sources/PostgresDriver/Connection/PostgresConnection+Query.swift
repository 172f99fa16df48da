public import PostgresWire

extension PostgresConnection: PostgresDatabase {
    /// Runs a query whose rows are read as they are needed; the rows own the connection until they are read.
    ///
    /// - Throws: ``PostgresError``; `connectionBusy` where the rows of another query are still being read.
    public func query(_ query: PostgresQuery, file: String, line: Int) async throws(PostgresError) -> PostgresRows {
        try await stream(query, file: file, line: line) {}
    }

    /// The same with something to do once the rows have been read or dropped.
    package func stream(
        _ query: PostgresQuery, file: String, line: Int, onEnd: @escaping () -> Void
    ) async throws(PostgresError) -> PostgresRows {
        let response = try await send(query, owning: true, file: file, line: line)
        return PostgresRows(
            RowStream(response) {
                self.release()
                onEnd()
            })
    }

    /// Runs `body` with this connection.
    @inlinable
    public func withConnection<Result>(
        file: String, line: Int,
        _ body: nonisolated(nonsending) (PostgresConnection) async throws(PostgresError) -> Result
    ) async throws(PostgresError) -> Result {
        try await body(self)
    }

    /// Runs a query and collects what `decode` makes of each row.
    @inlinable
    func collect<Row>(
        _ query: PostgresQuery, file: String, line: Int,
        _ decode: (borrowing RowView) throws(PostgresError) -> Row
    ) async throws(PostgresError) -> [Row] {
        var response = try await send(query, owning: false, file: file, line: line)
        var rows: [Row] = []
        while var batch = try await response.nextBatch() {
            do throws(PostgresError) {
                try batch.forEach(response.columns) { (row) throws(PostgresError) in rows.append(try decode(row)) }
            } catch {
                response.abandon()
                throw response.located(error)
            }
        }
        return rows
    }
}
