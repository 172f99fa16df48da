internal import PostgresWire

extension PostgresConnection {
    /// Runs `body` in a savepoint.
    ///
    /// Afterwards the savepoint is gone, or the transaction around it has failed, or the connection is closed.
    func runSavepoint<Value>(
        _ name: String, _ call: PostgresCall,
        _ body: nonisolated(nonsending) (PostgresTransaction) async throws -> Value
    ) async -> Result<Value, any Error> {
        let quoted = PostgresQuery.quotedIdentifier(name)
        let scope: TransactionScope
        do throws(PostgresError) {
            scope = try await TransactionScope("savepoint", "SAVEPOINT \(quoted)", on: self, call)
        } catch {
            return .failure(error)
        }
        let value: Value
        do {
            value = try await body(scope.transaction)
            try await scope.checkEnd()
            if transactionStatus == .failed { throw PostgresError.commitRolledBack("the savepoint").during(nil, call) }
        } catch {
            return .failure(await scope.rollBackTo(quoted, after: error))
        }
        do throws(PostgresError) {
            _ = try await scope.end("RELEASE SAVEPOINT \(quoted)")
            return .success(value)
        } catch {
            return .failure(error)
        }
    }
}

extension TransactionScope {
    /// - Returns: the error to throw: `error`, unless the rollback failed as well.
    fileprivate func rollBackTo(_ quoted: String, after error: any Error) async -> any Error {
        let command = "ROLLBACK TO SAVEPOINT \(quoted); RELEASE SAVEPOINT \(quoted)"
        guard let failure = await undo(command) else { return error }
        // What the server refused has failed the transaction, which then ends as failed ones do.
        return PostgresError.savepointLost(error, failure).during(sql: command, file: call.file, line: call.line)
    }
}

extension PostgresError {
    static func savepointLost(_ error: any Error, _ failure: PostgresError) -> PostgresError {
        PostgresError(
            .rollbackFailed,
            "the rollback to the savepoint failed, and with it the transaction: \(failure.message); it was rolled back "
                + "because of: " + ((error as? PostgresError)?.message ?? "\(type(of: error))"),
            server: failure.server, causes: [error, failure])
    }
}
