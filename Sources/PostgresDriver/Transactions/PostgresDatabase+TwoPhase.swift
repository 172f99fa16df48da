public import PostgresWire

// Two-phase commit, for a transaction manager that has to end transactions in several databases together.
extension PostgresDatabase {
    /// Runs `body` in a transaction that is prepared instead of committed when `body` returns.
    ///
    /// The transaction is independent of the connection then, survives a crash of the server, and keeps its locks until
    /// ``commitPrepared(_:timeout:file:line:)`` or ``rollbackPrepared(_:timeout:file:line:)``: something must remember the identifier.
    /// Everything else is as in ``transaction(isolation:access:deferrable:retrying:timeout:file:line:_:)``. The server needs
    /// `max_prepared_transactions` above 0.
    ///
    /// PostgreSQL: PREPARE TRANSACTION.
    ///
    /// - Parameter identifier: a name of up to 199 bytes, unique among the server's prepared transactions; quoted.
    /// - Throws: as `transaction` does; with `commitOutcomeUnknown` the view `pg_prepared_xacts` tells what became of it.
    @discardableResult
    public func prepareTransaction<Value>(
        _ identifier: String, isolation: TransactionIsolation? = nil, access: TransactionAccess? = nil,
        deferrable: Bool? = nil, timeout: Duration? = nil, file: String = #fileID, line: Int = #line,
        _ body: nonisolated(nonsending) (PostgresTransaction) async throws -> Value
    ) async throws -> Value {
        // Said before the transaction begins rather than at its end.
        guard !identifier.utf8.contains(0) else {
            throw PostgresError(
                .invalidQuery, "the identifier of a prepared transaction holds a NUL", nothingWasSent: true)
        }
        let options = TransactionOptions(isolation: isolation, access: access, deferrable: deferrable)
        let ending = TransactionEnding.prepare(
            statement: "PREPARE TRANSACTION \(PostgresQuery.quotedLiteral(identifier))")
        var call = PostgresCall(timeout: timeout, file: file, line: line)
        call.transactionDeadline = timeout.map { TransactionDeadline("transaction", after: $0) }
        return try await withConnection(call: call) { connection, call in
            await connection.runTransaction(options, ending, call, body)
        }.get()
    }

    /// Commits a prepared transaction: one round trip.
    ///
    /// PostgreSQL: COMMIT PREPARED.
    ///
    /// - Parameter timeout: how long it may take, waiting for a connection included; nil for any time. Once the command is
    ///   on its way, its answer is waited for up to `cancelTimeout` more, and then the connection is closed.
    /// - Throws: ``PostgresError``; the server's with 42704 where there is none of that name, `timedOut` where the time was
    ///   up before anything was sent, `commitOutcomeUnknown` where the connection was lost meanwhile: asking again does no
    ///   harm.
    public func commitPrepared(
        _ identifier: String, timeout: Duration? = nil, file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) {
        try await endPrepared("COMMIT PREPARED", identifier, timeout, file, line)
    }

    /// Rolls a prepared transaction back: one round trip.
    ///
    /// PostgreSQL: ROLLBACK PREPARED.
    ///
    /// - Parameter timeout: how long it may take, waiting for a connection included; nil for any time. Once the command is
    ///   on its way, its answer is waited for up to `cancelTimeout` more, and then the connection is closed.
    /// - Throws: ``PostgresError``; the server's with 42704 where there is none of that name, `timedOut` where the time was
    ///   up before anything was sent, `commitOutcomeUnknown` where the connection was lost meanwhile: asking again does no
    ///   harm.
    public func rollbackPrepared(
        _ identifier: String, timeout: Duration? = nil, file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) {
        try await endPrepared("ROLLBACK PREPARED", identifier, timeout, file, line)
    }

    private func endPrepared(
        _ command: String, _ identifier: String, _ timeout: Duration?, _ file: String, _ line: Int
    ) async throws(PostgresError) {
        let sql = "\(command) \(PostgresQuery.quotedLiteral(identifier))"
        var call = PostgresCall(timeout: timeout, file: file, line: line)
        // From its end on the answer is waited for as if the task had been cancelled.
        call.transactionDeadline = timeout.map { TransactionDeadline("command", after: $0) }
        try await withConnection(call: call) { (connection, call) throws(PostgresError) in
            do throws(PostgresError) {
                _ = try await connection.run(command: sql, .onceCancelled, call) { (state) throws(PostgresError) in
                    try connection.checkFree(state, for: call.owner)
                    if Task.isCancelled { throw .cancelledBefore(command) }
                    if let deadline = call.deadline, deadline.isOver { throw deadline.error.beforeSending() }
                }
            } catch {
                guard error.code == .server || error.nothingWasSent else {
                    throw PostgresError.commitOutcomeUnknown(command, error).during(sql: sql, file: file, line: line)
                }
                throw error
            }
        }
    }
}
