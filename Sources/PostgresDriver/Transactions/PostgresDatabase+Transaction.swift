extension PostgresDatabase {
    /// Runs `body` in a transaction: it commits when `body` returns and rolls back when it throws.
    ///
    ///     let balance = try await db.transaction(isolation: .serializable, retrying: .serializationFailures()) { tx in
    ///         try await tx.execute("UPDATE accounts SET balance = balance - \(amount) WHERE id = \(id)")
    ///         return try await tx.queryOne("SELECT balance FROM accounts WHERE id = \(id)", as: Int.self)
    ///     }
    ///
    /// Costs two round trips beside the closure's own: BEGIN with its options, and COMMIT or ROLLBACK. A client lends
    /// one connection for each attempt, and none while it waits between two.
    ///
    /// If the task is cancelled, the transaction is rolled back, also where `body` returned all the same; once COMMIT is
    /// on its way, its outcome counts. A cancelled task waits for the server's answer to any of these commands up to the
    /// configuration's `cancelTimeout`, and a ROLLBACK takes no longer at any time; then the connection is closed, which
    /// rolls back too.
    ///
    /// Inside another transaction, `body` runs in a savepoint, so that functions with a transaction of their own can be
    /// put together; nothing is retried there, and options, which only BEGIN can take, are refused.
    ///
    /// PostgreSQL: BEGIN; Transaction Isolation.
    ///
    /// - Parameters:
    ///   - isolation: how much it sees of others; nil for the session's default.
    ///   - access: whether it may write; nil for the session's default.
    ///   - deferrable: whether a serializable read-only transaction may wait at its beginning so that it cannot fail
    ///     later; nil for the session's default.
    ///   - retrying: whether it runs again after a serialization failure or a deadlock.
    ///   - timeout: how long it may take from waiting for a connection to the end of COMMIT, all attempts together; nil
    ///     for any time. Requests of `body` are interrupted when the time is up, `body` itself is not: it is rolled back
    ///     when it returns. The answer to a COMMIT that is on its way is waited for up to `cancelTimeout` more.
    /// - Throws: what `body` throws, and ``PostgresError`` with the code
    ///   - `server` where BEGIN or COMMIT failed; the transaction is rolled back;
    ///   - `commitRolledBack` where COMMIT rolled back, because a statement had failed and `body` did not throw;
    ///   - `timedOut` where the time was up; the transaction is rolled back;
    ///   - `commitOutcomeUnknown` where the connection was lost during COMMIT;
    ///   - `rollbackFailed` where ROLLBACK failed, with both errors as its causes; the connection is closed;
    ///   - `transactionEnded` where a statement of `body` had ended the transaction;
    ///   - `connectionBusy` where the connection has another transaction, or rows of one that are still being read.
    @discardableResult
    public func transaction<Value>(
        isolation: TransactionIsolation? = nil, access: TransactionAccess? = nil, deferrable: Bool? = nil,
        retrying: TransactionRetrying = .never, timeout: Duration? = nil, file: String = #fileID, line: Int = #line,
        _ body: nonisolated(nonsending) (PostgresTransaction) async throws -> Value
    ) async throws -> Value {
        let options = TransactionOptions(isolation: isolation, access: access, deferrable: deferrable)
        var call = PostgresCall(timeout: timeout, file: file, line: line)
        call.transactionDeadline = timeout.map { TransactionDeadline("transaction", after: $0) }
        let deadline = call.transactionDeadline
        var attempt = 1
        while true {
            let (result, isNested) = try await withConnection(call: call) { connection, call in
                (await connection.runTransaction(options, .commit, call, body), call.owner != nil)
            }
            switch result {
            case .success(let value): return value
            case .failure(let error):
                let random = UInt32.random(in: .min ... .max)
                guard !isNested, let delay = retrying.delay(after: error, attempt: attempt, random: random) else {
                    throw error
                }
                attempt += 1
                if let deadline, deadline.left <= delay { throw error }
                guard (try? await Task.sleep(for: delay)) != nil else { throw error }
            }
        }
    }
}
