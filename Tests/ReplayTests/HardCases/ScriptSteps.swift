import PostgresFixtures
import PostgresWire

/// Steps that many scripts need.
extension ScriptedServer.Step {
    /// Whoever comes is let in.
    static let login: [ScriptedServer.Step] = [
        .expectStartup(), .send(.authentication(.ok), .readyForQuery(.idle)),
    ]

    /// A statement is asked about.
    static func describe(_ columns: RowDescription?) -> [ScriptedServer.Step] {
        [
            .expectAny(.parse), .expectAny(.describe), .expectAny(.sync),
            .send(
                .parseComplete, .parameterDescription([]), columns.map(BackendMessage.rowDescription) ?? .noData,
                .readyForQuery(.idle)),
        ]
    }

    /// A command runs by the simple protocol.
    static func command(_ sql: String, _ tag: String, _ status: TransactionStatus) -> [ScriptedServer.Step] {
        [.expect(.query(sql)), .send(.commandComplete(CommandTag(tag)), .readyForQuery(status))]
    }
}

extension RowDescription {
    /// Columns of type int4.
    static func int4(_ count: Int) -> RowDescription {
        RowDescription(columns: (0..<count).map { ColumnDescription(name: "c\($0)", typeOID: 23, typeSize: 4) })
    }
}
