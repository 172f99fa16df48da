/// What takes in the events of an answer while the connection's lock is held.
protocol ResponseCollector: Sendable {
    /// Whether there is something to be looked at before more is received.
    var hasSomething: Bool { get }
    /// Whether the answer has stopped until the request is extended.
    var isPaused: Bool { get }
    /// Whether the answer is complete.
    var isFinished: Bool { get }

    mutating func add(_ run: RowRun)
    mutating func add(_ event: SessionEvent)
    /// Takes in many results at once; false where they do not come that way.
    mutating func takeResults(_ state: inout WireConnection.State) throws(PostgresError) -> Bool
}

extension ResponseCollector {
    @inline(__always)
    mutating func takeResults(_ state: inout WireConnection.State) throws(PostgresError) -> Bool { false }
}

/// What has come of an answer and has not been looked at yet.
package struct ResponseProgress: ResponseCollector {
    /// Rows that wait to be read; where there are more, the others are in ``Unusual``.
    private var rows: RowRun?
    /// The tag of the last command that ran to its end.
    package internal(set) var commandTag: CommandTag?
    /// Whether the answer is complete.
    package internal(set) var isFinished = false
    /// The transaction status behind the answer.
    package internal(set) var transactionStatus: TransactionStatus?
    /// Whether more than one result with rows came; the rows of all but the first are dropped.
    package internal(set) var hasSeveralResults = false
    private var wasDescribed = false
    private var isEmpty = false
    /// Whether the request is an open one, to be extended when it pauses.
    package var isOpen = false
    /// Whether Execute stopped at its row limit.
    package internal(set) var isSuspended = false
    private var rest = Rest.nothing

    /// What most answers do not have: a reference, because the progress is moved and destroyed with every answer.
    private indirect enum Rest {
        case nothing
        case something(Unusual)
    }

    private struct Unusual {
        /// Rows behind the first ones, oldest first.
        var moreRows: [RowRun] = []
        /// The columns, where the request asked for them.
        var columns: RowDescription?
        var error: ServerReport?
        var refusedCopyIn: Bool?
    }

    private var unusual: Unusual? {
        get { if case .something(let unusual) = rest { unusual } else { nil } }
        set { rest = newValue.map { .something($0) } ?? .nothing }
    }

    private mutating func note(_ change: (inout Unusual) -> Void) {
        var changed = unusual ?? Unusual()
        rest = .nothing
        change(&changed)
        unusual = changed
    }

    /// The first error.
    package var error: ServerReport? { unusual?.error }
    /// Whether a COPY was refused, and whether it was COPY IN.
    package var refusedCopyIn: Bool? { unusual?.refusedCopyIn }

    package init() {}

    var hasSomething: Bool { rows != nil }
    /// Whether nothing more comes until the request is extended: by another Execute, or by its Sync.
    package var isPaused: Bool { isOpen && (isSuspended || isEmpty || commandTag != nil || error != nil) }

    /// Says that the portal goes on.
    package mutating func resume() { isSuspended = false }

    /// Takes the columns out.
    package mutating func takeColumns() -> RowDescription? {
        guard let columns = unusual?.columns else { return nil }
        note { $0.columns = nil }
        return columns
    }

    /// Takes the oldest rows out.
    package mutating func takeRows() -> RowRun? {
        guard let run = rows.take() else { return nil }
        if let next = unusual?.moreRows.first {
            rows = next
            note { $0.moreRows.removeFirst() }
        }
        return run
    }

    mutating func add(_ run: RowRun) {
        if hasSeveralResults { return }
        if rows == nil { rows = run } else { note { $0.moreRows.append(run) } }
    }

    mutating func add(_ event: SessionEvent) {
        switch event {
        case .commandComplete(let tag): commandTag = tag
        case .rowDescription(let description):
            // A query has one result; a text of several statements may have more.
            hasSeveralResults = wasDescribed
            wasDescribed = true
            note { $0.columns = description }
        case .portalSuspended: isSuspended = true
        case .emptyQuery: isEmpty = true
        case .error(let report, _): if error == nil { note { $0.error = report } }
        case .copyRefused(let isIn): note { $0.refusedCopyIn = isIn }
        case .finished(let status):
            transactionStatus = status
            isFinished = true
        default: break
        }
    }
}

/// What has come of an answer with many results, in order, and has not been looked at yet.
package struct BatchProgress: ResponseCollector {
    /// A piece of the answer.
    package enum Item: Sendable {
        /// Rows of the result that is coming.
        case rows(RowRun)
        /// Results, the last of which may go on; they lie in the block.
        case results(PlainResults, ReceiveBlock)
        /// The end of a result.
        case end(CommandTag)
        /// The types of a described statement's parameters.
        case parameterTypes([UInt32])
        /// The columns of a described statement or of the result that follows; nil where it has none.
        case columns(RowDescription?)
        /// An error; everything up to the end of the request is skipped.
        case error(ServerReport)
        /// A COPY was refused.
        case copyRefused(isIn: Bool)
    }

    private var items: [Item] = []
    /// Room for results.
    private var room = PlainResults()
    /// Whether the answer is complete.
    package internal(set) var isFinished = false

    package init() {}

    var hasSomething: Bool { !items.isEmpty }
    var isPaused: Bool { false }

    /// Takes everything out.
    package mutating func takeItems() -> [Item] {
        defer { items = [] }
        return items
    }

    /// Takes everything out into an empty array, and its memory in.
    package mutating func takeItems(into empty: inout [Item]) { swap(&items, &empty) }

    /// Takes the room of results in that have been looked at.
    package mutating func reuse(_ results: consuming PlainResults) {
        results.removeAll()
        room = results
    }

    mutating func takeResults(_ state: inout WireConnection.State) throws(PostgresError) -> Bool {
        guard state.input.unreadCount > 0, !state.isSettling else { return false }
        var results = PlainResults()
        swap(&results, &room)
        var failure: WireError?
        var consumed = 0
        do throws(WireError) {
            consumed = try Self.nextResults(&state.session, state.input, &results)
        } catch {
            failure = error
        }
        // The block is held before its bytes are consumed, so that rows stay where they are; without any it is reused.
        if results.isEmpty {
            room = results
        } else {
            items.append(.results(results, results.rowCount > 0 ? state.input.block : .empty))
        }
        if let failure { throw PostgresError(failure) }
        state.input.consume(consumed)
        return consumed > 0
    }

    private static func nextResults(
        _ session: inout Session, _ input: borrowing ReceiveBuffer, _ results: inout PlainResults
    ) throws(WireError) -> Int {
        try session.nextResults(input.unread, base: input.start, into: &results)
    }

    mutating func add(_ run: RowRun) { items.append(.rows(run)) }

    mutating func add(_ event: SessionEvent) {
        switch event {
        case .commandComplete(let tag): items.append(.end(tag))
        case .emptyQuery: items.append(.end(CommandTag("")))
        case .parameterDescription(let types): items.append(.parameterTypes(types))
        case .rowDescription(let description): items.append(.columns(description))
        case .noData: items.append(.columns(nil))
        case .error(let report, _): items.append(.error(report))
        case .copyRefused(let isIn): items.append(.copyRefused(isIn: isIn))
        case .finished: isFinished = true
        default: break
        }
    }
}
