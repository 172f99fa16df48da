public import PostgresWire

/// How much room for the rows of a result is kept for those of the next.
private let mostKeptRows = 64

extension PostgresDatabase {
    /// Runs a batch and returns the tags of its commands; rows, if there are any, are dropped.
    ///
    /// Costs one round trip, and one more where texts are new to the connection. Sending and receiving go on together,
    /// so a batch may be of any size.
    ///
    /// - Parameters:
    ///   - batch: the queries.
    ///   - timeout: how long the whole batch may take.
    /// - Throws: ``PostgresError`` of the first query that failed; `batchIndex` says which. The queries of its part
    ///   have had no effect; the other parts of the batch have run.
    @discardableResult
    public func execute(
        _ batch: PostgresBatch, mode: PostgresExecutionMode? = nil, timeout: Duration? = nil,
        file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> [CommandTag] {
        let call = PostgresCall(mode: mode, timeout: timeout, file: file, line: line)
        return try await withConnection(call: call) { (connection, call) throws(PostgresError) in
            var tags: [CommandTag] = []
            tags.reserveCapacity(batch.count)
            var failure: PostgresError?
            try await connection.run(batch, call) { (_, piece) throws(PostgresError) in
                if piece.isOpen { return }
                switch piece.outcome {
                case .success(let tag): tags.append(tag)
                case .failure(let error): failure = failure ?? error
                case .skipped: break
                }
            }
            if let failure { throw failure }
            return tags
        }
    }

    /// Runs a batch and hands out the result of each query as it comes, in order, while others are still being sent.
    ///
    ///     try await db.query(batch) { result in
    ///         if case .failure(let error) = result.outcome { print(result.index, error) }
    ///     }
    ///
    /// No more than one result is held. Costs as ``execute(_:mode:timeout:file:line:)``.
    ///
    /// - Throws: what `onResult` throws (the rest of the batch is abandoned then), and ``PostgresError`` where the
    ///   batch as a whole failed; what becomes of a single query is in its result.
    public func query(
        _ batch: PostgresBatch, mode: PostgresExecutionMode? = nil, timeout: Duration? = nil,
        file: String = #fileID, line: Int = #line, onResult: (PostgresBatchResult) throws(PostgresError) -> Void
    ) async throws(PostgresError) {
        let call = PostgresCall(mode: mode, timeout: timeout, file: file, line: line)
        try await withConnection(call: call) { (connection, call) throws(PostgresError) in
            var rows: [PostgresRow] = []
            try await connection.run(batch, call) { (index, piece) throws(PostgresError) in
                while !piece.rows.isEmpty {
                    let row = piece.rows.advance()
                    rows.append(piece.rows.view(row, piece.columns).owned)
                }
                if piece.isOpen { return }
                try onResult(
                    PostgresBatchResult(index: index, columns: piece.columns, rows: rows, outcome: piece.outcome))
                // Where nobody has kept the array, the next result comes in it; one row is removed faster than all.
                if rows.count > 1 {
                    rows.removeAll(keepingCapacity: rows.capacity <= mostKeptRows)
                } else {
                    _ = rows.popLast()
                }
            }
        }
    }
}
