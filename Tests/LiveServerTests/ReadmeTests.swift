import Foundation
import PostgresFixtures
import PostgresPool
import Testing

@Suite("The README")
struct ReadmeTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func text(_ path: String) throws -> String {
        try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
    }

    @Test("shows the program that these tests compile and run")
    func program() throws {
        let program = try text("Tests/LiveServerTests/ReadmeProgram.swift")
        #expect(try text("README.md").contains("```swift\n\(program)```"))
    }

    @Test("names its commands as they are")
    func commands() throws {
        let readme = try text("README.md")
        for command in ["swift run -c release postgres-bench", "Tests/run"] { #expect(readme.contains(command)) }
    }

    @Test(
        "its program runs", .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"),
        .timeLimit(.minutes(1)), arguments: LiveServer.installations)
    func runs(_ installation: TemporaryServer.Installation) async throws {
        let server = try await LiveServer.server(installation)
        try await LiveServer.withConnection(installation) { connection in
            _ = try await connection.execute("CREATE DATABASE readme")
        }
        let users = try await example("postgres://tests:\(LiveServer.password)@127.0.0.1:\(server.port)/readme")
        #expect(users.map(\.name) == ["Ada", "Edsger"])
    }
}
