import PostgresFixtures
import PostgresPool
import Testing

/// What the server says of each value is compared with what we say of it.
@Suite(
    "Types against the server", .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"),
    .timeLimit(.minutes(5)))
struct OracleLiveTests {
    typealias Installation = TemporaryServer.Installation
    typealias Counts = [(name: String, count: Int)]

    /// Checks values three ways and returns how many there were.
    private func check(
        _ connection: PostgresConnection, _ type: String, _ literals: [String], printed: String = "v::text"
    ) async throws -> Int {
        let query: PostgresQuery = """
            SELECT v, \(unsafeSQL: printed) FROM (SELECT l::\(unsafeSQL: type) AS v \
            FROM unnest(\(literals)::text[]) WITH ORDINALITY AS u (l, n) ORDER BY n) AS s
            """
        let binary = try await connection.query(query, as: PostgresValue.self, String.self)
        let text = try await connection.query(query, as: PostgresValue.self, String.self, mode: .simple)
        #expect(binary.count == literals.count && text.count == literals.count)
        for (row, other) in zip(binary, text) {
            let (value, expected) = row
            #expect(value.value != nil, "\(type) \(expected) came raw")
            #expect(value.postgresText == expected, "\(type) in binary")
            #expect(other.0.postgresText == expected, "\(type) in text")
            #expect(value == other.0, "\(type) \(expected) in binary and text")
        }
        try await checkEncoding(connection, type, binary.map { ($0.0, $0.1) }, printed: printed)
        return literals.count
    }

    /// Every value goes back, in the format that its type prefers, and must mean the same.
    private func checkEncoding(
        _ connection: PostgresConnection, _ type: String, _ values: [(PostgresValue, String)], printed: String
    ) async throws {
        var batch = PostgresBatch()
        for (value, _) in values {
            batch.add("SELECT \(unsafeSQL: printed) FROM (SELECT \(value)::\(unsafeSQL: type) AS v) AS s")
        }
        var count = 0
        try await connection.query(batch) { result throws(PostgresError) in
            if case .failure(let error) = result.outcome { throw error }
            let back = try result.rows.first?.decode(String.self, at: 0)
            #expect(back == values[result.index].1, "\(type) sent back")
            count += 1
        }
        #expect(count == values.count)
    }

    /// The types of a version; xml only where the server was built with it.
    private func types(_ connection: PostgresConnection, _ installation: Installation) async throws -> [OracleType] {
        var types = OracleTypes.scalars().filter { $0.since <= installation.majorVersion }
        do throws(PostgresError) {
            try await connection.execute("SELECT '<a/>'::xml")
        } catch {
            try #require(error.server?.sqlState == .featureNotSupported)
            types.removeAll { $0.name == "xml" }
            print(
                "# oracle, PostgreSQL \(installation.majorVersion): left out: xml, which this server was built without")
        }
        return types
    }

