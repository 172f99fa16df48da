public import PostgresWire

extension PostgresDatabase {
    /// Copies the rows of a query out of the server in COPY's binary format, decoded as they are read.
    ///
    ///     for try await (id, name) in try await db.copyOut("SELECT id, name FROM users", as: Int64.self, String?.self)
    ///
    /// The server spends less on a large result than with `query`. Arguments are written into the query as quoted
    /// literals, because COPY takes no parameters. Costs one round trip, and one more for the first time on a connection.
    ///
    /// PostgreSQL: COPY.
    ///
    /// - Throws: ``PostgresError``; `decodingFailed` also where the number of columns does not fit.
    public func copyOut<each Value: PostgresDecodable>(
        _ query: PostgresQuery, as type: repeat (each Value).Type, timeout: Duration? = nil, file: String = #fileID,
        line: Int = #line
    ) async throws(PostgresError) -> CopiedRows<repeat each Value> {
        try await copyOut(query, by: RowDecoder<repeat each Value>(), timeout: timeout, file: file, line: line)
    }

    /// Copies the rows of a query out of the server in COPY's binary format, to be looked at where they were received.
    ///
    /// As ``copyOut(_:as:timeout:file:line:)`` in everything else: this one makes no value but those that are asked for.
    ///
    /// PostgreSQL: COPY.
    ///
    /// - Throws: ``PostgresError``.
    public func copyOut(
        _ query: PostgresQuery, timeout: Duration? = nil, file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> PostgresCopiedRows {
        PostgresCopiedRows(try await copyOut(binary: query, PostgresCall(timeout: timeout, file: file, line: line)))
    }

    @usableFromInline
    func copyOut<each Value: PostgresDecodable>(
        _ query: PostgresQuery, by decoder: RowDecoder<repeat each Value>, timeout: Duration?, file: String, line: Int
    ) async throws(PostgresError) -> CopiedRows<repeat each Value> {
        let call = PostgresCall(timeout: timeout, file: file, line: line)
        return CopiedRows(try await copyOut(binary: query, call), decoder)
    }

    private func copyOut(
        binary query: PostgresQuery, _ call: PostgresCall
    ) async throws(PostgresError) -> CopyOutRequest {
        let loan = try await borrow(call: call)
        let command: PostgresQuery = "COPY (\(query)) TO STDOUT (FORMAT binary)"
        return try await loan.connection.copyOut(command, describing: query, loan.call, onEnd: loan.end)
    }

    /// Copies data out of the server as bytes, in the format that the command says.
    ///
    ///     for try await chunk in try await db.copyOut(raw: "COPY users TO STDOUT (FORMAT csv)") { file.write(chunk) }
    ///
    /// Arguments in the command are written into it as quoted literals, because COPY takes no parameters. One round trip.
    ///
    /// PostgreSQL: COPY.
    ///
    /// - Throws: ``PostgresError``.
    public func copyOut(
        raw command: PostgresQuery, timeout: Duration? = nil, file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> CopiedBytes {
        let call = PostgresCall(timeout: timeout, file: file, line: line)
        let loan = try await borrow(call: call)
        return CopiedBytes(try await loan.connection.copyOut(command, describing: nil, loan.call, onEnd: loan.end))
    }
}

extension PostgresConnection {
    /// Begins a COPY TO STDOUT.
    ///
    /// - Parameters:
    ///   - query: the query whose columns the data have, for the binary format.
    ///   - onEnd: called once, when the copy is over or has not come about.
    func copyOut(
        _ command: PostgresQuery, describing query: PostgresQuery?, _ call: PostgresCall,
        onEnd: @escaping () -> Void
    ) async throws(PostgresError) -> CopyOutRequest {
        let request: RequestID
        let owner: ConnectionOwner
        var columns = PostgresColumns.none
        let observed = observeCopy(.copyOut, command, call)
        do throws(PostgresError) {
            if let query { columns = try await self.columns(of: query, call) }
            (request, owner) = try await beginCopy(command, .out, call)
        } catch {
            call.deadline?.end()
            onEnd()
            let located = error.during(command, call)
            observed?.end(error: located)
            throw located
        }
        let copy = CopyOutRequest(
            self, request, owner, columns: columns, command: command, call: call, observed: observed, onEnd: onEnd)
        try await copy.begin(needs: query == nil ? nil : .binary)
        return copy
    }
}
