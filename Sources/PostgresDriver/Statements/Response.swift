public import PostgresWire

/// The answer to one request, as it comes in.
@usableFromInline
struct Response: Sendable {
    private let wire: WireConnection
    private let request: RequestID
    @usableFromInline let columns: PostgresColumns
    private let sql: String
    private let call: CallSite
    /// The tag of the last command that ran to its end.
    private(set) var commandTag: CommandTag?
    private var failure: PostgresError?
    private var rowCount = 0
    private(set) var isFinished = false

    init(wire: WireConnection, request: RequestID, columns: PostgresColumns, sql: String, call: CallSite) {
        self.wire = wire
        self.request = request
        self.columns = columns
        self.sql = sql
        self.call = call
    }

    /// The next rows, or nil when the answer is complete.
    ///
    /// - Throws: the server's error, once the answer is complete; or why the connection was lost.
    @usableFromInline
    mutating func nextBatch() async throws(PostgresError) -> RowBatch? {
        do throws(PostgresError) {
            while !isFinished {
                let event: ResponseEvent
                if let ready = try wire.poll(request) {
                    event = ready
                } else {
                    event = try await wire.nextEvent(for: request)
                }
                if let batch = handle(event) { return batch }
            }
            if let failure { throw failure }
            return nil
        } catch {
            isFinished = true
            throw error.during(sql: sql, file: call.file, line: call.line)
        }
    }

    private mutating func handle(_ event: ResponseEvent) -> RowBatch? {
        switch event {
        case .rows(let run):
            defer { rowCount += run.count }
            return RowBatch(run, firstNumber: rowCount)
        case .other(.commandComplete(let tag)): commandTag = tag
        case .other(.error(let report, _)): failure = failure ?? PostgresError(server: report)
        case .other(.copyRefused(let isIn)):
            failure = PostgresError(
                .copyNotExpected,
                isIn
                    ? "COPY FROM STDIN cannot run as an ordinary query; it was refused and has changed nothing"
                    : "COPY TO STDOUT cannot run as an ordinary query; its data were skipped")
        case .other(.finished): isFinished = true
        case .other: break
        }
        return nil
    }

    /// Says that nobody wants the rest.
    @usableFromInline
    mutating func abandon() {
        guard !isFinished else { return }
        isFinished = true
        wire.abandon(request)
    }

    /// The same error with the query and the place of the call.
    @usableFromInline
    func located(_ error: PostgresError) -> PostgresError { error.during(sql: sql, file: call.file, line: call.line) }
}

/// Where in the source a request was made, for its errors.
struct CallSite: Sendable {
    var file: String
    var line: Int
}
