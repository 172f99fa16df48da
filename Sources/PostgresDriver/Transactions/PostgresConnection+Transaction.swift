internal import PostgresWire

/// How a transaction that went well ends.
enum TransactionEnding {
    case commit
    /// In two phases; the statement is PREPARE TRANSACTION with the identifier in it.
    case prepare(statement: String)

    var statement: String {
        switch self {
        case .commit: "COMMIT"
        case .prepare(let statement): statement
        }
    }
}

extension PostgresConnection {
    /// Runs `body` in a transaction, or in a savepoint where the call belongs to a transaction already.
    ///
    /// Whatever happens, the session is outside of the transaction afterwards, or the connection is closed.
    func runTransaction<Value>(
        _ options: TransactionOptions, _ ending: TransactionEnding, _ call: PostgresCall,
        _ body: nonisolated(nonsending) (PostgresTransaction) async throws -> Value
    ) async -> Result<Value, any Error> {
        if call.owner != nil { return await runNested(options, ending, call, body) }
        let scope: TransactionScope
        do throws(PostgresError) {
            scope = try await TransactionScope("transaction", options.beginStatement, on: self, call)
        } catch {
            return .failure(error)
        }
        let value: Value
        do {
            value = try await body(scope.transaction)
            try await scope.checkEnd()
        } catch {
            return .failure(await scope.rollBack(after: error))
        }
        do throws(PostgresError) {
            try await scope.commit(ending)
            return .success(value)
        } catch {
            return .failure(error)
        }
    }

    private func runNested<Value>(
        _ options: TransactionOptions, _ ending: TransactionEnding, _ call: PostgresCall,
        _ body: nonisolated(nonsending) (PostgresTransaction) async throws -> Value
    ) async -> Result<Value, any Error> {
        guard options.isDefault, case .commit = ending else {
            let error = PostgresError(
                .invalidQuery,
                "inside a transaction there is no \(options.isDefault ? ending.statement : options.beginStatement): "
                    + "only the outermost transaction can be given options or be prepared", nothingWasSent: true)
            return .failure(error.during(nil, call))
        }
        return await runSavepoint("savepoint", call, body)
    }
}

extension TransactionScope {
    fileprivate func commit(_ ending: TransactionEnding) async throws(PostgresError) {
        let tag: CommandTag
        do throws(PostgresError) {
            tag = try await end(ending.statement)
        } catch {
            // An answer ends the transaction, whatever it says; so does never having asked.
            guard error.code == .server || error.nothingWasSent else {
                throw PostgresError.commitOutcomeUnknown(ending.statement, error).during(
                    sql: ending.statement, file: call.file, line: call.line)
            }
            closeUnlessIdle(error)
            throw error
        }
        let isRolledBack = tag.text == "ROLLBACK"
        let error = PostgresError.commitRolledBack("the transaction").during(
            sql: ending.statement, file: call.file, line: call.line)
        closeUnlessIdle(error)
        if isRolledBack { throw error }
    }

    /// - Returns: the error to throw: `error`, unless the rollback failed as well.
    fileprivate func rollBack(after error: any Error) async -> any Error {
        let failure = await undo("ROLLBACK")
        let closing = PostgresError.rollbackFailed(error, failure ?? .transactionEndedInside)
        closeUnlessIdle(closing)
        guard let failure else { return error }
        connection.wire.close(because: failure)
        return closing.during(sql: "ROLLBACK", file: call.file, line: call.line)
    }
}

extension PostgresError {
    static func commitRolledBack(_ what: String) -> PostgresError {
        PostgresError(
            .commitRolledBack,
            "\(what) was rolled back instead of committed: a statement inside had failed, and its error was not thrown")
    }

    static func commitOutcomeUnknown(_ statement: String, _ error: PostgresError) -> PostgresError {
        PostgresError(
            .commitOutcomeUnknown,
            "the connection was lost during \(statement), and the transaction may have been committed or not: "
                + error.message, server: error.server, causes: [error])
    }

    static func rollbackFailed(_ error: any Error, _ failure: PostgresError) -> PostgresError {
        PostgresError(
            .rollbackFailed,
            "the rollback failed and the connection was closed: \(failure.message); it was rolled back because of: "
                + ((error as? PostgresError)?.message ?? "\(type(of: error))"),
            server: failure.server, causes: [error, failure])
    }
}
