import PostgresFixtures
import PostgresPool
import Testing

/// What the server says of each value is compared with what we say of it.
@Suite(
    "Types against the server", .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"),
    .timeLimit(.minutes(5)))
struct OracleLiveTests {
    typealias Installation = TemporaryServer.Installation

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

    private func withSession(
        _ installation: Installation, _ body: nonisolated(nonsending) (PostgresConnection) async throws -> Void
    ) async throws {
        try await LiveServer.withConnection(installation) { connection in
            try await connection.simpleQuery("SET TimeZone = 'UTC'; SET DateStyle = ISO; SET bytea_output = hex")
            try await body(connection)
        }
    }

    @Test("the text of every value is the server's, from both formats and back", arguments: LiveServer.installations)
    func scalars(_ installation: Installation) async throws {
        var counts: [(String, Int)] = []
        try await withSession(installation) { connection in
            for type in try await types(connection, installation) {
                counts.append((type.name, try await check(connection, type.name, type.literals)))
            }
            // The cast to text strips the blanks that are part of the value, so the output function is asked instead.
            counts.append(
                ("char(5)", try await check(connection, "char(5)", ["a", "a b", ""], printed: "format('%s', v)")))
        }
        report("scalars", counts, installation)
    }

    @Test("arrays of every type", arguments: LiveServer.installations)
    func arrays(_ installation: Installation) async throws {
        var counts: [(String, Int)] = []
        try await withSession(installation) { connection in
            // The vectors are arrays already, and have none.
            for type in try await types(connection, installation)
            where !type.name.hasSuffix("2vector") && type.name != "oidvector" {
                let name = type.name == "bit(9)" ? "bit(9)[]" : "\(type.name)[]"
                counts.append((name, try await checkArrays(connection, type)))
            }
        }
        report("arrays", counts, installation)
    }

    /// Arrays of one, two and three dimensions, with NULLs and lower bounds.
    private func checkArrays(_ connection: PostgresConnection, _ type: OracleType) async throws -> Int {
        let literals = Array(type.literals.prefix(12))
        let texts = try await connection.queryOne(
            """
            SELECT ARRAY[array_agg(v)::text, array_agg(v)::text, ARRAY[array_agg(v), array_agg(v)]::text, \
            ARRAY[ARRAY[array_agg(v)]]::text, '{}', ARRAY[NULL::\(unsafeSQL: type.name), min(v::text)::\(unsafeSQL: type.name)]::text, \
            array_fill(min(v::text)::\(unsafeSQL: type.name), ARRAY[2,1], ARRAY[0,-3])::text] \
            FROM (SELECT l::\(unsafeSQL: type.name) AS v FROM unnest(\(literals)::text[]) AS u (l)) AS s
            """, as: [String].self)
        return try await check(connection, "\(type.name)[]", texts)
    }

    @Test("ranges and multiranges", arguments: LiveServer.installations)
    func ranges(_ installation: Installation) async throws {
        var counts: [(String, Int)] = []
        let bounds: [(range: String, multirange: String, low: [String], high: [String])] = [
            ("int4range", "int4multirange", ["-2147483648", "0", "5"], ["7", "100", "2147483646"]),
            ("int8range", "int8multirange", ["-9223372036854775808", "0"], ["7", "9223372036854775806"]),
            ("numrange", "nummultirange", ["-1.50", "0", "-Infinity"], ["1.000", "Infinity", "NaN"]),
            ("daterange", "datemultirange", ["2000-01-01", "-infinity", "0001-01-01 BC"], ["2024-02-29", "infinity"]),
            ("tsrange", "tsmultirange", ["2000-01-01 00:00:00", "-infinity"], ["2024-02-29 01:02:03.4", "infinity"]),
            (
                "tstzrange", "tstzmultirange", ["2000-01-01 00:00:00+01", "-infinity"],
                ["2024-02-29 01:02:03.4+00", "infinity"]
            ),
        ]
        try await withSession(installation) { connection in
            for type in bounds {
                var literals = ["empty", "(,)"]
                for low in [""] + type.low.map({ "\"\($0)\"" }) {
                    for high in [""] + type.high.map({ "\"\($0)\"" }) {
                        for (left, right) in [("[", "]"), ("[", ")"), ("(", "]"), ("(", ")")] {
                            literals.append("\(left)\(low),\(high)\(right)")
                        }
                    }
                }
                counts.append((type.range, try await check(connection, type.range, literals)))
                let multiranges = ["{}", "{empty}"] + literals.dropFirst(2).map { "{\($0)}" }
                counts.append((type.multirange, try await check(connection, type.multirange, multiranges)))
                let quoted = literals.prefix(9).map { "\"\($0.replacing("\"", with: "\\\""))\"" }
                let arrays = ["{\(quoted.joined(separator: ","))}", "{}", "{NULL}"]
                counts.append(("\(type.range)[]", try await check(connection, "\(type.range)[]", arrays)))
            }
        }
        report("ranges", counts, installation)
    }

    private func report(_ what: String, _ counts: [(String, Int)], _ installation: Installation) {
        let total = counts.reduce(0) { $0 + $1.1 }
        let list = counts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        print("# oracle, PostgreSQL \(installation.majorVersion), \(what): \(total) values: \(list)")
        #expect(total > 100)
    }
}
