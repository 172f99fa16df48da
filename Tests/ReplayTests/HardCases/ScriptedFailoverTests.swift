import PostgresDriver
import PostgresFixtures
import PostgresWire
import Testing

@Suite("Hard cases: standby and failover by a script", .timeLimit(.minutes(1)))
struct ScriptedFailoverTests {
    private typealias Step = ScriptedServer.Step

    private static let conflict = ServerReport(
        severity: "ERROR", sqlState: .serializationFailure,
        message: "canceling statement due to conflict with recovery")

    @Test("HARD-CASES 92: a query that conflicts with recovery on a standby runs again, if asked for")
    func recoveryConflict() async throws {
        let attempt = Step.command("BEGIN", "BEGIN", .inTransaction) + [.expectAny(.query)]
        let server = try ScriptedServer(
            "standby",
            Step.login + attempt + [.send(.errorResponse(Self.conflict), .readyForQuery(.failed))]
                + Step.command("ROLLBACK", "ROLLBACK", .idle) + attempt
                + [.send(.commandComplete(CommandTag("SELECT 0")), .readyForQuery(.inTransaction))]
                + Step.command("COMMIT", "COMMIT", .idle) + [.expect(.terminate)])
        let connection = try await PostgresConnection.connect(server.configuration, dialer: server.dialer)
        let tag = try await connection.transaction(
            retrying: .serializationFailures(attempts: 2, firstDelay: .zero)
        ) { try await $0.execute("SELECT 1", mode: .simple) }
        #expect(tag.text == "SELECT 0")
        connection.close()
        #expect(server.replay.mismatch == nil && server.replay.completedCount == 1)
    }

    @Test("HARD-CASES 92: a conflict with recovery that ends the session is not tried again on it")
    func fatalConflict() async throws {
        let fatal = ServerReport(
            severity: "FATAL", sqlState: .serializationFailure,
            message: "terminating connection due to conflict with recovery")
        let server = try ScriptedServer(
            "standby",
            Step.login + Step.command("BEGIN", "BEGIN", .inTransaction)
                + [.expectAny(.query), .send(.errorResponse(fatal)), .close])
        let connection = try await PostgresConnection.connect(server.configuration, dialer: server.dialer)
        let error = await #expect(throws: PostgresError.self) {
            try await connection.transaction(retrying: .serializationFailures()) {
                try await $0.execute("SELECT 1", mode: .simple)
            }
        }
        #expect(error?.code == .connectionClosed && error?.server?.sqlState == .serializationFailure)
        #expect(server.replay.mismatch == nil && server.replay.connectionCount == 1)
    }

    @Test("HARD-CASES 92: a standby that is promoted is known by what it reports")
    func promoted() async throws {
        let standby = BackendMessage.parameterStatus(ParameterStatus(name: "in_hot_standby", value: "on"))
        let primary = BackendMessage.parameterStatus(ParameterStatus(name: "in_hot_standby", value: "off"))
        let server = try ScriptedServer(
            "promoted",
            [
                .expectStartup(), .send(.authentication(.ok), standby, .readyForQuery(.idle)), .expectAny(.query),
                .send(primary, .emptyQueryResponse, .readyForQuery(.idle)), .expect(.terminate),
            ])
        let connection = try await PostgresConnection.connect(server.configuration, dialer: server.dialer)
        #expect(connection.parameters["in_hot_standby"] == "on")
        try await connection.simpleQuery("")
        #expect(connection.parameters["in_hot_standby"] == "off")
        connection.close()
        #expect(server.replay.mismatch == nil)
    }
}
