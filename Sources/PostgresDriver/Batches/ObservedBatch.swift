internal import PostgresWire

/// What an observer is told of a batch.
struct ObservedBatch {
    private let operation: ObservedOperation?
    private(set) var rowCount = 0
    /// Whether whoever receives the results wants no more of them.
    var isAbandoned = false
    private var commandTag: CommandTag?
    private var failure: PostgresError?

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

    mutating func note(_ event: BatchEvent) {
        switch event {
        case .rows(_, _, let count): rowCount += count
        case .end(let tag, _): commandTag = tag
        case .failed(let error): failure = failure ?? error
        case .skipped: break
        }
    }

    /// Tells of the end: of the batch's own error, else of that of the first query that failed.
    func end(_ error: PostgresError?) {
        operation?.end(
            commandTag: commandTag, rowCount: rowCount, error: isAbandoned ? failure : error ?? failure,
            wasAbandoned: isAbandoned)
    }
}
