internal import PostgresWire

extension PostgresDatabase {
    /// Copies rows of native values into a table, in COPY's binary format: the quickest way to insert many.
    ///
    ///     let count = try await db.copyIn("users", columns: ["id", "name"]) { writer in
    ///         for user in users { try await writer.write(user.id, user.name) }
    ///     }
    ///
    /// All rows or none are inserted. The types of the columns are asked for once on each connection. Costs two round
    /// trips beyond that; memory is bounded, whatever the number of rows.
    ///
    /// PostgreSQL: COPY.
    ///
    /// - Parameters:
    ///   - table: the name of the table, as it is: no quotes, and a dot is part of the name.
    ///   - schema: the name of its schema; nil for the first of `search_path` that has the table.
    ///   - columns: the names of the columns in the order of the values; empty for all of them.
    ///   - timeout: how long the whole copy may take.
    ///   - body: writes the rows. If it throws, nothing is inserted.
    /// - Returns: how many rows were inserted.
    /// - Throws: what `body` throws, and ``PostgresError``.
    @discardableResult
    public func copyIn(
        _ table: String, schema: String? = nil, columns: [String] = [], timeout: Duration? = nil,
        file: String = #fileID, line: Int = #line,
        _ body: nonisolated(nonsending) (inout PostgresCopyWriter) async throws -> Void
    ) async throws -> Int {
        let call = PostgresCall(timeout: timeout, file: file, line: line)
        let target = CopyTarget(table: table, schema: schema, columns: columns)
        return try await withConnection(call: call) {
            (connection, call) throws(PostgresError) -> Swift.Result<Int, any Error> in
            try await connection.copyIn(target.copyIn, describing: target.query, call) { copy, types in
                guard copy.format == .binary else { throw PostgresError.copyFormat }
                var writer = PostgresCopyWriter(copy, columns: types)
                try await body(&writer)
                try await writer.finish()
            }
        }.get()
    }

    /// Copies bytes into a table, in the format that the command says.
    ///
    ///     try await db.copyIn(raw: "COPY users FROM STDIN (FORMAT csv, HEADER)") { writer in
    ///         try await writer.write("id,name\n1,Ada\n")
    ///     }
    ///
    /// Arguments in the command are written into it as quoted literals, because COPY takes no parameters.
    ///
    /// PostgreSQL: COPY.
    ///
    /// - Returns: how many rows were inserted.
    /// - Throws: what `body` throws (then nothing is inserted), and ``PostgresError``.
    @discardableResult
    public func copyIn(
        raw command: PostgresQuery, timeout: Duration? = nil, file: String = #fileID, line: Int = #line,
        _ body: nonisolated(nonsending) (inout PostgresRawCopyWriter) async throws -> Void
    ) async throws -> Int {
        let call = PostgresCall(timeout: timeout, file: file, line: line)
        return try await withConnection(call: call) {
            (connection, call) throws(PostgresError) -> Swift.Result<Int, any Error> in
            try await connection.copyIn(command, describing: nil, call) { copy, _ in
                var writer = PostgresRawCopyWriter(copy)
                try await body(&writer)
                try await writer.finish()
            }
        }.get()
    }
}

/// The table of a COPY, with everything quoted.
struct CopyTarget {
    let table: String
    let schema: String?
    let columns: [String]

    private var name: PostgresQuery {
        guard let schema else { return "\(identifier: table)" }
        return "\(identifier: schema).\(identifier: table)"
    }

    private var list: PostgresQuery {
        PostgresQuery.joined(columns.map { "\(identifier: $0)" }, by: ", ")
    }

    /// A query with the same columns, to be described, never to be run.
    var query: PostgresQuery { columns.isEmpty ? "SELECT * FROM \(name)" : "SELECT \(list) FROM \(name)" }

    var copyIn: PostgresQuery {
        columns.isEmpty
            ? "COPY \(name) FROM STDIN (FORMAT binary)" : "COPY \(name) (\(list)) FROM STDIN (FORMAT binary)"
    }
}

