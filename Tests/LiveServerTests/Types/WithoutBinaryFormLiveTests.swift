import PostgresFixtures
import PostgresPool
import Testing

@Suite(
    "Types without a binary form", .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"),
    .timeLimit(.minutes(3)))
struct WithoutBinaryFormLiveTests {
    typealias Installation = TemporaryServer.Installation

    private static let item: PostgresQuery = "makeaclitem(10, 10, 'SELECT', false)"

    /// A schema with types that hold such a type, for the length of `body`.
    private func withTypes(
        _ installation: Installation, _ body: nonisolated(nonsending) (PostgresConnection, String) async throws -> Void
    ) async throws {
        try await LiveServer.withConnection(installation) { connection in
            let schema = "textual_\(UInt32.random(in: 0...UInt32.max))"
            try await connection.simpleQuery(
                """
                CREATE SCHEMA \(schema);
                CREATE TYPE \(schema).grant_of AS (item aclitem, what text);
                CREATE DOMAIN \(schema).own_item AS aclitem;
                CREATE TABLE \(schema).calls (number int4);
                CREATE PROCEDURE \(schema).committing (OUT item aclitem) LANGUAGE plpgsql AS $$
                BEGIN
                    INSERT INTO \(schema).calls VALUES (1);
                    COMMIT;
                    item := makeaclitem(10, 10, 'SELECT', false);
                END $$
                """)
            try await body(connection, schema)
            try await connection.simpleQuery("DROP SCHEMA \(schema) CASCADE")
        }
    }

    @Test(
        "they come as text by themselves, alone and in other types", arguments: LiveServer.installations,
        PostgresExecutionMode.allCases)
    func text(_ installation: Installation, _ mode: PostgresExecutionMode) async throws {
        try await withTypes(installation) { connection, schema in
            let (item, number) = try await connection.queryOne(
                "SELECT \(Self.item), 7", as: String.self, Int.self, mode: mode)
            #expect(item == "tests=r/tests" && number == 7)
            let inOthers =
                [
                    ("ARRAY[\(Self.item)]", "{tests=r/tests}"),
                    ("\(Self.item)::\(unsafeSQL: schema).own_item", "tests=r/tests"),
                    ("ROW(\(Self.item), 'a b')::\(unsafeSQL: schema).grant_of", "(tests=r/tests,\"a b\")"),
                    ("ARRAY[ROW(\(Self.item), 'a')::\(unsafeSQL: schema).grant_of]", "{\"(tests=r/tests,a)\"}"),
                    ("ROW(1, \(Self.item))", "(1,tests=r/tests)"),
                    ("ROW(1, ARRAY[\(Self.item)])", "(1,{tests=r/tests})"),
                ] as [(PostgresQuery, String)]
            for (expression, text) in inOthers {
                // Once more, because what was learned must not spoil the second run.
                for _ in 0..<2 {
                    let value = try await connection.queryOne(
                        "SELECT \(expression)", as: PostgresValue.self, mode: mode)
                    #expect(value.postgresText == text)
                }
            }
            let rows = try await connection.query(
                "SELECT \(Self.item) FROM generate_series(1, 5)", mode: mode, fetchSize: mode == .simple ? nil : 2)
            var count = 0
            for try await item in rows.decode(String.self) {
                #expect(item == "tests=r/tests")
                count += 1
            }
            #expect(count == 5)
            #expect(try await connection.queryOne("SELECT 1", as: Int.self, mode: mode) == 1)
        }
    }

    @Test("in a transaction the unnamed mode says what is missing", arguments: LiveServer.installations)
    func transaction(_ installation: Installation) async throws {
        try await withTypes(installation) { connection, _ in
            let error = try await postgresError {
                try await connection.transaction { tx in
                    _ = try await tx.execute("SELECT \(Self.item)", mode: .unnamed)
                }
            }
            #expect(error.server?.sqlState == .undefinedFunction)
            #expect(error.description.contains("aclitem"))
            let asText = try await connection.transaction { tx in
                try await tx.queryOne("SELECT (\(Self.item))::text", as: String.self, mode: .unnamed)
            }
            #expect(asText == "tests=r/tests")
        }
    }

    @Test("in a batch the unnamed mode says which query", arguments: LiveServer.installations)
    func batch(_ installation: Installation) async throws {
        try await withTypes(installation) { connection, _ in
            let error = try await postgresError {
                _ = try await connection.execute(PostgresBatch(["SELECT 1", "SELECT \(Self.item)"]), mode: .unnamed)
            }
            #expect(error.server?.sqlState == .undefinedFunction)
            let tags = try await connection.execute(PostgresBatch(["SELECT 1", "SELECT \(Self.item)"]))
            #expect(tags.map(\.text) == ["SELECT 1", "SELECT 1"])
        }
    }

    @Test("a procedure that has committed is not called again", arguments: LiveServer.installations)
    func procedure(_ installation: Installation) async throws {
        try await withTypes(installation) { connection, schema in
            let error = try await postgresError {
                _ = try await connection.execute("CALL \(unsafeSQL: schema).committing(NULL)", mode: .unnamed)
            }
            #expect(error.server?.sqlState == .undefinedFunction)
            let count = try await connection.queryOne(
                "SELECT count(*) FROM \(unsafeSQL: schema).calls", as: Int.self)
            #expect(count == 1)
        }
    }
}
