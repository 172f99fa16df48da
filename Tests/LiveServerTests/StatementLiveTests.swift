import Foundation
import PostgresFixtures
import PostgresPool
import Testing

@Suite("Statements and execution modes on a server", .enabled(if: LiveServer.isPossible))
struct StatementLiveTests {
    typealias Installation = TemporaryServer.Installation
    typealias Mode = PostgresExecutionMode

    @Test("values go both ways in every mode", arguments: LiveServer.installations, Mode.allCases)
    func values(_ installation: Installation, _ mode: Mode) async throws {
        try await LiveServer.withConnection(installation) {
            $0.executionMode = mode
        } _: { connection in
            let text = "it's \\ \"quoted\" $1 -- ü\n"
            for _ in 0..<2 {
                let row = try await connection.queryOne(
                    """
                    SELECT \(text)::text, \(-1)::int4, \(1.5)::float8, \(true)::bool, \([1, 2])::int8[],
                        \(nil as String?)::text, \(Data([0, 255]))::bytea, \(["a", nil])::text[]
                    """, as: String.self, Int.self, Double.self, Bool.self, [Int].self, String?.self, Data.self,
                    [String?].self)
                #expect(row.0 == text && row.1 == -1 && row.2 == 1.5 && row.3 && row.4 == [1, 2])
                #expect(row.5 == nil && row.6 == Data([0, 255]) && row.7 == ["a", nil])
            }
            let kept = try await connection.queryOne(
                "SELECT count(*) FROM pg_prepared_statements WHERE name <> ''", as: Int.self, mode: .simple)
            #expect((kept > 0) == (mode == .cachedStatement))
        }
    }

    @Test("a negative number is no comment, and text cannot end its literal", arguments: [Mode.simple, .unnamed])
    func injection(_ mode: Mode) async throws {
        let installation = try #require(LiveServer.installations.first)
        try await LiveServer.withConnection(installation) { connection in
            let hostile = "\n; SELECT 'x' -- '); DROP TABLE x; \\'"
            let row = try await connection.queryOne(
                "SELECT 5-\(-1)::int4, \(hostile)::text, E'\\'$1', $$ $2 $$, /* $1 */ \(-0.0)::float8 -- $9",
                as: Int.self, String.self, String.self, String.self, Double.self, mode: mode)
            #expect(row.0 == 6 && row.1 == hostile && row.2 == "'$1" && row.3 == " $2 " && row.4 == 0)
        }
    }

    @Test("the simple mode refuses settings under which texts mean something else")
    func simpleSettings() async throws {
        let installation = try #require(LiveServer.installations.first)
        try await LiveServer.withConnection(installation) { connection in
            try await connection.execute("SET standard_conforming_strings = off")
            let error = try await postgresError { try await connection.execute("SELECT \(1)::int4", mode: .simple) }
            #expect(error.code == .invalidQuery && error.message.contains("standard_conforming_strings"))
            let one = try await connection.queryOne("SELECT 1", as: Int.self, mode: .simple)
            #expect(one == 1)
        }
    }

    static let empty = ["", " ", ";", "-- comment", "/* comment */"]

    @Test("an empty text is an empty result in every mode", arguments: Mode.allCases, empty)
    func emptyText(_ mode: Mode, _ text: String) async throws {
        let installation = try #require(LiveServer.installations.first)
        try await LiveServer.withConnection(installation) { connection in
            let tag = try await connection.execute(PostgresQuery(unsafeSQL: text), mode: mode)
            #expect(tag.text.isEmpty)
            let rows = try await connection.query(PostgresQuery(unsafeSQL: text), as: Int.self, mode: mode)
            #expect(rows.isEmpty && connection.isReusable)
        }
    }

