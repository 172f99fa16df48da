internal import PostgresWire

/// What an observer is told of a batch.
struct ObservedBatch {
    private let operation: ObservedOperation?
    var rowCount = 0
    /// Whether whoever receives the results wants no more of them.
    var isAbandoned = false
    var commandTag: CommandTag?
    /// Why the first query failed that did.
    var failure: PostgresError?

    /// Tells of the beginning; the text is told where all queries have the same.
    init(_ observation: Observation?, _ batch: PostgresBatch, _ call: PostgresCall) {
        guard let observation else {
            operation = nil
            return
        }
        let first = batch.queries.first
        let isSame = batch.queries.allSatisfy { $0.sql == first?.sql }
        operation = observation.begin(
            .batch, sql: isSame ? first?.sql : nil, hasParameters: isSame && first?.arguments.isEmpty == false,
            queryCount: batch.count, file: call.file, line: call.line)
    }

    /// Tells of the end: of the batch's own error, else of that of the first query that failed.
    func end(_ error: PostgresError?) {
        operation?.end(
            commandTag: commandTag, rowCount: rowCount, error: isAbandoned ? failure : error ?? failure,
            wasAbandoned: isAbandoned)
    }
}
