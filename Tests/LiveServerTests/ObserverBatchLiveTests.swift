import PostgresFixtures
import PostgresPool
import Testing

@Suite(
    "Observers of batches and COPY", .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"),
    .timeLimit(.minutes(2)))
struct ObserverBatchLiveTests {
    typealias Installation = TemporaryServer.Installation
    private typealias Recorder = ObserverLiveTests.Recorder

    private func withConnection(
        _ body: nonisolated(nonsending) (PostgresConnection, ObserverLiveTests.Recorder) async throws -> Void
    ) async throws {
        let recorder = Recorder()
        let server = try await LiveServer.server(try #require(LiveServer.installations.first))
        let connection = try await PostgresConnection.connect(LiveServer.configuration(server), observer: recorder)
        defer { connection.close() }
        try await connection.simpleQuery("CREATE TEMPORARY TABLE seen (n int PRIMARY KEY)")
        _ = recorder.take()
        try await body(connection, recorder)
    }

    @Test("a batch and a pipeline are one operation each, with their number of queries")
    func batches() async throws {
        try await withConnection { connection, recorder in
            let insert = PostgresBatch((1...3).map { "INSERT INTO seen VALUES (\($0))" })
            try await connection.execute(insert)
            let text = "INSERT INTO seen VALUES ($1)"
            #expect(recorder.take() == ["prepare \(text)", "batch \(text) of 3 -> INSERT 0 1, 0 rows"])
            _ = try? await connection.execute(insert)
            #expect(recorder.take() == ["batch \(text) of 3 -> 23505"])
            let mixed: [PostgresQuery] = ["TABLE seen", "SELECT 1"]
            _ = try await connection.pipeline(mixed[0].returning(Int.self), mixed[1].returningOne(Int.self))
            #expect(recorder.take() == ["prepare of 2", "batch of 2 -> SELECT 1, 4 rows"])
            _ = try? await connection.execute(PostgresBatch(["SELECT 1", "SELEKT"]))
            #expect(recorder.take() == ["prepare SELEKT -> 42601", "batch of 2 -> 42601"])
            try? await connection.query(insert, mode: .unnamed) { _ throws(PostgresError) in
                throw PostgresError(.invalidQuery, "enough")
            }
            #expect(recorder.take() == ["batch \(text) of 3 abandoned -> 23505"])
            _ = try? await connection.execute(insert, timeout: .zero)
            #expect(recorder.take() == ["batch \(text) of 3 -> timedOut"])
        }
    }

    @Test("COPY is seen in both directions, whatever becomes of it")
    func copies() async throws {
        try await withConnection { connection, recorder in
            try await connection.copyIn("seen") { writer in for n in 1...5 { try await writer.write(n) } }
            let (command, columns) = ("COPY \"seen\" FROM STDIN (FORMAT binary)", "prepare SELECT * FROM \"seen\"")
            #expect(recorder.take() == [columns, "copyIn \(command) -> COPY 5, 5 rows"])
            _ = try? await connection.copyIn("seen") { try await $0.write(1) }
            #expect(recorder.take() == ["copyIn \(command) -> 23505"])
            struct Stop: Error {}
            await #expect(throws: Stop.self) { try await connection.copyIn("seen") { _ in throw Stop() } }
            #expect(recorder.take() == ["copyIn \(command) abandoned"])
            _ = try? await connection.copyIn(raw: "SELECT 1") { _ in }
            #expect(recorder.take() == ["copyIn SELECT 1 -> invalidQuery"])
            var sum = 0
            for try await n in try await connection.copyOut("TABLE seen", as: Int.self) { sum += n }
            #expect(sum == 15)
            let out = "copyOut COPY (TABLE seen) TO STDOUT (FORMAT binary)"
            #expect(recorder.take() == ["prepare TABLE seen", "\(out) -> COPY 5, 5 rows"])
            for try await _ in try await connection.copyOut("TABLE seen", as: Int.self) { break }
            #expect(recorder.take() == ["\(out) abandoned"])
            for raw: PostgresQuery in ["COPY (SELECT 1/0) TO STDOUT", "SELEKT", "SELECT 1"] {
                _ = try? await { for try await _ in try await connection.copyOut(raw: raw) {} }()
                let type = ["COPY": "22012", "SELEKT": "42601"][raw.sql.prefix { $0 != " " }.description]
                #expect(recorder.take() == ["copyOut \(raw.sql) -> \(type ?? "invalidQuery")"])
            }
        }
    }

    @Test("batches and COPY are counted")
    func statistics() async throws {
        try await withConnection { connection, _ in
            let before = connection.statistics
            try await connection.execute(PostgresBatch(["SELECT 1", "SELECT 1", "SELECT generate_series(1, 5)"]))
            try await connection.execute(PostgresBatch(["SELECT 1"]), mode: .unnamed)
            try await connection.copyIn(raw: "COPY seen FROM STDIN") { try await $0.write("1\n2\n") }
            for try await _ in try await connection.copyOut(raw: "COPY seen TO STDOUT") {}
            let after = connection.statistics
            #expect(after.queries - before.queries == 6)
            #expect(after.preparedMisses - before.preparedMisses == 2)
            #expect(after.preparedHits - before.preparedHits == 1)
            #expect(after.rows - before.rows == 10)
        }
    }
}
