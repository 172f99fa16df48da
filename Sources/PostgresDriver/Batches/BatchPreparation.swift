internal import PostgresWire
internal import Synchronization

// What has to be known about the statements of a batch before it can be sent.
extension PostgresConnection {
    /// Runs a batch; the connection belongs to it meanwhile.
    ///
    /// Costs one round trip, and one more where texts are new to the connection.
    func run(
        _ batch: PostgresBatch, _ call: PostgresCall,
        _ report: (_ index: Int, BatchEvent) throws(PostgresError) -> Void
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
        while true {
            try batch.check(mode)
            let statements = try await describe(batch, mode, call)
            var run = BatchRun(self, batch, BatchStatements(statements.all), call)
            var isStale = false
            var failure: PostgresError?
            do {
                defer { keepAll(statements.new, mode) }
                try await run.run { (index: Int, event: BatchEvent) throws(PostgresError) in
                    if case .failed(let error) = event, error.isStaleStatement {
                        isStale = true
                        // Nothing of the part has run before it.
                        if mayRunAgain { failure = error }
                    }
                    mayRunAgain = false
                    if failure == nil { try report(index, event) }
                }
            }
            if isStale { for statement in statements.all.values { forget(statement) } }
            guard let failure else { return }
            if transactionStatus != .idle { throw failure }
        }
    }

    private func keepAll(_ statements: [PreparedStatement], _ mode: PostgresExecutionMode) {
        state.withLock { state in
            for statement in statements { keep(&state, statement, mode) }
        }
    }

    private func describe(
        _ batch: PostgresBatch, _ mode: PostgresExecutionMode, _ call: PostgresCall
    ) async throws(PostgresError) -> (all: [String: PreparedStatement], new: [PreparedStatement]) {
        if mode == .unnamed { return ([:], []) }
        var known: [String: PreparedStatement] = [:]
        var missing: [(index: Int, query: PostgresQuery, name: String)] = []
        var seen: Set<String> = []
        var last: String?
        state.withLock { state in
            for (index, query) in batch.queries.enumerated() {
                // Most batches repeat one text.
                if query.sql == last { continue }
                last = query.sql
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
        if missing.isEmpty { return (known, []) }
        let new = try await describe(missing, call)
        for statement in new { known[statement.sql] = statement }
        return (known, new)
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
                case .columns(let description):
                    let (_, query, name) = missing[statements.count]
                    statements.append(
                        PreparedStatement(
                            name: name, sql: query.sql, parameterTypes: types,
                            columns: PostgresColumns(description?.columns ?? [], format: .binary, types: self.types),
                            returnsRows: description != nil))
                case .error(let report):
                    let (index, query, _) = missing[statements.count]
                    failure = PostgresError(server: report).inBatch(index).during(query, call)
                case .rows, .end, .copyRefused: break
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
        var last: String?
        for (index, query) in queries.enumerated() where query.sql != last {
            last = query.sql
            guard query.firstWord != "COPY" else {
                throw PostgresError(.invalidQuery, "COPY cannot be part of a batch", nothingWasSent: true)
                    .inBatch(index)
            }
        }
    }
}
