public import PostgresWire

/// What a call says besides its query: how the query runs, how long the call may take, where it stands in the source.
///
/// The methods of ``PostgresDatabase`` make it from their arguments; code that conforms to the protocol hands it on.
public struct PostgresCall: Sendable {
    /// How the query runs; nil for what the connection's configuration says.
    public var mode: PostgresExecutionMode?
    /// How many rows the server sends before it waits to be asked for more; nil for all of them.
    public var fetchSize: Int?
    /// The source file of the call.
    public let file: String
    /// The line of the call.
    public let line: Int
    /// When the call's time is up; shared by all stages of the call.
    @usableFromInline package var deadline: RequestDeadline?
    /// On whose behalf the call uses a connection that belongs to somebody; nil for nobody's.
    @usableFromInline package var owner: ConnectionOwner?
    /// Text where the server was found to have no binary form of something in the result.
    @usableFromInline var resultFormat = WireFormat.binary
    /// When the transaction that the call begins, or is part of, must have ended; nil for any time.
    @usableFromInline package var transactionDeadline: TransactionDeadline?

    /// Whether it is a part of another call, with whose end its time ends.
    @usableFromInline var isStage = false

    /// A call; its time begins now.
    ///
    /// - Parameter timeout: how long the call may take, waiting for a connection and reading rows included; nil for
    ///   any time.
    @inlinable
    public init(
        mode: PostgresExecutionMode? = nil, fetchSize: Int? = nil, timeout: Duration? = nil, file: String, line: Int
    ) {
        self.mode = mode
        self.fetchSize = fetchSize
        self.file = file
        self.line = line
        deadline = if let timeout { RequestDeadline(after: timeout) } else { nil }
    }

    /// The call is over.
    func endDeadline() {
        if !isStage { deadline?.end() }
    }

    /// Refuses to begin where the task is cancelled or the time is up already.
    package func checkBeforeSending() throws(PostgresError) {
        if Task.isCancelled { throw PostgresError.cancelled.beforeSending() }
        if let deadline, deadline.isOver { throw deadline.error.beforeSending() }
    }
}

extension PostgresError {
    /// The same error with the query that failed and the place of the call.
    @usableFromInline package func during(_ query: PostgresQuery?, _ call: PostgresCall) -> PostgresError {
        during(sql: query?.sql, file: call.file, line: call.line)
    }
}
