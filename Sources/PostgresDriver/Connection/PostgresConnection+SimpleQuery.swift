public import PostgresWire
internal import Synchronization

/// What one statement of a simple query came to.
public struct PostgresSimpleResult: Sendable {
    /// The columns, in text format as a rule; none for a statement that returns no rows.
    public let columns: PostgresColumns
    /// The rows.
    public let rows: [PostgresRow]
    /// The command tag; empty for an empty query text.
    public let commandTag: CommandTag
}

extension PostgresConnection {
    /// Runs a text with any number of statements by the simple query protocol: one round trip, nothing prepared.
    ///
    /// For scripts, and for what cannot be prepared. Several statements run in one transaction unless they say
    /// otherwise. There are no parameters, and values come as text, so prefer the other methods. All rows are collected.
    ///
    /// PostgreSQL: Message Flow, Simple Query.
    ///
    /// - Throws: ``PostgresError``; also where only the last of several statements failed: the results in front of it
    ///   are lost then, as their effects are unless the text had its own transactions.
    @discardableResult
    public func simpleQuery(
        _ sql: String, file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> [PostgresSimpleResult] {
        do throws(PostgresError) {
            let request = try state.withLock { (state: inout State) throws(PostgresError) in
                try checkFree(state)
                return try submit(&state) { (encoder: inout RequestEncoder) throws(WireError) in
                    try encoder.query(sql)
                }
            }
            return try await simpleResults(of: request)
        } catch {
            throw error.during(sql: sql, file: file, line: line)
        }
    }

    private func simpleResults(of request: RequestID) async throws(PostgresError) -> [PostgresSimpleResult] {
        var collector = SimpleResultCollector()
        while true {
            switch try await wire.nextEvent(for: request) {
            case .rows(let run): collector.add(run)
            case .other(.finished): return try collector.finish()
            case .other(let event): collector.add(event)
            }
        }
    }
}

/// Sorts the events of a simple query into results.
private struct SimpleResultCollector {
    private static let noColumns = PostgresColumns([])
    private var results: [PostgresSimpleResult] = []
    private var columns = noColumns
    private var rows: [PostgresRow] = []
    private var failure: PostgresError?

    mutating func add(_ run: RowRun) {
        var batch = RowBatch(run, firstNumber: rows.count)
        while !batch.isEmpty {
            let row = batch.advance()
            rows.append(batch.view(row, columns).owned)
        }
    }

    mutating func add(_ event: SessionEvent) {
        switch event {
        case .rowDescription(let description): columns = PostgresColumns(description.columns)
        case .commandComplete(let tag): endResult(tag)
        case .emptyQuery: endResult(CommandTag(""))
        case .error(let report, _): failure = failure ?? PostgresError(server: report)
        case .copyRefused(let isIn): failure = .copyNotExpected(isIn: isIn)
        default: break
        }
    }

    private mutating func endResult(_ tag: CommandTag) {
        results.append(PostgresSimpleResult(columns: columns, rows: rows, commandTag: tag))
        columns = Self.noColumns
        rows = []
    }

    func finish() throws(PostgresError) -> [PostgresSimpleResult] {
        if let failure { throw failure }
        return results
    }
}
