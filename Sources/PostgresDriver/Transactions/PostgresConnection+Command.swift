internal import PostgresWire
internal import Synchronization

// The commands that begin and end transactions and savepoints. A cancelled task still waits for their answers, so that
// it is always known where the session stands.
extension PostgresConnection {
    /// When the time for an answer begins to run.
    enum CommandUrgency {
        /// With the command: for a rollback, which keeps somebody from hearing of an error.
        case always
        /// When the task is cancelled: a COMMIT may wait for other servers as long as its task does.
        case onceCancelled
    }

    /// Runs one of these commands by the simple query protocol: one round trip, nothing prepared.
    ///
    /// - Parameters:
    ///   - admit: refuses the command; called under the lock, more than once where the command has to wait until a
    ///     cancelled query has ended.
    ///   - sent: notes what the command does, under the same lock.
    /// - Throws: ``PostgresError``: the server's, what `admit` throws, or why the connection is closed.
    func run(
        command sql: String, _ urgency: CommandUrgency, _ call: PostgresCall,
        admit: (State) throws(PostgresError) -> Void = { (_: State) throws(PostgresError) in },
        sent: (inout State) -> Void = { _ in }
    ) async throws(PostgresError) -> CommandTag {
        let observed = observation?.begin(.query, sql: sql, file: call.file, line: call.line)
        let deadline = CommandDeadline(wire, command: sql)
        if case .always = urgency { deadline.start() }
        // From the end of the transaction's time on it is waited for as if the task had been cancelled.
        let limit = call.transactionDeadline.map { RequestDeadline(after: $0.left) }
        limit?.begin { deadline.start() }
        defer {
            limit?.end()
            deadline.stop()
        }
        let result = await withTaskCancellationHandler {
            do throws(PostgresError) {
                let request = try await self.sendCommand(sql, admit: admit, sent: sent)
                return try await Result<CommandTag, PostgresError>.success(self.answer(to: request))
            } catch {
                return .failure(error.during(sql: sql, file: call.file, line: call.line))
            }
        } onCancel: {
            deadline.start()
        }
        switch result {
        case .success(let tag): observed?.end(commandTag: tag)
        case .failure(let error): observed?.end(error: error)
        }
        return try result.get()
    }

    private func sendCommand(
        _ sql: String, admit: (State) throws(PostgresError) -> Void, sent: (inout State) -> Void
    ) async throws(PostgresError) -> RequestID {
        while true {
            let request = try state.withLock { (state: inout State) throws(PostgresError) in
                try admit(state)
                let request = try submit(&state) { (encoder: inout RequestEncoder) throws(WireError) in
                    try encoder.query(sql)
                }
                if request != nil { sent(&state) }
                return request
            }
            if let request { return request }
            await wire.whenSettled()
        }
    }

    private func answer(to request: RequestID) async throws(PostgresError) -> CommandTag {
        var progress = ResponseProgress()
        while true {
            let wait = try wire.advance(request, &progress)
            while progress.takeRows() != nil {}
            if progress.isFinished { break }
            await wire.waitShielded(wait, for: request)
        }
        if let report = progress.error { throw PostgresError(server: report) }
        return progress.commandTag ?? CommandTag("")
    }
}
