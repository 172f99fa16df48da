public import PostgresWire

extension PostgresConnection: PostgresDatabase {
    /// Lends the connection itself.
    public func borrow(call: PostgresCall) async throws(PostgresError) -> PostgresLoan {
        PostgresLoan(connection: self, call: call) {}
    }

    /// Runs a query whose rows are read as they are needed; the rows own the connection until they are read.
    ///
    /// - Parameter onEnd: called once, when the rows have been read or dropped, or nothing has come of them.
    package func stream(
        _ query: PostgresQuery, _ call: PostgresCall, onEnd: @escaping () -> Void
    ) async throws(PostgresError) -> PostgresRows {
        let stream = RowStream(Response(query, on: self, owning: true, call)) { owner in
            if let owner { self.release(owner) }
            onEnd()
        }
        // What is wrong with the text or the parameters is said here, and the columns are final from here on.
        try await stream.begin()
        return PostgresRows(stream)
    }

    /// Runs `body` with this connection.
    @inlinable
    public func withConnection<Result>(
        call: PostgresCall,
        _ body: nonisolated(nonsending) (PostgresConnection, PostgresCall) async throws(PostgresError) -> Result
    ) async throws(PostgresError) -> Result {
        try await body(self, call)
    }

    /// Runs a command; rows are dropped.
    @usableFromInline
    func run(_ query: PostgresQuery, _ call: consuming PostgresCall) async throws(PostgresError) -> CommandTag {
        var response = Response(query, on: self, call)
        while true {
            switch try response.next() {
            case .rows: continue
            case .wait: try await response.wait()
            case .end: return response.commandTag ?? CommandTag("")
            }
        }
    }

    /// Runs a query and collects what `decode` makes of each row.
    @inlinable
    func collect<Row>(
        _ query: PostgresQuery, _ call: consuming PostgresCall,
        _ decode: (inout RowValues) throws(PostgresError) -> Row
    ) async throws(PostgresError) -> [Row] {
        var rows: [Row] = []
        var response = Response(query, on: self, call)
        try await response.forEachRow { (row) throws(PostgresError) in rows.append(try decode(&row)) }
        return rows
    }

    /// Runs a query that is to have one row, or none.
    ///
    /// - Parameter wanted: what an error says was expected.
    @inlinable
    func single<Row>(
        _ query: PostgresQuery, wanted: String, _ call: consuming PostgresCall,
        _ decode: (inout RowValues) throws(PostgresError) -> Row
    ) async throws(PostgresError) -> Row? {
        var first: Row?
        var count = 0
        var response = Response(query, on: self, call)
        try await response.forEachRow { (cursor) throws(PostgresError) in
            let row = try decode(&cursor)
            if count == 0 { first = row }
            count += 1
        }
        if count <= 1 { return first }
        throw response.located(PostgresError(rowCount: count, wanted: wanted))
    }
}