extension PostgresConnection {
    /// The columns of a query's result, asked for once.
    func columns(of query: PostgresQuery, _ call: PostgresCall) async throws(PostgresError) -> PostgresColumns {
        if let known = describedStatement(query) { return known.columns }
        let statement = try await observedDescription(of: query, .cachedDescription, call)
        keepDescription(statement)
        return statement.columns
    }

    /// Runs a COPY FROM STDIN.
    ///
    /// - Parameter query: the query whose columns the data have, for the binary format.
    func copyIn(
        _ command: PostgresQuery, describing query: PostgresQuery?, _ call: PostgresCall,
        _ body: nonisolated(nonsending) (CopyInRequest, PostgresColumns) async throws -> Void
    ) async throws(PostgresError) -> Swift.Result<Int, any Error> {
        let observed = observeCopy(.copyIn, command, call)
        do throws(PostgresError) {
            let columns = if let query { try await columns(of: query, call) } else { PostgresColumns.none }
            let result = try await runCopyIn(command, columns, call, body)
            switch result {
            case .success(let tag): observed?.end(commandTag: tag, rowCount: tag.rowsAffected ?? 0)
            // An error of the application's own is no failure of the server's.
            case .failure(let error as PostgresError): observed?.end(error: error)
            case .failure: observed?.end(wasAbandoned: true)
            }
            return result.map { $0.rowsAffected ?? 0 }
        } catch {
            let located = error.during(command, call)
            observed?.end(error: located)
            throw located
        }
    }

    /// Tells an observer that a COPY begins.
    func observeCopy(
        _ kind: PostgresOperation.Kind, _ command: PostgresQuery, _ call: PostgresCall
    ) -> ObservedOperation? {
        observation?.begin(
            kind, sql: command.sql, hasParameters: !command.arguments.isEmpty, file: call.file, line: call.line)
    }

    private func runCopyIn(
        _ command: PostgresQuery, _ columns: PostgresColumns, _ call: PostgresCall,
        _ body: nonisolated(nonsending) (CopyInRequest, PostgresColumns) async throws -> Void
    ) async throws(PostgresError) -> Swift.Result<CommandTag, any Error> {
        let (request, owner) = try await beginCopy(command, .in, call)
        defer {
            call.deadline?.end()
            release(owner)
        }
        let copy: CopyInRequest
        do throws(PostgresError) {
            copy = try await CopyInRequest(wire, request)
        } catch {
            throw error.during(command, call)
        }
        do {
            try await body(copy, columns)
            return .success(try await copy.end())
        } catch {
            await copy.undo(because: "the client gave the COPY up")
            return .failure((error as? PostgresError)?.during(command, call) ?? error)
        }
    }

    /// Sends a COPY command; the connection belongs to it until the owner is released.
    func beginCopy(
        _ command: PostgresQuery, _ direction: CopyDirection, _ call: PostgresCall
    ) async throws(PostgresError) -> (RequestID, ConnectionOwner) {
        do throws(PostgresError) {
            let sql = try command.withLiterals(serverParameters: wire.parameters)
            var owner: ConnectionOwner?
            let request = try await submitted(call) { (state: inout State) throws(PostgresError) in
                let request = try self.submit(&state) { (encoder: inout RequestEncoder) throws(WireError) in
                    try encoder.copy(sql, direction)
                }
                if request != nil {
                    owner = state.owners.add(sql)
                    state.statistics.queries += 1
                }
                return request
            }
            guard let owner else { throw .cancelled }
            return (request, owner)
        } catch {
            throw error.during(command, call)
        }
    }
}

extension PostgresError {
    /// The command asks for another format than the call.
    static var copyFormat: PostgresError {
        PostgresError(.protocolViolation, "the server does not use COPY's binary format although it was asked to")
    }
}
