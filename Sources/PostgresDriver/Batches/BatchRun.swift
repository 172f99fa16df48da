internal import PostgresWire

/// What happens to the queries of a batch, in order.
enum BatchEvent {
    /// Rows of a query.
    case rows(RowBatch, PostgresColumns, count: Int)
    /// A query ran to its end.
    case end(CommandTag, PostgresColumns)
    /// A query failed.
    case failed(PostgresError)
    /// A query did not run, because one in front of it failed.
    case skipped
}

/// A batch on its way: sends and reads at the same time, so that neither side can block the other, and holds no more
/// than a piece of what is to be sent.
///
/// Each part of the batch is one request, which stays open while it is written.
struct BatchRun {
    private let connection: PostgresConnection
    private let batch: PostgresBatch
    private var statements: BatchStatements
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
    private var columns: PostgresColumns?
    private var hasFailed = false
    /// Whether `report` has thrown.
    private var isGivenUp = false
    /// Why a part was rolled back all of whose queries had ended well.
    private var lateFailure: PostgresError?
    /// A COPY that was refused, until its query ends.
    private var refusal: PostgresError?

    /// How many bytes may wait for the socket before the encoding waits, too.
    private static let pieceSize = 64 << 10
    /// How much room for items is kept.
    private static let mostKept = 4096

    init(
        _ connection: PostgresConnection, _ batch: PostgresBatch, _ statements: BatchStatements,
        _ call: PostgresCall
    ) {
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
        _ report: (_ index: Int, BatchEvent) throws(PostgresError) -> Void
    ) async throws(PostgresError) {
        do throws(PostgresError) {
            while readingPart < parts.count {
                try await write()
                try await read(report)
            }
        } catch {
            for request in requests { wire.abandon(request) }
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
        var statements = statements
        for index in range {
            if index > range.lowerBound, encoder.output.count >= pieceSize { return index }
            let query = batch.queries[index]
            do throws(PostgresError) {
                if let statement = statements.statement(for: query.sql) {
                    try query.checkCount(statement)
                    try encoder.append(statement, query.arguments, fetchSize: nil)
                } else {
                    try encoder.append(query.sql, TextParameters(query.arguments), fetchSize: nil)
                }
            } catch {
                throw error.inBatch(index).during(query, call)
            }
        }
        return range.upperBound
    }

    // MARK: Reading

    private mutating func read(
        _ report: (_ index: Int, BatchEvent) throws(PostgresError) -> Void
    ) async throws(PostgresError) {
        guard let request = requests.dropFirst(readingPart).first else { return }
        let wait = try wire.advance(request, &progress)
        // The array goes to and fro, so that a steady stream of results allocates none.
        var items: [BatchProgress.Item] = []
        swap(&items, &self.items)
        progress.takeItems(into: &items)
        // From the end of the array an item is moved, from elsewhere copied.
        items.reverse()
        while let item = items.popLast() { try take(item, report) }
        if items.capacity > Self.mostKept { items = [] }
        swap(&items, &self.items)
        if progress.isFinished { return try endPart(report) }
        if case .none = wait { return }
        // With more to be sent and room for it there is nothing to wait for.
        if writingPart < parts.count, wire.outputCount < Self.pieceSize { return }
        await wire.wait(wait, for: request)
    }

    private mutating func tell(
        _ report: (_ index: Int, BatchEvent) throws(PostgresError) -> Void, _ index: Int, _ event: BatchEvent
    ) throws(PostgresError) {
        do throws(PostgresError) {
            try report(index, event)
        } catch {
            isGivenUp = true
            throw error
        }
    }

    private mutating func take(
        _ item: BatchProgress.Item, _ report: (_ index: Int, BatchEvent) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        let index = parts[readingPart].lowerBound + readingQuery
        guard index < parts[readingPart].upperBound else {
            // The part's own end: what was deferred to the commit has failed.
            if case .error(let serverReport) = item {
                lateFailure = lateFailure ?? located(PostgresError(server: serverReport), index - 1)
            }
            return
        }
        switch item {
        case .columns(let description):
            columns = description.map { PostgresColumns($0.columns, types: connection.types) }
        case .rows(let run):
            let columns = resultColumns(index)
            // Asked for once for all rows and the end.
            self.columns = columns
            try tell(report, index, .rows(RowBatch(run, firstNumber: rowCount), columns, count: run.count))
            rowCount += run.count
        case .end(let tag):
            connection.noteCommand(tag)
            try tell(report, index, refusal.map { .failed(located($0, index)) } ?? .end(tag, resultColumns(index)))
            nextQuery()
        case .error(let serverReport):
            hasFailed = true
            try tell(report, index, .failed(located(refusal ?? PostgresError(server: serverReport), index)))
            nextQuery()
        case .copyRefused(let isIn): refusal = .copyNotExpected(isIn: isIn)
        case .parameterTypes: break
        }
    }

    private mutating func resultColumns(_ index: Int) -> PostgresColumns {
        columns ?? statements.statement(for: batch.queries[index].sql)?.columns ?? .none
    }

    private func located(_ error: PostgresError, _ index: Int) -> PostgresError {
        error.inBatch(index).during(batch.queries[index], call)
    }

    private mutating func nextQuery() {
        readingQuery += 1
        rowCount = 0
        columns = nil
        refusal = nil
    }

    private mutating func endPart(
        _ report: (_ index: Int, BatchEvent) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        let part = parts[readingPart]
        for index in part.dropFirst(readingQuery) { try tell(report, index, .skipped) }
        readingPart += 1
        readingQuery = 0
        progress = BatchProgress()
        hasFailed = false
    }
}
