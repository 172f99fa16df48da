import PostgresDriver
import PostgresFixtures
import PostgresWire
import Testing

@Suite("Hard cases: a batch by a script", .timeLimit(.minutes(1)))
struct ScriptedBatchTests {
    private typealias Step = ScriptedServer.Step

    @Test("an error behind the last description of a batch is its error", arguments: ["ERROR", "FATAL"])
    func lateDescriptionError(_ severity: String) async throws {
        let report = ServerReport(severity: severity, sqlState: .adminShutdown, message: "no more")
        let described: [BackendMessage] = [
            .parseComplete, .parameterDescription([]), .noData, .parseComplete, .parameterDescription([]), .noData,
        ]
        let server = try ScriptedServer(
            "describes",
            Step.login
                + [
                    .expectAny(.parse), .expectAny(.describe), .expectAny(.parse), .expectAny(.describe),
                    .expectAny(.sync),
                ]
                + described.map { .send($0) }
                + [.send(.errorResponse(report)), severity == "FATAL" ? .close : .send(.readyForQuery(.idle))])
        let connection = try await PostgresConnection.connect(server.configuration, dialer: server.dialer)
        let error = await #expect(throws: PostgresError.self) {
            try await connection.execute(PostgresBatch(["SELECT 1", "SELECT 2"]))
        }
        #expect(error?.server?.sqlState == .adminShutdown)
        #expect(server.replay.mismatch == nil)
    }

    @Test("a connection that is lost in a batch names the query whose answer was awaited")
    func lost() async throws {
        let one: [BackendMessage] = [.parseComplete, .bindComplete, .noData, .commandComplete(CommandTag("DO"))]
        let query: [Step] = [.expectAny(.parse), .expectAny(.bind), .expectAny(.describe), .expectAny(.execute)]
        let server = try ScriptedServer(
            "leaves", Step.login + query + query + query + [.expectAny(.sync)] + one.map { .send($0) } + [.close])
        let connection = try await PostgresConnection.connect(server.configuration, dialer: server.dialer)
        let error = await #expect(throws: PostgresError.self) {
            try await connection.execute(PostgresBatch(["DO 'a'", "DO 'b'", "DO 'c'"]), mode: .unnamed)
        }
        #expect(error?.code == .connectionClosed && error?.batchIndex == 1 && error?.sql == "DO 'b'")
        #expect(server.replay.mismatch == nil)
    }
}
