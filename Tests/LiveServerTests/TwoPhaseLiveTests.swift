import PostgresFixtures
import PostgresPool
import Testing

@Suite(
    "Two-phase commit", .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"),
    .timeLimit(.minutes(2)))
struct TwoPhaseLiveTests {
    typealias Installation = TemporaryServer.Installation

    @Test(
        "a prepared transaction is committed or rolled back from any connection, whatever its name",
        arguments: LiveServer.installations, ["plain", "it's \\ \"quoted\" – ☃"])
    func prepared(_ installation: Installation, _ name: String) async throws {
        try await LiveServer.withClient(installation) { client in
            let table = "two_phase_\(name.utf8.count)"
            try await client.execute("CREATE TABLE \(identifier: table) (n int)")
            let count = try await client.prepareTransaction(name, isolation: .repeatableRead) { tx in
                try await tx.execute("INSERT INTO \(identifier: table) VALUES (1)").rowsAffected
            }
            #expect(count == 1)
            #expect(
                try await client.query("SELECT gid FROM pg_prepared_xacts WHERE gid = \(name)", as: String.self) == [
                    name
                ])
            #expect(try await client.queryOne("SELECT count(*) FROM \(identifier: table)", as: Int.self) == 0)
            try await client.commitPrepared(name)
            #expect(try await client.queryOne("SELECT count(*) FROM \(identifier: table)", as: Int.self) == 1)
            try await client.prepareTransaction(name) { tx in
                _ = try await tx.execute("INSERT INTO \(identifier: table) VALUES (2)")
            }
            try await client.rollbackPrepared(name)
            #expect(try await client.queryOne("SELECT count(*) FROM \(identifier: table)", as: Int.self) == 1)
            let late = try await postgresError { try await client.rollbackPrepared(name, timeout: .zero) }
            #expect(late.code == .timedOut && late.nothingWasSent)
            let commit = try await postgresError { try await client.commitPrepared(name, timeout: .seconds(60)) }
            let rollback = try await postgresError { try await client.rollbackPrepared(name) }
            #expect(commit.server?.sqlState == .undefinedObject && rollback.server?.sqlState == .undefinedObject)
            #expect(client.statistics.acquired == 0)
            try await client.execute("DROP TABLE \(identifier: table)")
        }
    }

    @Test("what cannot be prepared is rolled back and told", arguments: LiveServer.installations)
    func refused(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            let nul = try await postgresError { try await connection.prepareTransaction("a\0b") { _ in } }
            #expect(nul.code == .invalidQuery && nul.nothingWasSent)
            let long = try await postgresError {
                try await connection.prepareTransaction(String(repeating: "x", count: 200)) { _ in }
            }
            #expect(long.server?.sqlState == .invalidParameterValue)
            let temporary = try await postgresError {
                try await connection.prepareTransaction("temporary") { tx in
                    _ = try await tx.execute("CREATE TEMP TABLE none (n int)")
                }
            }
            #expect(temporary.server?.sqlState == .featureNotSupported)
            let failed = try await postgresError {
                try await connection.prepareTransaction("failed") { tx in _ = try? await tx.execute("SELECT 1/0") }
            }
            #expect(failed.code == .commitRolledBack)
            let inside = try await postgresError {
                try await connection.transaction { try await $0.commitPrepared("plain") }
            }
            #expect(inside.server?.sqlState == .activeSQLTransaction)
            #expect(connection.isReusable)
        }
    }
}
