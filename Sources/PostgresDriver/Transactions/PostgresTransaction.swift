public import PostgresWire

/// A running transaction, as the closure of ``PostgresDatabase/transaction(isolation:access:deferrable:retrying:timeout:file:line:_:)``
/// receives it.
///
/// It is a ``PostgresDatabase``: whatever runs on a client or a connection runs in a transaction too. Several tasks of
/// the closure may use it at once. While it runs it owns its connection: requests that are made on the connection
/// itself throw `connectionBusy`. Once its closure has ended, its own requests throw `transactionEnded`; so do they after
/// a statement that ends the transaction, such as COMMIT, because they would run outside of it.
///
/// PostgreSQL: Transactions.
public struct PostgresTransaction: PostgresDatabase {
    let connection: PostgresConnection
    let owner: ConnectionOwner
    let deadline: TransactionDeadline?

    /// Whether a statement has failed, so that the server refuses everything but a rollback, as of the last answer.
    public var hasFailed: Bool { connection.transactionStatus == .failed }

    /// Lends the connection of the transaction, with the call as part of the transaction.
    public func borrow(call: PostgresCall) async throws(PostgresError) -> PostgresLoan {
        PostgresLoan(connection: connection, call: owned(call)) {}
    }

    /// Runs `body` with the connection of the transaction, and the call as part of the transaction.
    ///
    /// - Throws: ``PostgresError``: what `body` throws.
    public func withConnection<Result>(
        call: PostgresCall,
        _ body: nonisolated(nonsending) (PostgresConnection, PostgresCall) async throws(PostgresError) -> Result
    ) async throws(PostgresError) -> Result {
        try await body(connection, owned(call))
    }

    private func owned(_ call: PostgresCall) -> PostgresCall {
        var call = call
        call.owner = owner
        if let deadline {
            call.deadline = deadline.limiting(call.deadline)
            call.transactionDeadline = .earlier(deadline, call.transactionDeadline)
        }
        return call
    }

    /// Runs a text with any number of statements by the simple query protocol; see
    /// ``PostgresConnection/simpleQuery(_:timeout:onResult:file:line:)``.
    ///
    /// - Throws: ``PostgresError``; also where only the last of several statements failed.
    @discardableResult
    public func simpleQuery(
        _ sql: String, timeout: Duration? = nil, onResult: (PostgresSimpleResult) -> Void = { _ in },
        file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> [PostgresSimpleResult] {
        let call = PostgresCall(timeout: timeout, file: file, line: line)
        return try await connection.simpleQuery(sql, owned(call), onResult: onResult)
    }

    /// Runs `body` in a savepoint: if it throws, what it did is rolled back, and the transaction goes on.
    ///
    ///     try await db.transaction { tx in
    ///         try await tx.execute("INSERT INTO orders (id) VALUES (\(id))")
    ///         try? await tx.savepoint { sp in try await sp.execute("INSERT INTO gifts (order_id) VALUES (\(id))") }
    ///     }
    ///
    /// Costs two round trips beside the closure's own. Savepoints nest, and names may be used again: a savepoint ends
    /// the innermost one of its name, which is its own. While the closure runs, requests have to go through its
    /// argument; those of the outer transaction throw `connectionBusy`.
    ///
    /// PostgreSQL: SAVEPOINT.
    ///
    /// - Parameters:
    ///   - name: a name for the server's log; quoted.
    ///   - timeout: how long it may take until it is released; nil for what the transaction has left. Requests of `body`
    ///     are interrupted when the time is up, `body` itself is not: it is rolled back when it returns.
    /// - Throws: what `body` throws; ``PostgresError`` with the code `commitRolledBack` where a statement inside failed
    ///   and `body` did not throw, `timedOut` where the time was up, `rollbackFailed` where the rollback failed, with both
    ///   errors as its causes.
    @discardableResult
    public func savepoint<Value>(
        _ name: String = "savepoint", timeout: Duration? = nil, file: String = #fileID, line: Int = #line,
        _ body: nonisolated(nonsending) (PostgresTransaction) async throws -> Value
    ) async throws -> Value {
        var call = PostgresCall(file: file, line: line)
        call.transactionDeadline = timeout.map { TransactionDeadline("savepoint", after: $0) }
        return try await connection.runSavepoint(name, owned(call), body).get()
    }
}
