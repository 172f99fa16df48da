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
    /// - Parameters:
    ///   - sql: the text.
    ///   - timeout: how long the whole text may take.
    ///   - onResult: receives each statement's result as it comes, also those in front of one that fails. (Their
    ///     effects are undone with it, unless the text has its own transactions.)
    /// - Returns: the results of all statements.
    /// - Throws: ``PostgresError``; also where only the last of several statements failed.
    @discardableResult
    public func simpleQuery(
        _ sql: String, timeout: Duration? = nil, onResult: (PostgresSimpleResult) -> Void = { _ in },
        file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> [PostgresSimpleResult] {
        let call = PostgresCall(timeout: timeout, file: file, line: line)
        return try await simpleQuery(sql, call, onResult: onResult)
    }

    func simpleQuery(
        _ sql: String, _ call: PostgresCall, onResult: (PostgresSimpleResult) -> Void
    ) async throws(PostgresError) -> [PostgresSimpleResult] {
        defer { call.deadline?.end() }
        let observed = observation?.begin(.query, sql: sql, file: call.file, line: call.line)
        do throws(PostgresError) {
            let request = try await submitted(call) { (state: inout State) throws(PostgresError) in
                try self.submit(&state) { (encoder: inout RequestEncoder) throws(WireError) in
                    try encoder.query(sql)
                }
            }
            let results = try await simpleResults(of: request, onResult)
            observed?.end(commandTag: results.last?.commandTag, rowCount: results.reduce(0) { $0 + $1.rows.count })
            return results
        } catch {
            let located = error.during(sql: sql, file: call.file, line: call.line)
            observed?.end(error: located)
            throw located
        }
    }

    private func simpleResults(
        of request: RequestID, _ onResult: (PostgresSimpleResult) -> Void
    ) async throws(PostgresError) -> [PostgresSimpleResult] {
        var collector = SimpleResultCollector(types: types)
        while true {
            switch try await wire.nextEvent(for: request) {
            case .rows(let run): collector.add(run)
            case .copyData: continue
            case .other(.finished): return try collector.finish()
            case .other(let event):
                guard let result = collector.add(event) else { continue }
                noteCommand(result.commandTag)
                onResult(result)
            }
        }
    }
}

/// Sorts the events of a simple query into results.
private struct SimpleResultCollector {
    let types: PostgresTypeCatalog

    private var results: [PostgresSimpleResult] = []
    private var columns = PostgresColumns.none
    private var rows: [PostgresRow] = []
    private var failure: PostgresError?

    init(types: PostgresTypeCatalog) { self.types = types }

    mutating func add(_ run: RowRun) {
        var batch = RowBatch(run, firstNumber: rows.count)
        while !batch.isEmpty {
            let row = batch.advance()
            rows.append(batch.view(row, columns).owned)
        }
    }

    /// Takes in an event; returns the result that it ends.
    mutating func add(_ event: SessionEvent) -> PostgresSimpleResult? {
        switch event {
        case .rowDescription(let description): columns = PostgresColumns(description.columns, types: types)
        case .commandComplete(let tag): return endResult(tag)
        case .emptyQuery: return endResult(CommandTag(""))
        case .error(let report, _): failure = failure ?? PostgresError(server: report)
        case .copyRefused(let isIn): failure = .copyNotExpected(isIn: isIn)
        default: break
        }
        return nil
    }

    private mutating func endResult(_ tag: CommandTag) -> PostgresSimpleResult {
        let result = PostgresSimpleResult(columns: columns, rows: rows, commandTag: tag)
        results.append(result)
        columns = .none
        rows = []
        return result
    }

    func finish() throws(PostgresError) -> [PostgresSimpleResult] {
        if let failure { throw failure }
        return results
    }
}
