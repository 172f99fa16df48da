internal import PostgresWire

/// A batch on its way: sends and reads at the same time, so that neither side can block the other, and holds no more
/// than a piece of what is to be sent.
///
/// Each part of the batch is one request, which stays open while it is written.
struct BatchRun {
    private let connection: PostgresConnection
    private let batch: PostgresBatch
    private let statements: BatchStatements
    private let call: PostgresCall
    private let parts: [Range<Int>]

    /// The part and the query that are written next.
    private var writingPart = 0
    private var writingQuery = 0
    /// The requests of the parts that have been begun, and what has come of the oldest one that is not finished.
    private var requests: [RequestID] = []
    private var readingPart = 0
    private var readingQuery = 0
    private var progress = BatchProgress()
    private var items: [BatchProgress.Item] = []
    private var rowCount = 0
    /// What is reported next.
    private var piece = BatchPiece()
    /// Up to which query the columns of `piece` are right.
    private var columnsEnd = 0
    private var hasFailed = false
    /// Whether `report` has thrown.
    private var isGivenUp = false
    /// Why a part was rolled back all of whose queries had ended well.
    private var lateFailure: PostgresError?
    /// A COPY that was refused, until its query ends.
    private var refusal: PostgresError?
    /// Whether the batch may run again, should its first query turn out to be stale.
    private var mayRunAgain: Bool
    /// Whether a statement turned out to be stale.
    private(set) var isStale = false
    /// Why the batch is to run again: its first query failed, which was not reported.
    private(set) var toRunAgain: PostgresError?

    /// How many bytes may wait for the socket before the encoding waits, too.
    private static let pieceSize = 64 << 10
    /// How much room for items is kept.
    private static let mostKept = 4096

    init(
        _ connection: PostgresConnection, _ batch: PostgresBatch, _ statements: BatchStatements,
        _ call: PostgresCall, mayRunAgain: Bool
    ) {
        self.mayRunAgain = mayRunAgain
        self.connection = connection
        self.batch = batch
        self.statements = statements
        self.call = call
        parts = batch.parts
    }

    private var wire: WireConnection { connection.wire }

    /// Runs everything; `report` receives what happens to each query.
    ///
    /// - Throws: what `report` throws, or why the connection or the call has ended, or why a part could not be
    ///   committed. What the server says about single queries is reported, not thrown.
    mutating func run(
        _ observed: inout ObservedBatch, _ report: (_ index: Int, inout BatchPiece) throws(PostgresError) -> Void
    ) async throws(PostgresError) {
        do throws(PostgresError) {
            while readingPart < parts.count {
                try await write()
                try await read(&observed, report)
            }
        } catch {
            for request in requests { wire.abandon(request) }
            if isGivenUp { observed.isAbandoned = true }
            throw isGivenUp ? error : duringCurrentQuery(error)
        }
        if let lateFailure { throw lateFailure }
    }

    /// The same error with the query whose answer was awaited.
    private func duringCurrentQuery(_ error: PostgresError) -> PostgresError {
        guard readingPart < parts.count else { return error }
        let index = parts[readingPart].lowerBound + readingQuery
        return located(error, min(index, parts[readingPart].upperBound - 1))
    }

    // MARK: Writing

    private mutating func write() async throws(PostgresError) {
        while writingPart < parts.count, wire.outputCount < Self.pieceSize {
            let part = parts[writingPart]
            if writingQuery == part.lowerBound {
                try await begin(part)
            } else {
                try extend(requests[writingPart], part)
            }
        }
    }

    private mutating func begin(_ part: Range<Int>) async throws(PostgresError) {
        var next = writingQuery
        let connection = connection
        let (batch, statements, call) = (batch, statements, call)
        let isFirst = requests.isEmpty
        let request = try await connection.submitted(call) {
            (state: inout PostgresConnection.State) throws(PostgresError) in
            // An open request is ended by its Sync later, however short the part is.
            do throws(PostgresError) {
                return try connection.submit(&state, isOpen: true) {
                    (encoder: inout RequestEncoder) throws(PostgresError) in
                    next = try Self.encode(
                        batch, statements, part.lowerBound..<part.upperBound, call, into: &encoder)
                }
            } catch {
                throw isFirst ? error : error.afterSending()
            }
        }
        requests.append(request)
        limit()
        writingQuery = next
        if next == part.upperBound { try end(request, part) }
    }

