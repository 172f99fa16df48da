internal import PostgresWire

/// Which name a client gives to a prepared statement that had another one in the recording.
struct StatementNames {
    /// The client's name by the recorded one.
    private var sentNames: [String: String] = [:]

    /// Whether a message is the recorded one but for the name of a statement.
    ///
    /// A Parse gives a statement its name, every later message must use the same.
    mutating func areEqual(recorded: Fixture.Message, sent: [UInt8]) -> Bool {
        guard let tag = recorded.tag, sent.first == tag else { return recorded.bytes == sent }
        let body = Array(sent.dropFirst(5))
        guard let left = try? FrontendMessage.decode(kind: tag, body: recorded.body.rawSpan),
            let right = try? FrontendMessage.decode(kind: tag, body: body.rawSpan),
            let recordedName = left.statementName, let sentName = right.statementName
        else { return recorded.bytes == sent }
        // The unnamed statement is a thing of its own.
        guard recordedName.isEmpty == sentName.isEmpty, right.renamed(recordedName) == left else { return false }
        guard case .parse = left else { return (sentNames[recordedName] ?? recordedName) == sentName }
        let isTaken = sentNames.contains { $0.key != recordedName && $0.value == sentName }
        sentNames[recordedName] = sentName
        return !isTaken || sentName.isEmpty
    }
}

extension FrontendMessage {
    /// The prepared statement that a message is about.
    fileprivate var statementName: String? {
        switch self {
        case .parse(let name, _, _), .bind(_, let name, _, _, _), .close(.statement(let name)),
            .describe(.statement(let name)):
            name
        default: nil
        }
    }

    /// The same message about a statement of another name.
    fileprivate func renamed(_ name: String) -> FrontendMessage {
        switch self {
        case .parse(_, let sql, let types): .parse(statement: name, sql: sql, parameterTypes: types)
        case .bind(let portal, _, let formats, let parameters, let results):
            .bind(
                portal: portal, statement: name, parameterFormats: formats, parameters: parameters,
                resultFormats: results)
        case .close(.statement): .close(.statement(name))
        case .describe(.statement): .describe(.statement(name))
        default: self
        }
    }
}
