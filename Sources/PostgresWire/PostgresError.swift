/// Everything that can go wrong between an application and a PostgreSQL server.
///
/// ``code`` says what kind of failure it is; ``server`` carries the server's own report where there is one.
///
///     do {
///         try await client.execute("INSERT INTO users (name) VALUES (\(name))")
///     } catch where error.server?.sqlState == .uniqueViolation {
///         // error.server?.constraintName
///     }
///
/// Parameter values and passwords appear in no description. `description` is made for logs;
/// `debugDescription` adds DETAIL, the SQL text and where the call stands, which may hold data.
public struct PostgresError: Error, Sendable {
    /// The kinds of failure.
    ///
    /// More may be added, so a `switch` over them needs a default.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The name of the code.
        public let description: String

        private init(_ description: String) { self.description = description }

        /// The server reported an error; see ``PostgresError/server``.
        public static let server = Code("server")
        /// No connection could be made.
        public static let connectionFailed = Code("connectionFailed")
        /// The server or the client refused the other's authentication.
        public static let authenticationFailed = Code("authenticationFailed")
        /// The connection ended before the answer came.
        public static let connectionClosed = Code("connectionClosed")
        /// A row stream, COPY or transaction has the connection; see the message for which.
        public static let connectionBusy = Code("connectionBusy")
        /// The server broke the protocol; the connection was closed.
        public static let protocolViolation = Code("protocolViolation")
        /// The session's `client_encoding` is not UTF8, or no longer; the connection was closed, for its texts would be
        /// read wrongly.
        public static let unsupportedEncoding = Code("unsupportedEncoding")
        /// A deadline passed.
        public static let timedOut = Code("timedOut")
        /// The task was cancelled.
        public static let cancelled = Code("cancelled")
        /// A query or a parameter cannot be sent as it is; nothing was sent.
        public static let invalidQuery = Code("invalidQuery")
        /// A value from the server does not fit the type it is decoded to.
        public static let decodingFailed = Code("decodingFailed")
        /// Exactly one row was wanted, and none came.
        public static let noRows = Code("noRows")
        /// At most one row was wanted, and more came.
        public static let tooManyRows = Code("tooManyRows")
        /// A row stream was read from twice.
        public static let rowsConsumed = Code("rowsConsumed")
        /// No connection of the pool became free in time.
        public static let acquireTimedOut = Code("acquireTimedOut")
        /// The client was shut down.
        public static let clientClosed = Code("clientClosed")
        /// The configuration asks for something impossible or not supported.
        public static let invalidConfiguration = Code("invalidConfiguration")
        /// COMMIT was answered by a rollback: a statement had failed, and the closure had not thrown its error.
        public static let commitRolledBack = Code("commitRolledBack")
        /// The connection was lost while COMMIT ran, and the transaction may be committed or not.
        public static let commitOutcomeUnknown = Code("commitOutcomeUnknown")
        /// ROLLBACK failed; see ``PostgresError/causes`` for why it was wanted and why it failed.
        public static let rollbackFailed = Code("rollbackFailed")
        /// The transaction or savepoint is over, or a statement inside it has ended it.
        public static let transactionEnded = Code("transactionEnded")
        /// A COPY command was sent as an ordinary query.
        public static let copyNotExpected = Code("copyNotExpected")
    }

    private struct Content: Sendable {
        var code: Code
        var message: String
        var server: ServerReport?
        var sql: String?
        var file: String?
        var line: Int?
        var batchIndex: Int?
        var nothingWasSent: Bool
        var causes: [any Error] = []
    }

    /// Boxed, so that an error is one word and throwing costs little where nothing is thrown.
    private final class Storage: Sendable {
        let content: Content

        init(_ content: Content) { self.content = content }
    }

    private var storage: Storage

    /// An error, for code that extends the driver and for tests.
    public init(
        _ code: Code, _ message: String, server: ServerReport? = nil, nothingWasSent: Bool = false,
        causes: [any Error] = []
    ) {
        storage = Storage(
            Content(code: code, message: message, server: server, nothingWasSent: nothingWasSent, causes: causes))
    }

    private func changed(_ change: (inout Content) -> Void) -> PostgresError {
        var content = storage.content
        change(&content)
        var copy = self
        copy.storage = Storage(content)
        return copy
    }

    /// What kind of failure it is.
    public var code: Code { storage.content.code }
    /// What happened, in one sentence without data.
    public var message: String { storage.content.message }
    /// The server's report, where the server reported the error.
    public var server: ServerReport? { storage.content.server }
    /// The SQL text that was running, with placeholders instead of values.
    public var sql: String? { storage.content.sql }
    /// The source file of the call.
    public var file: String? { storage.content.file }
    /// The line of the call.
    public var line: Int? { storage.content.line }
    /// Whether no byte of the request reached the server, so that it is safe to try again.
    public var nothingWasSent: Bool { storage.content.nothingWasSent }
    /// The errors that led to this one, first things first: none for most, both for a rollback that failed.
    public var causes: [any Error] { storage.content.causes }

    /// Which query of a batch failed, from 0; nil where there was no batch.
    public var batchIndex: Int? { storage.content.batchIndex }

    /// The same error with the query that failed and the place of the call; what is known already stays.
    package func during(sql: String?, file: String, line: Int) -> PostgresError {
        changed { content in
            content.sql = content.sql ?? sql
            content.file = content.file ?? file
            content.line = content.line ?? line
        }
    }

    /// The same error, about a query of a batch.
    package func inBatch(_ index: Int) -> PostgresError { changed { $0.batchIndex = $0.batchIndex ?? index } }

    /// The same error, about a request of which nothing was sent.
    package func beforeSending() -> PostgresError { changed { $0.nothingWasSent = true } }

    /// The same error, about a request of which something was sent.
    package func afterSending() -> PostgresError { changed { $0.nothingWasSent = false } }

    /// An error that the server reported.
    package init(server report: ServerReport) {
        self.init(.server, report.description, server: report)
    }

    /// An error of the protocol; it has closed the connection.
    package init(_ error: WireError) {
        switch error {
        case .nulByte, .messageTooLong, .tooMany, .invalidUTF8:
            self.init(.invalidQuery, error.description, nothingWasSent: true)
        case .clientEncoding: self.init(.unsupportedEncoding, error.description)
        case .authentication: self.init(.authenticationFailed, error.description)
        case .endOfStream, .discardLimit: self.init(.connectionClosed, error.description)
        default: self.init(.protocolViolation, "the server broke the protocol: \(error)")
        }
    }

    /// A failed system call on an open connection.
    package init(_ error: SystemError) { self.init(.connectionClosed, "the connection broke: \(error)") }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
    /// The message, as in `ERROR: relation "a" does not exist (SQLSTATE 42P01)`; holds no parameter values.
    public var description: String { server == nil ? "\(message) (\(code))" : message }

    /// The message, the server's detail and context, the SQL text and the place of the call.
    public var debugDescription: String {
        var text = server.map(\.debugDescription) ?? description
        if let server, server.description != message { text = "\(message)\n\(text)" }
        if let batchIndex { text += "\nquery \(batchIndex) of the batch" }
        if let sql { text += "\nSQL: \(sql)" }
        if let file, let line { text += "\nat \(file):\(line)" }
        for cause in causes { text += "\ncause: \(String(reflecting: cause))" }
        return text
    }
}