    /// Has everything that is under way interrupted when the call's time is up.
    private func limit() {
        guard let deadline = call.deadline else { return }
        let (error, requests, wire) = (deadline.error, requests, wire)
        deadline.begin { for request in requests.reversed() { wire.interrupt(request, because: error) } }
    }

    private mutating func extend(_ request: RequestID, _ part: Range<Int>) throws(PostgresError) {
        // What follows an error is skipped by the server, so it need not be sent.
        if readingPart == writingPart, hasFailed { return try end(request, part) }
        var next = writingQuery
        let (batch, statements, call) = (batch, statements, call)
        do throws(PostgresError) {
            try wire.extend(request, isOpen: true) { (encoder: inout RequestEncoder) throws(PostgresError) in
                next = try Self.encode(batch, statements, next..<part.upperBound, call, into: &encoder)
            }
        } catch {
            // Of the part either everything has effect or nothing.
            if error.code == .invalidQuery {
                try wire.extend(request, isOpen: false) { (encoder: inout RequestEncoder) throws(PostgresError) in
                    try? encoder.fail()
                }
            }
            throw error.afterSending()
        }
        // Once the session knows of an error, nothing is encoded.
        writingQuery = max(next, writingQuery + 1)
        if writingQuery >= part.upperBound { try end(request, part) }
    }

    private mutating func end(_ request: RequestID, _ part: Range<Int>) throws(PostgresError) {
        try wire.extend(request, isOpen: false) { (_: inout RequestEncoder) throws(PostgresError) in }
        writingPart += 1
        writingQuery = part.upperBound
    }

    /// Encodes queries until there is a piece to be sent; returns the first one that was not.
    private static func encode(
        _ batch: PostgresBatch, _ statements: BatchStatements, _ range: Range<Int>, _ call: PostgresCall,
        into encoder: inout RequestEncoder
    ) throws(PostgresError) -> Int {
        var index = range.lowerBound
        do throws(PostgresError) {
            while index < range.upperBound {
                let (statement, end) = statements.run(at: index)
                if let statement {
                    try encoder.append(
                        batch.queries, &index, upTo: min(end, range.upperBound), statement, size: pieceSize)
                } else {
                    let query = batch.queries[index]
                    try encoder.append(query.sql, TextParameters(query.arguments), fetchSize: nil)
                    index += 1
                }
                if encoder.output.count >= pieceSize { break }
            }
        } catch {
            throw error.inBatch(index).during(batch.queries[index], call)
        }
        return index
    }

    // MARK: Reading

    private mutating func read(
        _ observed: inout ObservedBatch, _ report: (_ index: Int, inout BatchPiece) throws(PostgresError) -> Void
    ) async throws(PostgresError) {
        guard let request = requests.dropFirst(readingPart).first else { return }
        let wait = try wire.advance(request, &progress)
        // The array goes to and fro, so that a steady stream of results allocates none.
        var items: [BatchProgress.Item] = []
        swap(&items, &self.items)
        progress.takeItems(into: &items)
        // From the end of the array an item is moved, from elsewhere copied.
        items.reverse()
        while let item = items.popLast() { try take(item, &observed, report) }
        if items.capacity > Self.mostKept { items = [] }
        swap(&items, &self.items)
        if progress.isFinished { return try endPart(report) }
        if case .none = wait { return }
        // With more to be sent and room for it there is nothing to wait for.
        if writingPart < parts.count, wire.outputCount < Self.pieceSize { return }
        await wire.wait(wait, for: request)
    }

    private mutating func take(
        _ item: consuming BatchProgress.Item, _ observed: inout ObservedBatch,
        _ report: (_ index: Int, inout BatchPiece) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        guard readingQuery < parts[readingPart].count else {
            // The part's own end: what was deferred to the commit has failed.
            if case .error(let serverReport) = item {
                let index = parts[readingPart].upperBound - 1
                lateFailure = lateFailure ?? located(PostgresError(server: serverReport), index)
            }
            return
        }
        switch consume item {
        case .results(let results, let block):
            try take(results, block, &observed, report)
            progress.reuse(results)
        case .columns(let description):
            columnsEnd = 0
            guard let description else { return }
            piece.columns = PostgresColumns(description.columns, types: connection.types)
            columnsEnd = currentQuery + 1
        case .rows(let run):
            piece.rows = RowBatch(run, firstNumber: rowCount)
            defer { piece.rows = .empty }
            try takeRows(run.count, &observed, report)
        case .end(let tag):
            connection.noteCommand(tag)
            try endQuery(tag, &observed, report)
        case .error(let serverReport):
            hasFailed = true
            try fail(PostgresError(server: serverReport), &observed, report)
        case .copyRefused(let isIn): refusal = .copyNotExpected(isIn: isIn)
        case .parameterTypes: break
        }
    }

