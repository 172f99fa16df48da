public import PostgresWire
internal import Synchronization

/// The answer to one query, as it comes in; not copyable, because copies would count twenty references a query.
@usableFromInline
struct Response: ~Copyable, Sendable {
    private let connection: PostgresConnection
    private var request: RequestID
    /// The columns of the rows; final once ``nextBatch()`` has returned.
    @usableFromInline private(set) var columns: PostgresColumns
    /// What owns the connection until the answer ends, if that was asked for.
    let owner: ConnectionOwner?
    private let query: PostgresQuery
    private var statement: PreparedStatement?
    private var call: PostgresCall
    private let retry: Int
    private var progress = ResponseProgress()
    private var rowCount = 0
    private var isOver = false
    /// What ``wait()`` waits for.
    private var waiting: Waiting?
    /// Somebody who wants to know of the end.
    var observed: ObservedOperation?

    init(
        connection: PostgresConnection, request: RequestID, query: PostgresQuery, statement: PreparedStatement?,
        owner: ConnectionOwner?, call: PostgresCall, retry: Int
    ) {
        self.connection = connection
        self.request = request
        self.query = query
        self.statement = statement
        self.owner = owner
        self.call = call
        self.retry = retry
        columns = statement?.columns ?? .none
        progress.isOpen = call.fetchSize != nil
    }

    private var wire: WireConnection { connection.wire }

    /// The tag of the last command that ran to its end.
    var commandTag: CommandTag? { progress.commandTag }

    /// What the answer has to say next.
    @usableFromInline
    enum Step {
        case rows(RowBatch)
        /// The answer is complete.
        case end
        /// Nothing before ``Response/wait()``.
        case wait
    }

    /// What a response has to wait for.
    private enum Waiting {
        case answer(ResponseWait)
        /// The query is sent once more.
        case sendingAgain
    }

    /// The next rows, or nil when the answer is complete.
    ///
    /// - Throws: the server's error, once the answer is complete; or why the connection was lost.
    mutating func nextBatch() async throws(PostgresError) -> RowBatch? {
        while true {
            switch try next() {
            case .rows(let batch): return batch
            case .end: return nil
            case .wait: try await wait()
            }
        }
    }

    /// The next rows as far as they can be had without suspending the task, which costs more than a whole small answer.
    ///
    /// - Throws: the server's error, once the answer is complete; or why the connection was lost.
    @usableFromInline
    mutating func next() throws(PostgresError) -> Step {
        do throws(PostgresError) {
            while true {
                if let run = progress.takeRows() {
                    defer { rowCount += run.count }
                    useDescribedColumns()
                    return .rows(RowBatch(run, firstNumber: rowCount))
                }
                if progress.isFinished { return try end() }
                if progress.isPaused {
                    try continuePortal()
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

    /// Waits for what ``next()`` asked for.
    @usableFromInline
    mutating func wait() async throws(PostgresError) {
        switch waiting {
        case nil: return
        case .answer(let wait): await wire.wait(wait, for: request)
        case .sendingAgain:
            do throws(PostgresError) {
                try await sendAgain()
            } catch {
                throw failed(error)
            }
        }
    }

    /// The answer is complete, and may be a failure.
    private mutating func end() throws(PostgresError) -> Step {
        useDescribedColumns()
        guard let failure else {
            isOver = true
            call.deadline?.end()
            connection.noteCommand(progress.commandTag)
            tellEnd()
            return .end
        }
        guard prepareToSendAgain(after: failure) else { throw failure }
        waiting = .sendingAgain
        return .wait
    }

    /// Ends the response with an error, which is told with the query and the place of the call.
    private mutating func failed(_ error: PostgresError) -> PostgresError {
        isOver = true
        call.deadline?.end()
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
    private mutating func continuePortal() throws(PostgresError) {
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
            columns = PostgresColumns(described.columns, types: connection.types)
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
        guard retry < most, progress.transactionStatus == .idle else { return false }
        if let owner { call.owner = owner }
        return true
    }

    private mutating func sendAgain() async throws(PostgresError) {
        let again = try await connection.send(query, owning: false, call, retry: retry + 1)
        let observed = observed
        self = again.owned(by: owner)
        self.observed = observed
    }

    private func owned(by owner: ConnectionOwner?) -> Response {
        var copy = Response(
            connection: connection, request: request, query: query, statement: statement, owner: owner, call: call,
            retry: retry)
        copy.progress = progress
        return copy
    }

    /// Says that nobody wants the rest.
    @usableFromInline
    mutating func abandon() {
        guard !isOver, !progress.isFinished else { return }
        isOver = true
        call.deadline?.end()
        wire.abandon(request)
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
