import PostgresFixtures
import PostgresPool
import Testing

@Suite(
    "Hard cases: the flow of queries", .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"),
    .timeLimit(.minutes(2)))
struct QueryFlowLiveTests {
    typealias Installation = TemporaryServer.Installation
    typealias Mode = PostgresExecutionMode
    static let extended: [Mode] = [.cachedStatement, .cachedDescription, .describedEachTime, .unnamed]

    @Test(
        "HARD-CASES 47: an error behind some rows leaves no tag, and nothing to the next query",
        arguments: LiveServer.installations, Mode.allCases)
    func errorBehindRows(_ installation: Installation, _ mode: Mode) async throws {
        try await LiveServer.withConnection(installation) {
            $0.executionMode = mode
        } _: { connection in
            try await connection.execute("CREATE TEMPORARY TABLE counted (n int)")
            for _ in 0..<2 {
                var rows = try await connection.query("SELECT 12 / (4 - i) FROM generate_series(1, 5) AS i")
                var seen: [Int] = []
                var failure: PostgresError?
                do throws(PostgresError) {
                    while let row = try await rows.next() { seen.append(try row.decode(Int.self)) }
                } catch {
                    failure = error
                }
                #expect(failure?.server?.sqlState == .divisionByZero)
                #expect(seen == [4, 6, 12] && rows.commandTag == nil)
                let next = try await connection.execute("INSERT INTO counted VALUES (1), (2)")
                #expect(next.rowsAffected == 2)
            }
        }
    }

    static let copies = [
        "COPY copied FROM STDIN", "/* /* nested */ */ copy copied FROM STDIN", "-- first\n;COPY copied TO STDOUT",
        "COPY(SELECT 1) TO STDOUT",
    ]

    @Test("HARD-CASES 49: COPY is refused in a pipeline, wherever it stands in its text", arguments: copies, extended)
    func copyInPipeline(_ text: String, _ mode: Mode) async throws {
        try await LiveServer.withConnection(try #require(LiveServer.installations.first)) { connection in
            try await connection.execute("CREATE TEMPORARY TABLE copied (n int)")
            let batch = PostgresBatch(["SELECT 1", PostgresQuery(unsafeSQL: text), "SELECT 2"])
            let error = try await postgresError { try await connection.execute(batch, mode: mode) }
            #expect(error.code == .invalidQuery && error.batchIndex == 1 && error.nothingWasSent)
            #expect(try await connection.queryOne("SELECT 3", as: Int.self) == 3)
        }
    }

    @Test("HARD-CASES 50: the parts of a pipeline share the failed transaction that one of them began")
    func failedInPipeline() async throws {
        try await LiveServer.withConnection(try #require(LiveServer.installations.first)) { connection in
            var batch = PostgresBatch(["BEGIN", "SELECT 1/0", "SELECT 1"])
            batch.addSyncPoint()
            batch.add("SELECT 2")
            var outcomes: [String] = []
            let note = { (result: PostgresBatchResult) in
                switch result.outcome {
                case .success(let tag): outcomes.append(tag.text)
                case .failure(let error): outcomes.append(error.server?.sqlState.rawValue ?? "\(error)")
                case .skipped: outcomes.append("skipped")
                }
            }
            try await connection.query(batch, mode: .unnamed) { note($0) }
            #expect(outcomes == ["BEGIN", "22012", "skipped", "25P02"])
            #expect(connection.transactionStatus == .failed)
            try await connection.query(PostgresBatch(["ROLLBACK"]), mode: .unnamed) { note($0) }
            #expect(outcomes.last == "ROLLBACK" && connection.transactionStatus == .idle)
        }
    }

    @Test(
        "HARD-CASES 53: two statements in one text are the server's error, but for the simple protocol",
        arguments: extended)
    func twoStatements(_ mode: Mode) async throws {
        try await LiveServer.withConnection(try #require(LiveServer.installations.first)) { connection in
            let error = try await postgresError { try await connection.execute("SELECT 1; SELECT 2", mode: mode) }
            #expect(error.server?.sqlState == .syntaxError)
            #expect(connection.isReusable)
        }
    }

    static let cursorTexts = ["FETCH ALL FROM changing", "/* c */ fetch 10 changing", "EXECUTE changing"]

    @Test(
        "HARD-CASES 56: the columns of FETCH and EXECUTE are those of this run, not of the first",
        arguments: cursorTexts, Mode.allCases)
    func cursors(_ text: String, _ mode: Mode) async throws {
        let query = PostgresQuery(unsafeSQL: text)
        let isCursor = !text.hasPrefix("EXECUTE")
        try await LiveServer.withConnection(try #require(LiveServer.installations.first)) {
            $0.executionMode = mode
        } _: { connection in
            // Described before there is anything to fetch from.
            let missing = try await postgresError { _ = try await connection.query(query).collect() }
            #expect(missing.server?.sqlState == (isCursor ? .invalidCursorName : .invalidSQLStatementName))
            let begin = isCursor ? "DECLARE changing CURSOR FOR" : "PREPARE changing AS"
            let end = isCursor ? "CLOSE changing" : "DEALLOCATE changing"
            for _ in 0..<2 {
                try await connection.simpleQuery("BEGIN; \(begin) SELECT 1::int8 UNION ALL SELECT 2")
                #expect(try await connection.query(query, as: Int.self) == [1, 2])
                try await connection.simpleQuery("\(end); \(begin) SELECT 'a'::text, 3::int2, 'r=x/x'::text")
                let rows = try await connection.query(query).collect()
                #expect(rows.count == 1 && rows.first?.columns.count == 3)
                #expect(try rows.first?.decode(String.self, at: 0) == "a" && rows.first?.decode(Int.self, at: 1) == 3)
                // In a batch they are told each time, too.
                if mode != .simple, isCursor {
                    try await connection.simpleQuery("\(end); \(begin) SELECT true")
                    var widths: [Int] = []
                    try await connection.query(PostgresBatch([query, "SELECT 1, 2"])) {
                        widths.append($0.columns.count)
                    }
                    #expect(widths == [1, 2])
                }
                try await connection.simpleQuery("\(end); COMMIT")
            }
        }
    }