    @Test("statements of every kind run in every mode", arguments: Mode.allCases)
    func kinds(_ mode: Mode) async throws {
        let installation = try #require(LiveServer.installations.first)
        try await LiveServer.withConnection(installation) {
            $0.executionMode = mode
        } _: { connection in
            try await connection.execute("CREATE TEMPORARY TABLE kinds (id int)")
            let insert = try await connection.execute("INSERT INTO kinds VALUES (\(1)::int), (2)")
            #expect(insert.rowsAffected == 2)
            let returned = try await connection.query("INSERT INTO kinds VALUES (3) RETURNING id", as: Int.self)
            #expect(returned == [3])
            let shown = try await connection.queryOne("SHOW server_encoding", as: String.self)
            #expect(shown == "UTF8")
            let plan = try await connection.query("EXPLAIN SELECT 1", as: String.self)
            #expect(!plan.isEmpty)
            let listed = try await connection.query("VALUES (1), (2)", as: Int.self)
            #expect(listed == [1, 2])
            let table = try await connection.query("TABLE kinds", as: Int.self)
            #expect(table == [1, 2, 3])
            try await connection.execute("CREATE PROCEDURE pg_temp.twice(INOUT n int) LANGUAGE sql AS 'SELECT n * 2'")
            let called = try await connection.queryOne("CALL pg_temp.twice(\(21))", as: Int.self)
            #expect(called == 42)
            let several = try await postgresError { try await connection.execute("SELECT 1; SELECT 2") }
            #expect(several.server?.sqlState == .syntaxError || several.code == .invalidQuery)
            let one = try await connection.queryOne("SELECT 1 ;", as: Int.self)
            #expect(one == 1 && connection.isReusable)
        }
    }

