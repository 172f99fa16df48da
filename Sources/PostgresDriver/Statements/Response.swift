public import PostgresWire
internal import Synchronization

/// One query on its way: how it is sent, and its answer as it comes in.
///
/// Not copyable, because copies would count twenty references a query; and made before it is sent, because to move it
/// costs as much as to send it.
@usableFromInline
struct Response: ~Copyable, Sendable {
    private let connection: PostgresConnection
    private let query: PostgresQuery
    private var call: PostgresCall
    /// Whether the answer is to own the connection until it ends.
    private let isOwning: Bool
    /// What owns the connection, once the query has been sent, if that was asked for.
    private(set) var owner: ConnectionOwner?
    /// The request that the query became; nil until it has been sent.
    private var request: RequestID?
    private var statement: PreparedStatement?
    /// What the server said about the statement when it had to be asked.
    private var description: PreparedStatement?
    private var describedColumns: PostgresColumns?
    /// How often the query was sent before, because its statement turned out to be stale.
    private var retries = 0
    private var progress = ResponseProgress()
    private var rowCount = 0
    private var isOver = false
    /// What ``wait()`` waits for.
    private var waiting = Waiting.nothing
    /// Somebody who wants to know of the end.
    private var observed: ObservedOperation?

    /// What the answer has to say next.
    @usableFromInline
    enum Step {
        case rows(RowBatch, PostgresColumns)
        /// The answer is complete.
        case end
        /// Nothing before ``Response/wait()``.
        case wait
    }

    private enum Waiting {
        case nothing
        /// Nobody knows the statement yet, so the server is to be asked about it.
        case description
        /// A cancel request is under way, which could hit this query.
        case cancellation
        case answer(ResponseWait)
    }

    @usableFromInline
    init(
        _ query: consuming PostgresQuery, on connection: PostgresConnection, owning: Bool = false,
        _ call: consuming PostgresCall
    ) {
        observed = connection.observe(query, call)
        self.connection = connection
        self.query = query
        self.call = call
        isOwning = owning
    }

    private var wire: WireConnection { connection.wire }

    /// The columns of the rows; final once there has been a step other than ``Step/wait``.
    var columns: PostgresColumns { describedColumns ?? statement?.columns ?? .none }

    /// The tag of the last command that ran to its end.
    var commandTag: CommandTag? { progress.commandTag }

    /// The next rows, or nil when the answer is complete.
    ///
    /// - Throws: the server's error, once the answer is complete; or why the connection was lost.
    mutating func nextBatch() async throws(PostgresError) -> RowBatch? {
        while true {
            switch try next() {
            case .rows(let batch, _): return batch
            case .end: return nil
            case .wait: try await wait()
            }
        }
    }

    /// Sends the query and takes in the answer as far as that goes without suspending the task, which costs more than a
    /// whole small answer.
    ///
    /// - Throws: the server's error, once the answer is complete; or why the connection was lost.
    @usableFromInline
    mutating func next() throws(PostgresError) -> Step {
        do throws(PostgresError) {
            while true {
                guard let request else {
                    guard try send() else { return .wait }
                    let wait = wire.waitAfterSending()
                    if case .none = wait { continue }
                    waiting = .answer(wait)
                    return .wait
                }
                if let run = progress.takeRows() {
                    defer { rowCount += run.count }
                    useDescribedColumns()
                    return .rows(RowBatch(run, firstNumber: rowCount), columns)
                }
                if progress.isFinished {
                    if try end() { return .end }
                    continue
                }
                if progress.isPaused {
                    try continuePortal(request)
                    continue
                }
                let wait = try wire.advance(request, &progress)
                if case .none = wait { continue }
                if wire.waitBriefly(wait) { continue }
                waiting = .answer(wait)
                return .wait
            }
        } catch {
            throw failed(error)
        }
    }

    /// Gives each row of the answer to `body`.
    ///
    /// Inlined into its callers, and of itself it suspends nowhere but where it must: every call of an asynchronous
    /// function costs more than a row.
    @inlinable @inline(__always)
    mutating func forEachRow(
        _ body: (inout RowValues) throws(PostgresError) -> Void
    ) async throws(PostgresError) {
        while true {
            switch try next() {
            case .rows(var batch, let columns):
                do throws(PostgresError) {
                    try batch.forEach(columns, body)
                } catch {
                    abandon()
                    throw located(error)
                }
            case .wait: try await wait()
            case .end: return
            }
        }
    }

    /// Waits for what ``next()`` has to wait for.
    @usableFromInline
    mutating func wait() async throws(PostgresError) {
        switch waiting {
        case .nothing: break
        case .answer(let wait): if let request { await wire.wait(wait, for: request) }
        case .cancellation: await wire.whenUnheld(call.deadline)
        case .description:
            do throws(PostgresError) {
                description = try await connection.observedDescription(of: query, mode, call)
            } catch {
                throw failed(error)
            }
        }
    }

    private var mode: PostgresExecutionMode { call.mode ?? connection.executionMode }

    /// Sends the query; false where something has to be waited for before.
    private mutating func send() throws(PostgresError) -> Bool {
        try call.checkBeforeSending()
        switch try connection.attempt(query, mode, description, owning: isOwning && owner == nil, call) {
        case .unknownStatement: waiting = .description
        case .held: waiting = .cancellation
        case .sent(let request, let statement, let owner):
            self.request = request
            self.statement = statement
            if let owner { self.owner = owner }
            description = nil
            progress.isOpen = call.fetchSize != nil
            return true
        }
        return false
    }

