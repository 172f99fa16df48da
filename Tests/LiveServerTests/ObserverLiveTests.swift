import PostgresFixtures
import PostgresPool
import Synchronization
import Testing

@Suite(
    "Observers and statistics", .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"),
    .timeLimit(.minutes(2)))
struct ObserverLiveTests {
    typealias Installation = TemporaryServer.Installation

    /// Keeps what it is told, an operation a line.
    final class Recorder: PostgresObserver {
        private let lines = Mutex<[String]>([])

        func begin(_ operation: PostgresOperation) -> PostgresObserver.Ending? {
            { result in
                var line = operation.kind.rawValue
                if let sql = operation.sql { line += " \(sql)" }
                if operation.queryCount != 1 { line += " of \(operation.queryCount)" }
                if result.wasAbandoned { line += " abandoned" }
                if result.error == nil, let tag = result.commandTag {
                    line += " -> \(tag.text), \(result.rowCount) rows"
                }
                if let type = result.attributes["error.type"] { line += " -> \(type)" }
                self.lines.withLock { $0.append(line) }
            }
        }

        /// What was told since the last time.
        func take() -> [String] {
            lines.withLock { lines in
                defer { lines = [] }
                return lines
            }
        }
    }

    @Test("connects, preparations, queries and errors are seen, without values", arguments: LiveServer.installations)
    func connection(_ installation: Installation) async throws {
        let recorder = Recorder()
        let configuration = LiveServer.configuration(try await LiveServer.server(installation))
        let connection = try await PostgresConnection.connect(configuration, observer: recorder)
        defer { connection.close() }
        #expect(recorder.take() == ["connect"])
        for _ in 0..<2 {
            _ = try await connection.query("SELECT generate_series(1, \(3)::int4)", as: Int.self)
        }
        let text = "SELECT generate_series(1, $1::int4)"
        #expect(
            recorder.take() == [
                "prepare \(text)", "query \(text) -> SELECT 3, 3 rows", "query \(text) -> SELECT 3, 3 rows",
            ])
        _ = try? await connection.execute("SELECT 1/\(0)::int4")
        #expect(recorder.take() == ["prepare SELECT 1/$1::int4", "query SELECT 1/$1::int4 -> 22012"])
        _ = try? await connection.execute("SELEC")
        #expect(recorder.take() == ["prepare SELEC -> 42601", "query SELEC -> 42601"])
        _ = try? await connection.execute(PostgresQuery(unsafeSQL: "SELECT $1::int4"))
        #expect(recorder.take().last == "query SELECT $1::int4 -> invalidQuery")
        try await connection.simpleQuery("SELECT 1; SELECT 2")
        #expect(recorder.take() == ["query SELECT 1; SELECT 2 -> SELECT 1, 2 rows"])
        try await connection.transaction { tx in _ = try await tx.execute("SELECT 1") }
        #expect(
            recorder.take().filter { !$0.hasPrefix("prepare") } == [
                "query BEGIN -> BEGIN, 0 rows", "query SELECT 1 -> SELECT 1, 1 rows", "query COMMIT -> COMMIT, 0 rows",
            ])
    }

    @Test("a stream of rows ends when it is read or dropped", arguments: LiveServer.installations)
    func streams(_ installation: Installation) async throws {
        let recorder = Recorder()
        let configuration = LiveServer.configuration(try await LiveServer.server(installation))
        let connection = try await PostgresConnection.connect(configuration, observer: recorder)
        defer { connection.close() }
        let query: PostgresQuery = "SELECT generate_series(1, 1000)"
        for _ in 0..<2 {
            _ = recorder.take()
            for try await _ in try await connection.query(query).decode(Int.self) {}
        }
        #expect(recorder.take() == ["query SELECT generate_series(1, 1000) -> SELECT 1000, 1000 rows"])
        do {
            var rows = try await connection.query("SELECT generate_series(1, 1000000)")
            _ = try await rows.next()
            #expect(recorder.take().filter { $0.hasPrefix("query") }.isEmpty)
        }
        #expect(recorder.take() == ["query SELECT generate_series(1, 1000000) abandoned"])
    }

    @Test("a failed connect and a pool's loans are seen", arguments: LiveServer.installations)
    func pool(_ installation: Installation) async throws {
        let recorder = Recorder()
        var configuration = LiveServer.configuration(try await LiveServer.server(installation))
        let client = try PostgresClient(configuration, observer: recorder)
        try await client.run { client in
            try await client.execute("SELECT 1")
            try await client.withConnection { _ = try await $0.execute("SELECT 1") }
        }
        #expect(recorder.take().filter { $0 == "acquire" || $0 == "connect" } == ["connect", "acquire", "acquire"])
        configuration.user = "tests"
        configuration.password = "wrong"
        _ = try? await PostgresConnection.connect(configuration, observer: recorder)
        #expect(recorder.take() == ["connect -> 28P01"])
    }

    @Test("a slow query is logged", arguments: LiveServer.installations)
    func slowQuery(_ installation: Installation) async throws {
        final class Lines: Sendable { let all = Mutex<[String]>([]) }
        let lines = Lines()
        let log = SlowQueryLog(threshold: .milliseconds(300)) { line in lines.all.withLock { $0.append(line) } }
        let configuration = LiveServer.configuration(try await LiveServer.server(installation))
        let connection = try await PostgresConnection.connect(configuration, observer: log)
        defer { connection.close() }
        try await connection.execute("SELECT pg_sleep(\(0.4))")
        let line = try #require(lines.all.withLock { $0.first { $0.contains("pg_sleep") } })
        #expect(line.hasPrefix("query took ") && line.contains("SELECT pg_sleep($1) (SELECT 1) at LiveServerTests/"))
    }

    @Test("a connection counts what it does", arguments: LiveServer.installations)
    func statistics(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            #expect(connection.statistics == PostgresConnectionStatistics())
            for count in 1...5 {
                _ = try await connection.query("SELECT generate_series(1, \(count)::int4)", as: Int.self)
            }
            _ = try? await connection.execute("SELECT 1/\(0)::int4")
            _ = try await connection.execute("SELECT 1", mode: .unnamed)
            var wanted = PostgresConnectionStatistics()
            wanted.queries = 7
            wanted.preparedMisses = 2
            wanted.preparedHits = 4
            wanted.rows = 16
            #expect(connection.statistics == wanted)
        }
    }
}
