import PostgresFixtures
import PostgresPool
import Testing

@Suite(
    "Errors of a batch say which query failed",
    .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"), .timeLimit(.minutes(2)))
struct BatchErrorLiveTests {
    static let modes: [PostgresExecutionMode] = [.cachedStatement, .cachedDescription, .describedEachTime, .unnamed]

    private func withConnection(
        _ body: nonisolated(nonsending) (PostgresConnection) async throws -> Void
    ) async throws {
        try await LiveServer.withConnection(try #require(LiveServer.installations.first)) { connection in
            try await connection.simpleQuery(
                "CREATE TEMPORARY TABLE once (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
            try await body(connection)
            #expect(try await connection.queryOne("SELECT 1", as: Int.self) == 1)
        }
    }

    @Test("HARD-CASES 46: what fails at the commit of a part is its error, not success", arguments: modes)
    func deferred(_ mode: PostgresExecutionMode) async throws {
        try await withConnection { connection in
            var batch = PostgresBatch(["INSERT INTO once VALUES (1)", "INSERT INTO once VALUES (1)"])
            let alone = try await postgresError { try await connection.execute(batch, mode: mode) }
            #expect(alone.server?.sqlState == .uniqueViolation && alone.batchIndex == 1)
            batch.addSyncPoint()
            batch.add("INSERT INTO once VALUES (2)")
            var tags: [String] = []
            let error = try await postgresError {
                try await connection.query(batch, mode: mode) { result in
                    if case .success(let tag) = result.outcome { tags.append(tag.text) }
                }
            }
            #expect(error.server?.sqlState == .uniqueViolation && error.batchIndex == 1)
            #expect(tags.count == 3)
            #expect(try await connection.query("TABLE once", as: Int.self) == [2])
            let typed = try await postgresError {
                let insert: PostgresQuery = "INSERT INTO once VALUES (2)"
                _ = try await connection.pipeline(insert.returningTag)
            }
            #expect(typed.server?.sqlState == .uniqueViolation && typed.batchIndex == 0)
        }
    }

    @Test(
        "an argument that does not fit names its query, and nothing of the part has effect", arguments: modes,
        [3, 3000])
    func encoding(_ mode: PostgresExecutionMode, _ good: Int) async throws {
        try await withConnection { connection in
            var batch = PostgresBatch()
            let padding = String(repeating: "x", count: 100)
            for n in 0..<good { batch.add("INSERT INTO once SELECT \(n)::int4 WHERE \(padding)::text <> ''") }
            var wrong = batch
            wrong.add(PostgresQuery(unsafeSQL: "INSERT INTO once VALUES ($1::int4)", arguments: [1, 2]))
            let count = try await postgresError { try await connection.execute(wrong, mode: mode) }
            #expect(count.batchIndex == good, "\(count)")
            #expect(count.server != nil || count.message.contains("has 1 parameters, but 2 arguments"))
            wrong = batch
            wrong.add("INSERT INTO once VALUES (\("a\0b")::text::int4)")
            let type = try await postgresError { try await connection.execute(wrong, mode: mode) }
            #expect(type.batchIndex == good && type.code == .invalidQuery && type.sql?.contains("::text::int4") == true)
            // 3000 of them do not fit into one piece, and the first piece has been sent.
            #expect(type.nothingWasSent == (good == 3))
            #expect(try await connection.queryOne("SELECT count(*) FROM once", as: Int.self) == 0)
        }
    }

    @Test("a value that cannot be decoded names its query, and so does an answer that never comes")
    func decoding() async throws {
        try await withConnection { connection in
            let texts: [PostgresQuery] = ["SELECT 1", "SELECT NULL::int", "SELECT 1 UNION SELECT 2"]
            let null = try await postgresError {
                _ = try await connection.pipeline(texts[0].returningOne(Int.self), texts[1].returning(Int.self))
            }
            #expect(null.code == .decodingFailed && null.batchIndex == 1 && null.sql == texts[1].sql)
            let many = try await postgresError {
                _ = try await connection.pipeline(texts[0].returningTag, texts[2].returningOne(Int.self))
            }
            #expect(many.code == .tooManyRows && many.batchIndex == 1 && many.sql == texts[2].sql)
            let late = try await postgresError {
                try await connection.execute(
                    PostgresBatch(["SELECT 1", "SELECT pg_sleep(600)", "SELECT 2"]), timeout: .milliseconds(200))
            }
            #expect(late.code == .timedOut && late.file?.contains("BatchErrorLiveTests") == true)
        }
    }
}
