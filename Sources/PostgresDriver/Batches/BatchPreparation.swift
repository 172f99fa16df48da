internal import PostgresWire
internal import Synchronization

// What has to be known about the statements of a batch before it can be sent.
extension PostgresConnection {
    /// Runs a batch; the connection belongs to it meanwhile.
    ///
    /// Costs one round trip, and one more where texts are new to the connection.
    func run(
        _ batch: PostgresBatch, _ call: PostgresCall,
        _ report: (_ index: Int, inout BatchPiece) throws(PostgresError) -> Void
    ) async throws(PostgresError) {
        var observed = ObservedBatch(observation, batch, call)
        do throws(PostgresError) {
            try await run(batch, call, &observed, report)
        } catch {
            let located = error.during(nil, call)
            rowCount.add(observed.rowCount, ordering: .relaxed)
            observed.end(located)
            throw located
        }
        rowCount.add(observed.rowCount, ordering: .relaxed)
        observed.end(nil)
    }

    private func run(
        _ batch: PostgresBatch, _ call: PostgresCall, _ observed: inout ObservedBatch,
        _ report: (_ index: Int, inout BatchPiece) throws(PostgresError) -> Void
    ) async throws(PostgresError) {
        var call = call
        let owner = try claim("a batch of \(batch.count) queries", for: call.owner)
        call.owner = owner
        defer {
            call.deadline?.end()
            release(owner)
        }
        let mode = call.mode ?? executionMode
        // What stands behind a sync point runs whatever happens in front of it, so nothing could be sent again.
        var mayRunAgain = batch.parts.count == 1 && transactionStatus == .idle
        var isFirstRun = true
        while true {
            try batch.check(mode)
            let statements = try await describe(batch, mode, call)
            count(isFirstRun ? batch : PostgresBatch(), statements.new.count, isCounted: mode != .unnamed)
            isFirstRun = false
            var run = BatchRun(self, batch, statements.all, call, mayRunAgain: mayRunAgain)
            do throws(PostgresError) {
                try await run.run(&observed, report)
                keepAll(statements.new, mode)
            } catch {
                keepAll(statements.new, mode)
                throw error
            }
            if run.isStale { for statement in statements.all.all { forget(statement) } }
            guard let failure = run.toRunAgain else { return }
            if transactionStatus != .idle { throw failure }
            mayRunAgain = false
        }
    }

    private func count(_ batch: PostgresBatch, _ misses: Int, isCounted: Bool) {
        state.withLock { state in
            state.statistics.queries += batch.count
            guard isCounted else { return }
            state.statistics.preparedMisses += misses
            state.statistics.preparedHits += max(batch.count - misses, 0)
        }
    }

    private func keepAll(_ statements: [PreparedStatement], _ mode: PostgresExecutionMode) {
        state.withLock { state in
            for statement in statements { keep(&state, statement, mode) }
        }
    }

    private func describe(
        _ batch: PostgresBatch, _ mode: PostgresExecutionMode, _ call: PostgresCall
    ) async throws(PostgresError) -> (all: BatchStatements, new: [PreparedStatement]) {
        if mode == .unnamed { return (BatchStatements(), []) }
        // Where a run of queries with the same text begins.
        var starts: [Int] = []
        var known: [String: PreparedStatement] = [:]
        var missing: [(index: Int, query: PostgresQuery, name: String)] = []
        var seen: Set<String> = []
        state.withLock { state in
            // By index, here and below, because an iterator would copy each query.
            for index in batch.queries.indices {
                // Most batches repeat one text.
                if let last = starts.last, batch.queries[index].sql == batch.queries[last].sql { continue }
                starts.append(index)
                let query = batch.queries[index]
                if !seen.insert(query.sql).inserted { continue }
                if let statement = self.known(&state, query, mode, call) {
                    known[query.sql] = statement
                } else {
                    if mode == .cachedStatement { state.lastStatementNumber += 1 }
                    let name = mode == .cachedStatement ? "s\(state.lastStatementNumber)" : ""
                    missing.append((index, query, name))
                }
            }
        }
        if missing.isEmpty { return (batch.statements(known, starts), []) }
        let observed = observation?.begin(
            .prepare, sql: missing.count == 1 ? missing.first?.query.sql : nil, queryCount: missing.count,
            file: call.file, line: call.line)
        let new: [PreparedStatement]
        do throws(PostgresError) {
            new = try await describe(missing, call)
            observed?.end()
        } catch {
            observed?.end(error: error)
            throw error
        }
        for statement in new { known[statement.sql] = statement }
        return (batch.statements(known, starts), new)
    }

    /// Parses and describes several statements in one round trip.
    private func describe(
        _ missing: [(index: Int, query: PostgresQuery, name: String)], _ call: PostgresCall
    ) async throws(PostgresError) -> [PreparedStatement] {
        let request = try await submitted(call) { (state: inout State) throws(PostgresError) in
            try self.submit(&state) { (encoder: inout RequestEncoder) throws(WireError) in
                for (_, query, name) in missing {
                    try encoder.parse(statement: name, sql: query.sql)
                    try encoder.describe(statement: name)
                }
            }
        }
        var statements: [PreparedStatement] = []
        var failure: PostgresError?
        var types: [PostgresType] = []
        var progress = BatchProgress()
        while !progress.isFinished {
            let wait = try wire.advance(request, &progress)
            for item in progress.takeItems() {
                switch item {
                case .parameterTypes(let oids): types = oids.map(PostgresType.init(rawValue:))
                case .columns(let description) where statements.count < missing.count:
                    let (_, query, name) = missing[statements.count]
                    statements.append(
                        try PreparedStatement(
                            name: name, sql: query.sql, parameterTypes: types,
                            columns: PostgresColumns(description?.columns ?? [], format: .binary, types: self.types),
                            returnsRows: description != nil))
                case .error(let report):
                    // Behind the last one an error is that of all of them.
                    let (index, query, _) = missing[min(statements.count, missing.count - 1)]
                    failure = PostgresError(server: report).inBatch(index).during(query, call)
                case .columns, .rows, .results, .end, .copyRefused: break
                }
            }
            if !progress.isFinished { await wire.wait(wait, for: request) }
        }
        if let failure { throw failure }
        for statement in statements {
            try await loadTypes(statement.parameterTypes, statement.columns.descriptions, call)
        }
        return statements
    }
}

extension PostgresBatch {
    /// Refuses what cannot be part of a pipeline.
    fileprivate func check(_ mode: PostgresExecutionMode) throws(PostgresError) {
        guard mode != .simple else {
            throw PostgresError(
                .invalidQuery, "a batch needs the extended protocol, not the mode \(mode)", nothingWasSent: true)
        }
        for index in queries.indices where index == 0 || queries[index].sql != queries[index - 1].sql {
            guard queries[index].firstWord != "COPY" else {
                throw PostgresError(.invalidQuery, "COPY cannot be part of a batch", nothingWasSent: true)
                    .inBatch(index)
            }
        }
    }

    /// The statements of all queries, where those that begin at `starts` differ from the one in front of them.
    fileprivate func statements(_ known: [String: PreparedStatement], _ starts: [Int]) -> BatchStatements {
        var statements = BatchStatements()
        for (position, start) in starts.enumerated() {
            let end = position + 1 < starts.count ? starts[position + 1] : count
            statements.append(known[queries[start].sql], upTo: end)
        }
        return statements
    }
}
