public import PostgresWire

/// The answer to one request, as it comes in.
@usableFromInline
struct Response: Sendable {
    private let wire: WireConnection
    private let request: RequestID
    @usableFromInline let columns: PostgresColumns
    private let sql: String
    private let call: CallSite
    private var progress = ResponseProgress()
    private var rowCount = 0
    private var isOver = false

    init(wire: WireConnection, request: RequestID, columns: PostgresColumns, sql: String, call: CallSite) {
        self.wire = wire
        self.request = request
        self.columns = columns
        self.sql = sql
        self.call = call
    }

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
                return RowBatch(run, firstNumber: rowCount)
            }
            if progress.isFinished {
                isOver = true
                if let failure { throw located(failure) }
                return nil
            }
            let wait: ResponseWait
            do throws(PostgresError) {
                wait = try wire.advance(request, &progress)
            } catch {
                isOver = true
                throw located(error)
            }
            if case .none = wait { continue }
            await wire.wait(wait, for: request)
        }
    }

    /// Why a complete answer is no success.
    private var failure: PostgresError? {
        if let isIn = progress.refusedCopyIn {
            return .copyNotExpected(isIn: isIn)
        }
        return progress.error.map(PostgresError.init(server:))
    }

    /// Says that nobody wants the rest.
    @usableFromInline
    mutating func abandon() {
        guard !isOver, !progress.isFinished else { return }
        isOver = true
        wire.abandon(request)
    }

    /// The same error with the query and the place of the call.
    @usableFromInline
    func located(_ error: PostgresError) -> PostgresError { error.during(sql: sql, file: call.file, line: call.line) }
}

extension PostgresError {
    /// A COPY where an ordinary query was expected.
    static func copyNotExpected(isIn: Bool) -> PostgresError {
        PostgresError(
            .copyNotExpected,
            isIn
                ? "COPY FROM STDIN cannot run as an ordinary query; it was refused and has changed nothing"
                : "COPY TO STDOUT cannot run as an ordinary query; its data were skipped")
    }
}

/// Where in the source a request was made, for its errors.
struct CallSite: Sendable {
    var file: String
    var line: Int
}
