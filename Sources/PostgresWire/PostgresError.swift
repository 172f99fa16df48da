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
        /// A COPY command was sent as an ordinary query.
        public static let copyNotExpected = Code("copyNotExpected")
    }

    private final class Storage: Sendable {
        let code: Code
        let message: String
        let server: ServerReport?
        let sql: String?
        let file: String?
        let line: Int?
        let nothingWasSent: Bool

        init(
            code: Code, message: String, server: ServerReport?, sql: String?, file: String?, line: Int?,
            nothingWasSent: Bool
        ) {
            self.code = code
            self.message = message
            self.server = server
            self.sql = sql
            self.file = file
            self.line = line
            self.nothingWasSent = nothingWasSent
        }
    }

    private let storage: Storage

    /// An error, for code that extends the driver and for tests.
    public init(_ code: Code, _ message: String, server: ServerReport? = nil, nothingWasSent: Bool = false) {
        storage = Storage(
            code: code, message: message, server: server, sql: nil, file: nil, line: nil,
            nothingWasSent: nothingWasSent)
    }

    private init(_ storage: Storage) { self.storage = storage }

    /// What kind of failure it is.
    public var code: Code { storage.code }
    /// What happened, in one sentence without data.
    public var message: String { storage.message }
    /// The server's report, where the server reported the error.
    public var server: ServerReport? { storage.server }
    /// The SQL text that was running, with placeholders instead of values.
    public var sql: String? { storage.sql }
    /// The source file of the call.
    public var file: String? { storage.file }
    /// The line of the call.
    public var line: Int? { storage.line }
    /// Whether no byte of the request reached the server, so that it is safe to try again.
    public var nothingWasSent: Bool { storage.nothingWasSent }

    /// The same error with the query that failed and the place of the call; what is known already stays.
    package func during(sql: String?, file: String, line: Int) -> PostgresError {
        PostgresError(
            Storage(
                code: storage.code, message: storage.message, server: storage.server, sql: storage.sql ?? sql,
                file: storage.file ?? file, line: storage.line ?? line, nothingWasSent: storage.nothingWasSent))
    }

    /// The same error, about a request of which nothing was sent.
    package func beforeSending() -> PostgresError {
        PostgresError(
            Storage(
                code: storage.code, message: storage.message, server: storage.server, sql: storage.sql,
                file: storage.file, line: storage.line, nothingWasSent: true))
    }

    /// An error that the server reported.
    package init(server report: ServerReport) {
        self.init(.server, report.description, server: report)
    }

    /// An error of the protocol; it has closed the connection.
    package init(_ error: WireError) {
        switch error {
        case .nulByte, .messageTooLong, .tooMany, .invalidUTF8:
            self.init(.invalidQuery, error.description, nothingWasSent: true)
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
        if let sql { text += "\nSQL: \(sql)" }
        if let file, let line { text += "\nat \(file):\(line)" }
        return text
    }
}