    @Test(
        "the text of every value is the server's, from both formats and back", arguments: LiveServer.installations)
    func everyValue(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            try await connection.simpleQuery("SET TimeZone = 'UTC'; SET DateStyle = ISO; SET bytea_output = hex")
            let types = try await types(connection, installation)
            let parts = [
                ("scalars", try await scalars(connection, types)), ("arrays", try await arrays(connection, types)),
                ("ranges", try await ranges(connection)), ("composites", try await composites(connection, types)),
            ]
            let title = "# oracle, PostgreSQL \(installation.majorVersion), seed \(OracleTypes.seed)"
            for (part, counts) in parts {
                let list = counts.map { "\($0.name) \($0.count)" }.joined(separator: ", ")
                print("\(title), \(part): \(counts.reduce(0) { $0 + $1.count }) values: \(list)")
            }
            let total = parts.flatMap(\.1).reduce(0) { $0 + $1.count }
            print(
                "\(title): \(total) values; left out: reg*, names that are numbers to us; money, whose text is a locale's"
            )
            #expect(total >= 4000)
        }
    }

    private func scalars(_ connection: PostgresConnection, _ types: [OracleType]) async throws -> Counts {
        var counts: Counts = []
        for type in types { counts.append((type.name, try await check(connection, type.name, type.literals))) }
        // The cast to text strips the blanks that are part of the value, so the output function is asked instead.
        counts.append(
            ("char(5)", try await check(connection, "char(5)", ["a", "a b", ""], printed: "format('%s', v)")))
        return counts
    }

    private func arrays(_ connection: PostgresConnection, _ types: [OracleType]) async throws -> Counts {
        var counts: Counts = []
        for type in types where type.hasArrays {
            counts.append(("\(type.name)[]", try await checkArrays(connection, type)))
        }
        return counts
    }

    /// Arrays of one, two, three and six dimensions, with NULLs and lower bounds.
    private func checkArrays(_ connection: PostgresConnection, _ type: OracleType) async throws -> Int {
        let literals = Array(type.literals.prefix(12))
        let texts = try await connection.queryOne(
            """
            SELECT ARRAY[array_agg(v)::text, ARRAY[array_agg(v), array_agg(v)]::text, \
            ARRAY[ARRAY[array_agg(v)]]::text, ARRAY[ARRAY[ARRAY[ARRAY[ARRAY[array_agg(v)]]]]]::text, '{}', \
            ARRAY[NULL::\(unsafeSQL: type.name), min(v::text)::\(unsafeSQL: type.name)]::text, \
            array_fill(min(v::text)::\(unsafeSQL: type.name), ARRAY[2,1,2,1], ARRAY[0,-3,1,7])::text, \
            array_fill(min(v::text)::\(unsafeSQL: type.name), ARRAY[2,1], ARRAY[0,-3])::text] \
            FROM (SELECT l::\(unsafeSQL: type.name) AS v FROM unnest(\(literals)::text[]) AS u (l)) AS s
            """, as: [String].self)
        return try await check(connection, "\(type.name)[]", texts)
    }

    private func ranges(_ connection: PostgresConnection) async throws -> Counts {
        var counts: Counts = []
        for type in OracleRange.all {
            counts.append((type.range, try await check(connection, type.range, type.literals)))
            let multiranges = ["{}", "{empty}"] + type.literals.dropFirst(2).map { "{\($0)}" }
            counts.append((type.multirange, try await check(connection, type.multirange, multiranges)))
            let quoted = type.literals.prefix(9).map { "\"\($0.replacing("\"", with: "\\\""))\"" }
            let arrays = ["{\(quoted.joined(separator: ","))}", "{}", "{NULL}"]
            counts.append(("\(type.range)[]", try await check(connection, "\(type.range)[]", arrays)))
        }
        return counts
    }

    // MARK: Composites

    /// A composite of each type with an array of it; arrays, ranges and multiranges of those, records, and composites
    /// of all that.
    private func composites(_ connection: PostgresConnection, _ types: [OracleType]) async throws -> Counts {
        var counts: Counts = []
        let schema = "oracle_\(UInt32.random(in: 0...UInt32.max))"
        try await connection.simpleQuery("CREATE SCHEMA \(schema); SET search_path = \(schema)")
        for (number, type) in types.enumerated() where type.hasArrays {
            let name = "composite_\(number)"
            try await connection.simpleQuery(
                """
                CREATE TYPE \(name) AS (one \(type.name), many \(type.name)[], note text);
                CREATE TYPE nested_\(number) AS (inside \(name), several \(name)[], span int4range)
                """)
            let literals = Array(type.literals.prefix(12))
            let made: PostgresQuery = """
                SELECT ROW(v, ARRAY[v, NULL, v], n)::\(unsafeSQL: name) AS c FROM \
                (SELECT l::\(unsafeSQL: type.name) AS v, l AS n FROM unnest(\(literals)::text[]) AS u (l)) AS s
                """
            let single = try await connection.query("SELECT c::text FROM (\(made)) AS s", as: String.self)
            let composites = single + ["(,,)", "(,{},\"\")", "(,,\" a,(b)\"\"\\\\ \")"]
            counts.append(("(\(type.name))", try await check(connection, name, composites)))
            let several = try await connection.query(
                """
                SELECT x FROM (SELECT array_agg(c) AS all FROM (\(made)) AS s) AS s, \
                unnest(ARRAY[s.all::text, (s.all || NULL)::text, '{}', ARRAY[s.all, s.all]::text]) AS x
                """, as: String.self)
            counts.append(("(\(type.name))[]", try await check(connection, "\(name)[]", several)))
            let nested = try await connection.query(
                """
                SELECT ROW(s.all[1], s.all, '[1,5)')::nested_\(unsafeSQL: "\(number)")::text \
                FROM (SELECT array_agg(c) AS all FROM (\(made)) AS s) AS s
                """, as: String.self)
            counts.append(("((\(type.name)))", try await check(connection, "nested_\(number)", nested)))
        }
        counts += try await compositeRanges(connection)
        counts.append(("record", try await checkRecords(connection)))
        try await connection.simpleQuery("RESET search_path; DROP SCHEMA \(schema) CASCADE")
        return counts
    }

    private func compositeRanges(_ connection: PostgresConnection) async throws -> Counts {
        try await connection.simpleQuery(
            """
            CREATE TYPE point_in_time AS (instant timestamptz, number numeric, place text);
            CREATE TYPE span AS RANGE (subtype = point_in_time, multirange_type_name = spans)
            """)
        let bounds = ["(\"2024-02-29 12:00:00+00\",1.50,\"a b\")", "(infinity,NaN,\"\"\"(,\")", "(,,)"]
        var literals = ["empty", "(,)"]
        for (index, low) in bounds.enumerated() {
            let low = low.replacing("\"", with: "\"\"")
            literals += ["[\"\(low)\",]", "(,\"\(low)\")"]
            for high in bounds.dropFirst(index) {
                literals.append("[\"\(low)\",\"\(high.replacing("\"", with: "\"\""))\"]")
            }
        }
        let arrays = try await connection.queryOne(
            "SELECT ARRAY[array_agg(l::span)::text, '{NULL}'] FROM unnest(\(literals)::text[]) AS u (l)",
            as: [String].self)
        return [
            ("span", try await check(connection, "span", literals)),
            ("spans", try await check(connection, "spans", literals.map { $0 == "empty" ? "{}" : "{\($0)}" })),
            ("span[]", try await check(connection, "span[]", arrays)),
        ]
    }

    /// Records without a type are sent by the server only, and their text does not say what the fields are.
    private func checkRecords(_ connection: PostgresConnection) async throws -> Int {
        let rows = try await connection.query(
            """
            SELECT r, r::text FROM (VALUES (ROW(1, 'a b'::text, NULL::int4)), (ROW(2, '"(,)"'::text, 3)), \
            (ROW(4, '\\'::text, 5))) AS v (r) UNION ALL SELECT ROW(true, ARRAY[ROW(1.50, 'x'::text)]), \
            ROW(true, ARRAY[ROW(1.50, 'x'::text)])::text UNION ALL SELECT ROW(), ROW()::text
            """, as: PostgresValue.self, String.self)
        for (value, expected) in rows { #expect(value.postgresText == expected) }
        return rows.count
    }
}