    /// The answer is complete: false where the query is to be sent once more.
    ///
    /// - Throws: why the query failed.
    private mutating func end() throws(PostgresError) -> Bool {
        useDescribedColumns()
        if let failure {
            guard prepareToSendAgain(after: failure) else { throw failure }
            return false
        }
        isOver = true
        call.endDeadline()
        connection.noteCommand(progress.commandTag)
        tellEnd()
        return true
    }

    /// Ends the response with an error, which is told with the query and the place of the call.
    private mutating func failed(_ error: PostgresError) -> PostgresError {
        isOver = true
        call.endDeadline()
        let located = located(error)
        tellEnd(located)
        return located
    }

    private func tellEnd(_ error: PostgresError? = nil, wasAbandoned: Bool = false) {
        if rowCount > 0 { connection.rowCount.add(rowCount, ordering: .relaxed) }
        observed?.end(
            commandTag: progress.commandTag, rowCount: rowCount, error: error, wasAbandoned: wasAbandoned)
    }

    /// Asks for more rows of the portal, or ends the request where there are none.
    private mutating func continuePortal(_ request: RequestID) throws(PostgresError) {
        let isSuspended = progress.isSuspended
        let columns = columns.count
        let fetchSize = Int32(clamping: max(call.fetchSize ?? 1, 1))
        try wire.extend(request, isOpen: isSuspended) { (encoder: inout RequestEncoder) throws(PostgresError) in
            guard isSuspended else { return }
            do throws(WireError) {
                try encoder.execute(columns: columns, maximumRows: fetchSize)
            } catch {
                throw PostgresError(error)
            }
            encoder.flush()
        }
        progress.resume()
        if !isSuspended { progress.isOpen = false }
    }

    private mutating func useDescribedColumns() {
        if let described = progress.takeColumns() {
            describedColumns = PostgresColumns(described.columns, types: connection.types)
        }
    }

    /// Why a complete answer is no success.
    private var failure: PostgresError? {
        if let isIn = progress.refusedCopyIn {
            return .copyNotExpected(isIn: isIn)
        }
        if progress.hasSeveralResults {
            return PostgresError(.invalidQuery, "the text has several statements with rows; simpleQuery runs those")
        }
        return progress.error.map(PostgresError.init(server:))
    }

    /// How often a statement may turn out to be stale in a row: more than a busy migration makes it.
    private static let mostRetries = 16

    /// Whether to send the query once more: where the server has forgotten the statement or its result has changed, and,
    /// asking for text, where it has no binary form of a value.
    ///
    /// Nothing has been executed then, or it was undone. In a transaction the server refuses everything that follows, so
    /// the error goes to the application, and only the next query finds the statement prepared anew.
    private mutating func prepareToSendAgain(after failure: PostgresError) -> Bool {
        guard rowCount == 0 else { return false }
        if failure.lacksBinaryForm, call.resultFormat == .binary, !query.mayCommit {
            call.resultFormat = .text
        } else if statement == nil || !failure.isStaleStatement {
            return false
        }
        if let statement { connection.forget(statement) }
        // What EXECUTE names may be missing as well as the statement that holds the EXECUTE.
        let most = statement?.hasColumnsOfEachRun == true ? 1 : Self.mostRetries
        guard retries < most, progress.transactionStatus == .idle else { return false }
        retries += 1
        if let owner { call.owner = owner }
        request = nil
        progress = ResponseProgress()
        return true
    }

    /// Says that nobody wants the rest.
    @usableFromInline
    mutating func abandon() {
        guard !isOver, !progress.isFinished else { return }
        isOver = true
        call.endDeadline()
        if let request { wire.abandon(request) }
        tellEnd(wasAbandoned: true)
    }

    /// The same error with the query and the place of the call.
    @usableFromInline
    func located(_ error: PostgresError) -> PostgresError { error.during(query, call) }
}

extension PostgresError {
    /// A COPY where an ordinary query was expected.
    static func copyNotExpected(isIn: Bool) -> PostgresError {
        PostgresError(
            .copyNotExpected,
            isIn
                ? "COPY FROM STDIN cannot run as an ordinary query; it was refused and has changed nothing: use copyIn"
                : "COPY TO STDOUT cannot run as an ordinary query; its data were skipped: use copyOut")
    }

    /// Whether the server says that it has no binary form of a type; it finds out at the first value.
    var lacksBinaryForm: Bool {
        guard let server, server.sqlState == .undefinedFunction, let routine = server.routine else { return false }
        // The places where the server looks for the output function, of a value by itself or in another one.
        return ["getTypeBinaryOutputInfo", "array_send", "get_range_io_data", "get_multirange_io_data"]
            .contains(routine)
    }

    /// Whether the server says that a prepared statement is not what it was: forgotten, or with another result.
    var isStaleStatement: Bool {
        guard let server else { return false }
        switch server.sqlState {
        case .invalidSQLStatementName: return true
        case .featureNotSupported: return server.routine == "RevalidateCachedQuery"
        default: return false
        }
    }
}