    @Test(
        "DDL between two runs is noticed: outside of a transaction nobody sees it", arguments: LiveServer.installations)
    func ddl(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            try await connection.simpleQuery("CREATE TEMPORARY TABLE changing (a int); INSERT INTO changing VALUES (1)")
            let query: PostgresQuery = "SELECT * FROM changing"
            #expect(try await connection.query(query, as: Int.self) == [1])
            try await connection.execute("ALTER TABLE changing ALTER a TYPE text")
            #expect(try await connection.query(query, as: String.self) == ["1"])
            try await connection.execute("ALTER TABLE changing ADD b int")
            let rows = try await connection.query(query).collect()
            #expect(rows.first?.columns.count == 2)
            let pair = try await connection.queryOne(query, as: String.self, Int?.self)
            #expect(pair.0 == "1" && pair.1 == nil)
            // Inside a transaction it is an error, and the statement is prepared anew afterwards.
            try await connection.execute("BEGIN")
            try await connection.execute("ALTER TABLE changing DROP b")
            let error = try await postgresError { _ = try await connection.query(query, as: String.self) }
            #expect(error.server?.sqlState == .featureNotSupported)
            try await connection.execute("ROLLBACK")
            #expect(try await connection.query(query).collect().count == 1)
        }
    }

    @Test("DDL is noticed by cached descriptions", arguments: LiveServer.installations)
    func ddlDescriptions(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) {
            $0.executionMode = .cachedDescription
        } _: { connection in
            try await connection.simpleQuery("CREATE TEMPORARY TABLE changing (a int); INSERT INTO changing VALUES (1)")
            #expect(try await connection.query("SELECT * FROM changing", as: Int.self) == [1])
            try await connection.execute("ALTER TABLE changing ALTER a TYPE int8")
            #expect(try await connection.query("SELECT * FROM changing", as: Int.self) == [1])
            try await connection.execute("ALTER TABLE changing ALTER a TYPE text")
            #expect(try await connection.query("SELECT * FROM changing", as: String.self) == ["1"])
        }
    }

    static let forgetting = ["DISCARD ALL", "DEALLOCATE ALL", "DISCARD PLANS"]

    @Test("a server that forgets statements does no harm", arguments: LiveServer.installations, forgetting)
    func forgotten(_ installation: Installation, _ command: String) async throws {
        try await LiveServer.withConnection(installation) { connection in
            for _ in 0..<3 {
                let value = try await connection.queryOne("SELECT \(7)::int4", as: Int.self)
                #expect(value == 7)
                try await connection.execute(PostgresQuery(unsafeSQL: command))
            }
            // Behind our back, in a script that says nothing about itself.
            try await connection.simpleQuery("DO 'BEGIN EXECUTE ''DEALLOCATE ALL''; END'")
            let value = try await connection.queryOne("SELECT \(8)::int4", as: Int.self)
            #expect(value == 8)
        }
    }

    @Test("a name that somebody else has taken is passed over")
    func takenName() async throws {
        let installation = try #require(LiveServer.installations.first)
        try await LiveServer.withConnection(installation) { connection in
            try await connection.simpleQuery("PREPARE s1 AS SELECT 'not ours'; PREPARE s2 AS SELECT 'nor this'")
            let value = try await connection.queryOne("SELECT 'ours'", as: String.self)
            #expect(value == "ours")
        }
    }

    @Test("a changed search_path changes what a query means", arguments: LiveServer.installations)
    func searchPath(_ installation: Installation) async throws {
        let suffix = "\(installation.majorVersion)"
        try await LiveServer.withConnection(installation) { connection in
            try await connection.simpleQuery(
                """
                CREATE SCHEMA path_a_\(suffix); CREATE SCHEMA path_b_\(suffix);
                CREATE TABLE path_a_\(suffix).t AS SELECT 1 AS n; CREATE TABLE path_b_\(suffix).t AS SELECT 'two' AS n
                """)
            for _ in 0..<2 {
                try await connection.simpleQuery("SET search_path = path_a_\(suffix)")
                #expect(try await connection.query("SELECT n FROM t", as: Int.self) == [1])
                try await connection.simpleQuery("SET search_path = path_b_\(suffix)")
                #expect(try await connection.query("SELECT n FROM t", as: String.self) == ["two"])
            }
            try await connection.simpleQuery(
                "SET search_path = public; DROP SCHEMA path_a_\(suffix), path_b_\(suffix) CASCADE")
        }
    }

    @Test("a prepared statement tells its types and stays until it is let go", arguments: LiveServer.installations)
    func prepared(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) {
            $0.statementCacheCapacity = 1
        } _: { connection in
            let statement = try await connection.prepare("SELECT $1::int4 + $2::int8 AS sum, 'x'::text")
            #expect(statement.parameterTypes == [.int4, .int8])
            #expect(statement.columns.descriptions.map(\.name) == ["sum", "text"])
            for number in 0..<5 {
                let sum = try await connection.queryOne(statement(number, 2), as: Int.self, String.self)
                #expect(sum.0 == number + 2)
                try await connection.execute("SELECT \(unsafeSQL: "\(number)")")
            }
            let wrong = try await postgresError { try await connection.execute(statement(1)) }
            #expect(wrong.code == .invalidQuery && wrong.nothingWasSent)
            connection.deallocate(statement)
            let left = try await connection.queryOne("SELECT count(*) FROM pg_prepared_statements", as: Int.self)
            #expect(left <= 2)
            let error = try await postgresError { _ = try await connection.prepare("SELEKT") }
            #expect(error.server?.sqlState == .syntaxError)
        }
    }

    @Test("rows are fetched in portions, and what is not fetched is not computed", arguments: LiveServer.installations)
    func fetchSize(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            for mode in [Mode.cachedStatement, .cachedDescription, .describedEachTime, .unnamed] {
                for count in [0, 1, 2, 5, 6] {
                    var numbers: [Int] = []
                    let rows = try await connection.query(
                        "SELECT generate_series(1, \(count)::int4)", mode: mode, fetchSize: 2)
                    for try await number in rows.decode(Int.self) { numbers.append(number) }
                    #expect(numbers == Array(1..<(count + 1)))
                }
            }
            try await connection.simpleQuery("CREATE TEMPORARY SEQUENCE computed")
            var rows: PostgresRows? = try await connection.query(
                "SELECT nextval('computed') FROM generate_series(1, 1000)", fetchSize: 10)
            _ = try await rows?.next()
            rows = nil
            let computed = try await connection.queryOne("SELECT last_value FROM computed", as: Int.self)
            #expect(computed == 10)
            let error = try await postgresError {
                var rows = try await connection.query(
                    "SELECT 1 / (3 - n) FROM generate_series(1, 5) AS n", fetchSize: 2)
                while try await rows.next() != nil {}
            }
            #expect(error.server?.sqlState == .divisionByZero && connection.isReusable)
            let simple = try await postgresError {
                _ = try await connection.query("SELECT 1", mode: .simple, fetchSize: 2)
            }
            #expect(simple.nothingWasSent)
        }
    }

    @Test("a script's results come one by one, also in front of an error", arguments: LiveServer.installations)
    func script(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            var tags: [String] = []
            let error = try await postgresError {
                try await connection.simpleQuery(
                    "CREATE TEMPORARY TABLE s (i int); ; INSERT INTO s VALUES (1); SELECT * FROM s; SELECT 1/0; SELECT 2"
                ) { tags.append($0.commandTag.text) }
            }
            #expect(error.server?.sqlState == .divisionByZero)
            #expect(tags == ["CREATE TABLE", "INSERT 0 1", "SELECT 1"])
            let table = try await connection.queryOne("SELECT to_regclass('pg_temp.s')::text", as: String?.self)
            #expect(table == nil)
            let results = try await connection.simpleQuery("SELECT 1 AS a; SELECT 'x' AS b, NULL AS c")
            #expect(results.map(\.columns.count) == [1, 2])
        }
    }

    @Test("an error at each stage leaves the connection usable", arguments: LiveServer.installations)
    func stages(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            try await connection.simpleQuery(
                "CREATE TEMPORARY TABLE stage (i int UNIQUE DEFERRABLE INITIALLY DEFERRED, s smallint)")
            let queries: [(PostgresQuery, SQLState)] = [
                ("SELEKT", .syntaxError), ("SELECT * FROM missing", .undefinedTable),
                ("SELECT \("x")::int4", .invalidTextRepresentation), ("SELECT 1 / \(0)::int4", .divisionByZero),
                ("INSERT INTO stage VALUES (1), (1)", .uniqueViolation),
            ]
            for (query, state) in queries {
                let error = try await postgresError { try await connection.execute(query) }
                #expect(error.server?.sqlState == state && error.sql == query.sql)
                let one = try await connection.queryOne("SELECT 1", as: Int.self)
                #expect(one == 1)
            }
        }
    }

    @Test("16 tasks query while the tables change under them", arguments: LiveServer.installations)
    func ddlUnderLoad(_ installation: Installation) async throws {
        let table: PostgresQuery = "\(identifier: "under_load_\(installation.majorVersion)")"
        try await LiveServer.withClient(installation, connections: 8) { client in
            try await client.execute("CREATE TABLE \(table) (id int, value int)")
            try await client.execute("INSERT INTO \(table) SELECT i, i FROM generate_series(1, 100) AS i")
            let done = AsyncStream<Void>.makeStream()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<16 {
                    group.addTask {
                        for round in 0..<100 {
                            let id = (task * 100 + round) % 100 + 1
                            let query: PostgresQuery = "SELECT * FROM \(table) WHERE id = \(id)"
                            if round % 10 == 9 {
                                do {
                                    try await client.transaction { transaction in
                                        _ = try await transaction.query(query).collect()
                                    }
                                } catch let error as PostgresError {
                                    #expect(error.server?.sqlState == .featureNotSupported, "\(error)")
                                }
                            } else {
                                let rows = try await client.query(query).collect()
                                #expect(rows.count == 1)
                                // Whatever type the column has just now, its text is the number.
                                #expect(try rows.first?.decode(Int.self, named: "id") == id)
                            }
                        }
                    }
                }
                group.addTask {
                    for type in ["int8", "int4", "text", "int4", "int8", "int4"] {
                        try await client.execute(
                            """
                            ALTER TABLE \(table) ALTER value TYPE \(unsafeSQL: type)
                            USING value::\(unsafeSQL: type)
                            """)
                        try await client.execute("ALTER TABLE \(table) ADD extra int")
                        try await client.execute("ALTER TABLE \(table) DROP extra")
                    }
                    done.continuation.finish()
                }
                try await group.waitForAll()
            }
            try await client.execute("DROP TABLE \(table)")
        }
    }
}
