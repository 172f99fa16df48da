internal import PostgresWire
internal import Synchronization

/// A transaction or savepoint from its beginning to its end: it owns the connection meanwhile.
struct TransactionScope {
    let connection: PostgresConnection
    let owner: ConnectionOwner
    let call: PostgresCall

    private var wire: WireConnection { connection.wire }

    /// Begins one, inside of what the call belongs to.
    ///
    /// - Throws: ``PostgresError``; the connection is as it was before, or closed.
    init(
        _ kind: String, _ statement: String, on connection: PostgresConnection, _ call: PostgresCall
    ) async throws(PostgresError) {
        let outer = call.owner
        var owner: ConnectionOwner?
        do throws(PostgresError) {
            _ = try await connection.run(command: statement, .onceCancelled, call) { (state) throws(PostgresError) in
                try connection.checkFree(state, for: outer)
                if Task.isCancelled { throw .cancelledBefore(statement) }
                if let deadline = call.transactionDeadline, deadline.isOver { throw deadline.error.beforeSending() }
                if outer == nil, connection.transactionStatus != .idle { throw .alreadyInTransaction }
            } sent: { state in
                owner = state.owners.add("a \(kind) that began at \(call.file):\(call.line)", isScope: true)
            }
        } catch {
            if let owner {
                connection.release(owner)
                // The server leaves a transaction that it could not begin; should it ever not, nobody may go on in it.
                if outer == nil, connection.transactionStatus != .idle { connection.wire.close(because: error) }
            }
            throw error
        }
        guard let owner else { throw .transactionEnded }
        self.connection = connection
        self.owner = owner
        self.call = call
    }

    /// What the closure receives.
    var transaction: PostgresTransaction {
        PostgresTransaction(connection: connection, owner: owner, deadline: call.transactionDeadline)
    }

    /// Finds what stands in the way of keeping what was done.
    func checkEnd() async throws(PostgresError) {
        // Whether a query that was cancelled has failed the transaction is known once its answer has come.
        if wire.isSettling { await wire.whenSettled() }
        try connection.state.withLock { (state: inout PostgresConnection.State) throws(PostgresError) in
            do throws(PostgresError) {
                try connection.checkFree(state, for: owner)
            } catch {
                throw error.during(nil, call)
            }
        }
        if Task.isCancelled { throw .cancelledBefore("its end").during(nil, call) }
        if let deadline = call.transactionDeadline, deadline.isOver { throw deadline.error.during(nil, call) }
    }

    /// Runs the command that keeps what was done; the scope is over afterwards.
    func end(_ command: String) async throws(PostgresError) -> CommandTag {
        defer { connection.release(owner) }
        return try await connection.run(command: command, .onceCancelled, call, sent: { $0.owners.beginEnding(owner) })
    }

    /// Runs the command that undoes what was done; the scope is over afterwards.
    ///
    /// - Returns: why that was impossible; nil where all went well or the connection is lost already, which undoes too.
    func undo(_ command: String) async -> PostgresError? {
        defer { connection.release(owner) }
        if wire.failure != nil { return nil }
        let unfinished = connection.state.withLock { $0.owners.unfinished(inside: owner) }
        if let unfinished {
            // Its data would have to be read before the answer to any command comes.
            let busy = PostgresError(
                .connectionBusy,
                "the closure of the transaction ended while rows or data were still being read: "
                    + unfinished.prefix(200), nothingWasSent: true)
            wire.close(because: busy)
            return busy
        }
        // A statement has ended the transaction, and its savepoints with it.
        if !wire.isSettling, wire.transactionStatus == .idle { return nil }
        do throws(PostgresError) {
            _ = try await connection.run(command: command, .always, call, sent: { $0.owners.beginEnding(owner) })
            return nil
        } catch {
            if error.code != .server { wire.close(because: error) }
            return error
        }
    }

    /// Closes the connection where a transaction is still open that should be over.
    func closeUnlessIdle(_ error: PostgresError) {
        if wire.transactionStatus != .idle { wire.close(because: error) }
    }
}

extension PostgresError {
    fileprivate static let alreadyInTransaction = PostgresError(
        .connectionBusy,
        "a transaction is open on this connection that was begun by a statement; end it by COMMIT or ROLLBACK first",
        nothingWasSent: true)

    static func cancelledBefore(_ command: String) -> PostgresError {
        PostgresError(.cancelled, "the task was cancelled before \(command)", nothingWasSent: true)
    }
}
