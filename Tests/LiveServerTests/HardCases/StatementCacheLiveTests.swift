import PostgresFixtures
import PostgresPool
import Testing

@Suite(
    "Hard cases: statements that are kept",
    .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"), .timeLimit(.minutes(2)))
struct StatementCacheLiveTests {
    typealias Installation = TemporaryServer.Installation
    static let kept: [PostgresExecutionMode] = [.cachedStatement, .cachedDescription]

    @Test(
        "HARD-CASES 58: a batch whose statements are stale runs again where nothing of it has run, and never twice",
        arguments: LiveServer.installations, kept)
    func staleBatch(_ installation: Installation, _ mode: PostgresExecutionMode) async throws {
        try await LiveServer.withConnection(installation) {
            $0.executionMode = mode
        } _: { connection in
            try await connection.simpleQuery(
                "CREATE TEMPORARY TABLE changing (a int); INSERT INTO changing VALUES (1); CREATE TEMPORARY TABLE l (n int)"
            )
            let rows: PostgresQuery = "SELECT * FROM changing"
            let insert: PostgresQuery = "INSERT INTO l VALUES (1)"
            var parts = PostgresBatch([rows])
            parts.addSyncPoint()
            parts.add(insert)
            /// Makes every statement stale, runs a batch and returns what came of its queries.
            func outcomes(_ batch: PostgresBatch) async throws -> [String] {
                // By itself a stale statement is always sent again.
                try await connection.execute(rows)
                try await connection.execute(batch)
                try await connection.simpleQuery("ALTER TABLE changing ADD b text; TRUNCATE l")
                var outcomes: [String] = []
                try await connection.query(batch) { result in
                    switch result.outcome {
                    case .success: outcomes.append("\(result.columns.count) columns")
                    case .failure(let error): outcomes.append(error.server?.sqlState.rawValue ?? "\(error)")
                    case .skipped: outcomes.append("skipped")
                    }
                }
                try await connection.simpleQuery("ALTER TABLE changing DROP b")
                return outcomes
            }
            let isNoticed = mode == .cachedStatement
            // Nothing of the batch has run before the stale statement: it is sent once more.
            #expect(try await outcomes(PostgresBatch([rows, insert])) == ["2 columns", "0 columns"])
            #expect(try await connection.queryOne("SELECT count(*) FROM l", as: Int.self) == 1)
            // Something has, and was told; it is undone, and nothing runs twice.
            let behind = try await outcomes(PostgresBatch([insert, rows]))
            #expect(behind == (isNoticed ? ["0 columns", "0A000"] : ["0 columns", "2 columns"]))
            #expect(try await connection.queryOne("SELECT count(*) FROM l", as: Int.self) == (isNoticed ? 0 : 1))
            // What stands behind a sync point has run already when the error comes.
            #expect(try await outcomes(parts) == [isNoticed ? "0A000" : "2 columns", "0 columns"])
            #expect(try await connection.queryOne("SELECT count(*) FROM l", as: Int.self) == 1)
            try await connection.execute(rows)
            #expect(try await connection.execute(PostgresBatch([insert, rows])).count == 2)
            try await connection.simpleQuery("BEGIN; ALTER TABLE changing ADD b text")
            if isNoticed {
                let error = try await postgresError { try await connection.execute(PostgresBatch([rows])) }
                #expect(error.server?.sqlState == .featureNotSupported && error.batchIndex == 0)
            }
            try await connection.simpleQuery("ROLLBACK")
            #expect(try await connection.execute(PostgresBatch([rows])).count == 1)
        }
    }

    @Test(
        "HARD-CASES 58: a feature that the server does not support is not asked for twice",
        arguments: LiveServer.installations)
    func notSupported(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            try await connection.simpleQuery(
                """
                CREATE TEMPORARY SEQUENCE tries;
                CREATE FUNCTION pg_temp.refuse() RETURNS int LANGUAGE plpgsql AS
                $$ BEGIN PERFORM nextval('tries'); RAISE feature_not_supported; END $$
                """)
            for number in 1...2 {
                let error = try await postgresError { try await connection.execute("SELECT pg_temp.refuse()") }
                #expect(error.server?.sqlState == .featureNotSupported)
                #expect(try await connection.queryOne("SELECT last_value FROM tries", as: Int.self) == number)
            }
        }
    }

    static let forgetting = ["DISCARD ALL", "DEALLOCATE ALL", "DO 'BEGIN EXECUTE ''DEALLOCATE ALL''; END'"]

    @Test("HARD-CASES 59: a batch runs whose statements the server has forgotten", arguments: forgetting)
    func forgottenBatch(_ command: String) async throws {
        try await LiveServer.withConnection(try #require(LiveServer.installations.first)) { connection in
            let batch = PostgresBatch(["SELECT 1", "SELECT 2", "SELECT 1"])
            for _ in 0..<3 {
                #expect(try await connection.execute(batch).count == 3)
                try await connection.simpleQuery(command)
            }
        }
    }

    @Test(
        "HARD-CASES 61: a statement that falls out of the cache is closed behind its last use", arguments: [0, 1, 2, 7])
    func evictedInUse(_ capacity: Int) async throws {
        try await LiveServer.withConnection(try #require(LiveServer.installations.first)) {
            $0.statementCacheCapacity = capacity
        } _: { connection in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<12 {
                    group.addTask {
                        for round in 0..<30 {
                            let text = "SELECT \((task + round) % 5) + $1::int4"
                            let value = try await connection.queryOne(
                                PostgresQuery(unsafeSQL: text, arguments: [100 * task]), as: Int.self)
                            #expect(value == (task + round) % 5 + 100 * task)
                        }
                    }
                }
                try await group.waitForAll()
            }
            // The next request closes what fell out last.
            try await connection.execute("SELECT 'one more'", mode: .simple)
            let left = try await connection.queryOne(
                "SELECT count(*) FROM pg_prepared_statements", as: Int.self, mode: .simple)
            #expect(left <= capacity)
        }
    }

    @Test(
        "HARD-CASES 63: whatever changes search_path, a kept statement means what its text means now",
        arguments: LiveServer.installations, kept)
    func searchPath(_ installation: Installation, _ mode: PostgresExecutionMode) async throws {
        // Of the same type, so that nothing but the value tells.
        let suffix = "\(installation.majorVersion)_\(mode)".lowercased()
        let (one, two) = ("kept_1_\(suffix)", "kept_2_\(suffix)")
        try await LiveServer.withConnection(installation) {
            $0.executionMode = mode
        } _: { connection in
            try await connection.simpleQuery(
                """
                CREATE SCHEMA "\(one)"; CREATE TABLE "\(one)".t AS SELECT 1 AS n;
                CREATE SCHEMA "\(two)"; CREATE TABLE "\(two)".t AS SELECT 2 AS n;
                CREATE FUNCTION pg_temp.go(name text) RETURNS text LANGUAGE sql AS
                    'SELECT set_config(''search_path'', name, false)';
                SET search_path = "\(one)"
                """)
            func expect(_ value: Int, _ where: String) async throws {
                let found = try await connection.queryOne("SELECT n FROM t", as: Int.self)
                #expect(found == value, "\(`where`)")
                var inBatch: [Int] = []
                try await connection.query(PostgresBatch(["SELECT n FROM t"])) { result in
                    inBatch += result.rows.compactMap { try? $0.decode(Int.self) }
                }
                #expect(inBatch == [value], "\(`where`), batch")
            }
            try await expect(1, "at first")
            try await connection.transaction { tx in
                try await tx.execute("SET LOCAL search_path = \(identifier: two)")
                #expect(try await tx.queryOne("SELECT n FROM t", as: Int.self) == 2)
            }
            try await expect(1, "behind SET LOCAL")
            try await connection.execute("BEGIN")
            try await connection.execute("SET search_path = \(identifier: two)")
            try await expect(2, "inside a transaction")
            try await connection.execute("ROLLBACK")
            try await expect(1, "behind a rollback")
            try await connection.execute("SELECT pg_temp.go(\(two))")
            try await expect(2, "set by a function")
            try await connection.execute(
                """
                CREATE FUNCTION pg_temp.inside() RETURNS int LANGUAGE sql SET search_path = \(identifier: one)
                AS 'SELECT n FROM t'
                """)
            #expect(try await connection.queryOne("SELECT pg_temp.inside()", as: Int.self) == 1)
            try await expect(2, "behind a function with its own")
            try await connection.simpleQuery("RESET search_path; DROP SCHEMA \"\(one)\", \"\(two)\" CASCADE")
        }
    }
}