    /// Takes what came as usual, which is almost always everything.
    private mutating func take(
        _ results: borrowing PlainResults, _ block: ReceiveBlock, _ observed: inout ObservedBatch,
        _ report: (_ index: Int, inout BatchPiece) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        // The rows of all results are told by this one value, so that references to the block are not counted for each.
        piece.rows = RowBatch(block)
        defer { piece.rows = .empty }
        let queryCount = parts[readingPart].count
        var lastTag = -1
        for index in results.list.indices where readingQuery < queryCount {
            let result = results.list[index]
            piece.rows.begin(result.start..<result.end, firstNumber: rowCount)
            if result.tag < 0 {
                try takeRows(result.rowCount, &observed, report)
            } else if result.tag == lastTag {
                // The same command again has changed nothing more, and is reported with the same words.
                observed.rowCount += result.rowCount
                try tellEnd(report)
            } else {
                let tag = results.tags[result.tag]
                observed.rowCount += result.rowCount
                connection.noteCommand(tag)
                lastTag = refusal == nil ? result.tag : -1
                try endQuery(tag, &observed, report)
            }
        }
    }

    private mutating func takeRows(
        _ count: Int, _ observed: inout ObservedBatch,
        _ report: (_ index: Int, inout BatchPiece) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        observed.rowCount += count
        rowCount += count
        piece.isOpen = true
        defer { piece.isOpen = false }
        setColumns()
        try tell(currentQuery, report)
    }

    /// A query has ended, by itself or because a COPY was refused.
    private mutating func endQuery(
        _ tag: CommandTag, _ observed: inout ObservedBatch,
        _ report: (_ index: Int, inout BatchPiece) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        if let refusal { return try fail(refusal, &observed, report) }
        observed.commandTag = tag
        piece.outcome = .success(tag)
        try tellEnd(report)
    }

    @inline(__always)
    private mutating func tellEnd(
        _ report: (_ index: Int, inout BatchPiece) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        setColumns()
        try tell(currentQuery, report)
        nextQuery()
    }

    private mutating func fail(
        _ error: PostgresError, _ observed: inout ObservedBatch,
        _ report: (_ index: Int, inout BatchPiece) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        let error = located(refusal ?? error, currentQuery)
        if error.isStaleStatement {
            isStale = true
            if mayRunAgain { toRunAgain = error }
        }
        if toRunAgain == nil { observed.failure = observed.failure ?? error }
        try tell(.failure(error), currentQuery, report)
        nextQuery()
    }

    /// Reports a query that has no result.
    private mutating func tell(
        _ outcome: PostgresBatchResult.Outcome, _ index: Int,
        _ report: (_ index: Int, inout BatchPiece) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        piece.outcome = outcome
        piece.columns = .none
        columnsEnd = 0
        try tell(index, report)
    }

    @inline(__always)
    private mutating func tell(
        _ index: Int, _ report: (_ index: Int, inout BatchPiece) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        mayRunAgain = false
        guard toRunAgain == nil else { return }
        do throws(PostgresError) {
            try report(index, &piece)
        } catch {
            isGivenUp = true
            throw error
        }
    }

    /// The query whose answer is coming.
    private var currentQuery: Int { parts[readingPart].lowerBound + readingQuery }

    @inline(__always)
    private mutating func setColumns() {
        if currentQuery >= columnsEnd { findColumns() }
    }

    private mutating func findColumns() {
        let (statement, end) = statements.run(at: currentQuery)
        piece.columns = statement?.columns ?? .none
        columnsEnd = end
    }

    private func located(_ error: PostgresError, _ index: Int) -> PostgresError {
        error.inBatch(index).during(batch.queries[index], call)
    }

    private mutating func nextQuery() {
        readingQuery += 1
        rowCount = 0
        refusal = nil
    }

    private mutating func endPart(
        _ report: (_ index: Int, inout BatchPiece) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        for index in parts[readingPart].dropFirst(readingQuery) { try tell(.skipped, index, report) }
        readingPart += 1
        readingQuery = 0
        progress = BatchProgress()
        hasFailed = false
    }
}
