public import PostgresWire

/// What an operation came to.
public struct PostgresOperationResult: Sendable {
    /// How long it took; for a stream of rows, the time to read them included.
    public let duration: Duration
    /// The tag of the last command that ran to its end.
    public let commandTag: CommandTag?
    /// How many rows came.
    public let rowCount: Int
    /// Why it failed; nil where it did not.
    public let error: PostgresError?
    /// Whether its result was dropped before it was complete.
    public let wasAbandoned: Bool

    /// A result, for observers' tests.
    public init(
        duration: Duration, commandTag: CommandTag? = nil, rowCount: Int = 0, error: PostgresError? = nil,
        wasAbandoned: Bool = false
    ) {
        self.duration = duration
        self.commandTag = commandTag
        self.rowCount = rowCount
        self.error = error
        self.wasAbandoned = wasAbandoned
    }

    /// What is known at the end only, by the names of OpenTelemetry's conventions for database clients.
    ///
    /// `db.operation.name` is the command that the server says it has run, such as INSERT. `error.type` is the SQLSTATE
    /// of an error of the server, else the name of the error's ``PostgresError/code``.
    public var attributes: [String: PostgresAttribute] {
        var attributes: [String: PostgresAttribute] = [:]
        if let command = commandTag?.command, !command.isEmpty { attributes["db.operation.name"] = .text(command) }
        guard let error else { return attributes }
        if let state = error.server?.sqlState.rawValue, !state.isEmpty {
            attributes["db.response.status_code"] = .text(state)
            attributes["error.type"] = .text(state)
        } else {
            attributes["error.type"] = .text(error.code.description)
        }
        return attributes
    }
}