    static let inferred: [(PostgresQuery, String)] = [
        ("SELECT \("x")", "x"), ("SELECT (\(1) + 1)::text", "2"),
        ("SELECT (2 = ANY(\([1, 2])::int8[]))::text", "true"), ("SELECT coalesce(\(nil as String?), 'none')", "none"),
        ("SELECT (\(nil as Int?)::int4 IS NULL)::text", "true"),
        ("SELECT i::text FROM generate_series(7, 9) AS i LIMIT \(1)", "7"),
        ("SELECT (\(2.5)::float8 * 2)::text", "5"), ("SELECT (\(false) OR \(true))::text", "true"),
    ]

    @Test("HARD-CASES 64: the server infers types from where parameters stand", arguments: Mode.allCases)
    func inference(_ mode: Mode) async throws {
        try await LiveServer.withConnection(try #require(LiveServer.installations.first)) {
            $0.executionMode = mode
        } _: { connection in
            for (query, expected) in Self.inferred {
                let value = try await connection.queryOne(query, as: String.self)
                #expect(value == expected, "\(query.sql)")
            }
            let day = try PostgresDate(year: 2024, month: 2, day: 29)
            #expect(
                try await connection.queryOne("SELECT \(day)::date + 1", as: PostgresDate.self).description
                    == "2024-03-01")
            let unused = try await postgresError {
                try await connection.execute(PostgresQuery(unsafeSQL: "SELECT $1::int4", arguments: [1, 2]))
            }
            #expect(unused.code == .invalidQuery || unused.server != nil)
            let gap = try await postgresError {
                try await connection.execute(PostgresQuery(unsafeSQL: "SELECT $1::int4, $3::int4", arguments: [1, 2]))
            }
            #expect(gap.code == .invalidQuery || gap.server != nil)
            #expect(try await connection.queryOne("SELECT 1", as: Int.self) == 1)
        }
    }

    static let empty = ["; ;", ";;;", " \n\t", "-- nothing\n;", "/* a /* b */ c */ ;"]

    @Test("HARD-CASES 65: semicolons and comments alone are an empty result", arguments: empty, Mode.allCases)
    func onlySemicolons(_ text: String, _ mode: Mode) async throws {
        try await LiveServer.withConnection(try #require(LiveServer.installations.first)) { connection in
            let tag = try await connection.execute(PostgresQuery(unsafeSQL: text), mode: mode)
            #expect(tag.text.isEmpty)
            let one = PostgresQuery(unsafeSQL: text + (text.hasSuffix(";") ? "" : ";") + " SELECT 1 ;;")
            let isOne = try? await connection.queryOne(one, as: Int.self, mode: mode)
            #expect(isOne == 1 && connection.isReusable)
        }
    }

    @Test("HARD-CASES 67: a value that is too long for the server is its error, and the connection goes on")
    func tooLong() async throws {
        try await LiveServer.withConnection(try #require(LiveServer.installations.first)) { connection in
            let error = try await postgresError { try await connection.execute("SELECT repeat('x', 1 << 30)") }
            #expect(error.server?.sqlState == .programLimitExceeded)
            #expect(try await connection.queryOne("SELECT 1", as: Int.self) == 1)
        }
    }

    @Test("HARD-CASES 68: of several columns with one name the first is found by name, each by its index")
    func names() async throws {
        try await LiveServer.withConnection(try #require(LiveServer.installations.first)) { connection in
            let rows = try await connection.query(
                #"SELECT 1 AS a, 2 AS a, 3 AS "A", 4 AS "ü b", 5, 6 AS "a""b", 7"#
            ).collect()
            let row = try #require(rows.first)
            #expect(
                row.columns.descriptions.map(\.name) == ["a", "a", "A", "ü b", "?column?", "a\"b", "?column?"])
            for (name, value) in [("a", 1), ("A", 3), ("ü b", 4), ("?column?", 5), ("a\"b", 6)] {
                #expect(try row.decode(Int.self, named: name) == value)
            }
            for index in 0..<7 { #expect(try row.decode(Int.self, at: index) == index + 1) }
            #expect(throws: PostgresError.self) { try row.decode(Int.self, named: "Ü b") }
            #expect(throws: PostgresError.self) { try row.decode(Int.self, at: 7) }
        }
    }
}
