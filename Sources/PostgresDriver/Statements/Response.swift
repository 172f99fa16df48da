public import PostgresWire
internal import Synchronization

/// The answer to one query, as it comes in.
@usableFromInline
struct Response: Sendable {
    private let connection: PostgresConnection
    private var request: RequestID
    /// The columns of the rows; final once ``nextBatch()`` has returned.
    @usableFromInline private(set) var columns: PostgresColumns
    /// What owns the connection until the answer ends, if that was asked for.
    let owner: ConnectionOwner?
    private let query: PostgresQuery
    private var statement: PreparedStatement?
    private let call: PostgresCall
    private let retry: Int
    private var progress = ResponseProgress()
    private var rowCount = 0
    private var isOver = false
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

    /// The next rows, or nil when the answer is complete.
    ///
    /// - Throws: the server's error, once the answer is complete; or why the connection was lost.
    @usableFromInline
    mutating func nextBatch() async throws(PostgresError) -> RowBatch? {
        while true {
            if let run = progress.takeRows() {
                defer { rowCount += run.count }
                useDescribedColumns()
                return RowBatch(run, firstNumber: rowCount)
            }
            if progress.isFinished {
                isOver = true
                call.deadline?.end()
                useDescribedColumns()
                guard let failure else {
                    connection.noteCommand(progress.commandTag)
                    tellEnd()
                    return nil
                }
                do throws(PostgresError) {
                    if try await sendAgain(after: failure) { continue }
                } catch {
                    tellEnd(error)
                    throw error
                }
                let error = located(failure)
                tellEnd(error)
                throw error
            }
            do throws(PostgresError) {
                if progress.isPaused {
                    try continuePortal()
                    continue
                }
                let wait = try wire.advance(request, &progress)
                if case .none = wait { continue }
                if wire.waitBriefly(wait) { continue }
                await wire.wait(wait, for: request)
            } catch {
                isOver = true
                call.deadline?.end()
                let located = located(error)
                tellEnd(located)
                throw located
            }
        }
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

    /// Sends the query once more where the server has forgotten the statement or its result has changed, and, asking for
    /// text, where it has no binary form of a value.
    ///
    /// Nothing has been executed then, or it was undone. In a transaction the server refuses everything that follows, so
    /// the error goes to the application, and only the next query finds the statement prepared anew.
    private mutating func sendAgain(after failure: PostgresError) async throws(PostgresError) -> Bool {
        guard rowCount == 0 else { return false }
        var call = call
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
        let again = try await connection.send(query, owning: false, call, retry: retry + 1)
        let observed = observed
        self = again.owned(by: owner)
        self.observed = observed
        return true
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
