import PostgresFixtures
import PostgresPool
import Testing

/// A temperature as an application may have it.
private struct Celsius: PostgresCodable, Equatable {
    var degrees: Double

    static var postgresType: PostgresType { .float8 }

    static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> Celsius {
        Celsius(degrees: try Double.decode(cell))
    }

    var postgresText: String? { degrees.postgresText }

    func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        try degrees.encode(into: &writer, as: type)
    }
}

@Suite(
    "Types of extensions and of one's own",
    .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"), .timeLimit(.minutes(3)))
struct ExtensionTypesLiveTests {
    typealias Installation = TemporaryServer.Installation

    /// Runs `body` with an extension in a schema of its own, which is not in the search path; in a transaction that is
    /// undone, because a database has each extension once.
    private func withExtension(
        _ name: String, _ installation: Installation,
        _ body: nonisolated(nonsending) (PostgresConnection, String) async throws -> Void
    ) async throws {
        try await LiveServer.withConnection(installation) { connection in
            let isThere = try await connection.queryOne(
                "SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = \(name))", as: Bool.self)
            guard isThere else {
                return print("# PostgreSQL \(installation.majorVersion) was installed without \(name)")
            }
            let schema = "ext_\(UInt32.random(in: 0...UInt32.max))"
            try await connection.simpleQuery(
                "BEGIN; CREATE SCHEMA \(schema); CREATE EXTENSION \(name) SCHEMA \(schema)")
            try await body(connection, schema)
            try await connection.simpleQuery("ROLLBACK")
        }
    }

    /// Reads literals of a type in both formats, and sends them back.
    private func check(
        _ connection: PostgresConnection, _ type: String, _ literals: [String]
    ) async throws -> [PostgresValue] {
        var values: [PostgresValue] = []
        for literal in literals {
            let query: PostgresQuery = """
                SELECT v, v::text FROM (SELECT \(unsafeSQL: PostgresQuery.quotedLiteral(literal))::\(unsafeSQL: type) AS v) \
                AS s
                """
            let (value, text) = try await connection.queryOne(query, as: PostgresValue.self, String.self)
            #expect(value.value != nil && value.postgresText == text, "\(type) \(literal)")
            let (other, _) = try await connection.queryOne(
                query, as: PostgresValue.self, String.self, mode: .simple)
            #expect(other == value, "\(type) \(literal) in text")
            let back = try await connection.queryOne(
                "SELECT (\(value)::\(unsafeSQL: type))::text", as: String.self)
            #expect(back == text, "\(type) \(literal) sent back")
            values.append(value)
        }
        return values
    }

    @Test("hstore, alone and in arrays", arguments: LiveServer.installations)
    func hstore(_ installation: Installation) async throws {
        try await withExtension("hstore", installation) { connection, schema in
            let literals = ["", "a=>1", #""a b"=>NULL, "q\"\\"=>"", é=>"NULL""#, "a=>1,a=>2"]
            let values = try await check(connection, "\(schema).hstore", literals)
            #expect(values[1].value as? PostgresHStore == ["a": "1"])
            #expect(values[2].value as? PostgresHStore == ["a b": nil, "q\"\\": "", "é": "NULL"])
            _ = try await check(connection, "\(schema).hstore[]", [#"{"a=>1","\"b\"=>NULL",NULL}"#, "{}"])
            let pairs: PostgresHStore = ["key": "value", "none": nil]
            let back = try await connection.queryOne(
                "SELECT \(pairs)::\(unsafeSQL: schema).hstore", as: PostgresHStore.self)
            #expect(back == pairs)
        }
    }

    @Test("ltree, lquery and ltxtquery, alone and in arrays", arguments: LiveServer.installations)
    func ltree(_ installation: Installation) async throws {
        try await withExtension("ltree", installation) { connection, schema in
            let paths = try await check(connection, "\(schema).ltree", ["Top.Science.Astronomy", "a", ""])
            #expect(paths.map { $0.value as? String } == ["Top.Science.Astronomy", "a", ""])
            _ = try await check(connection, "\(schema).lquery", ["*.Science.*{1,2}", "a|b.!c@*"])
            _ = try await check(connection, "\(schema).ltxtquery", ["Europe & Russia*@ & !Transportation"])
            _ = try await check(connection, "\(schema).ltree[]", ["{a.b,NULL}"])
            let path = try await connection.queryOne(
                "SELECT \("a.b.c")::\(unsafeSQL: schema).ltree", as: String.self)
            #expect(path == "a.b.c")
        }
    }

    @Test("citext, alone and in arrays", arguments: LiveServer.installations)
    func citext(_ installation: Installation) async throws {
        try await withExtension("citext", installation) { connection, schema in
            let values = try await check(connection, "\(schema).citext", ["", "MiXed", "a\"b"])
            #expect(values[1].value as? String == "MiXed")
            _ = try await check(connection, "\(schema).citext[]", ["{A,\"b c\",NULL}"])
            let texts = try await connection.queryOne(
                "SELECT \(["A", "b"])::\(unsafeSQL: schema).citext[]", as: [String].self)
            #expect(texts == ["A", "b"])
        }
    }

    @Test(
        "an application's own type goes both ways in every mode", arguments: LiveServer.installations,
        PostgresExecutionMode.allCases)
    func ownType(_ installation: Installation, _ mode: PostgresExecutionMode) async throws {
        try await LiveServer.withConnection(installation) { connection in
            let warm = Celsius(degrees: 36.6)
            let one = try await connection.queryOne("SELECT \(warm)::float8", as: Celsius.self, mode: mode)
            #expect(one == warm)
            let several = [warm, nil, Celsius(degrees: -273.15)]
            let all = try await connection.queryOne(
                "SELECT \(several)::float8[]", as: [Celsius?].self, mode: mode)
            #expect(all == several)
        }
    }

    @Test(
        "every IntervalStyle means the same, other DateStyles are an error in text and nothing in binary",
        arguments: LiveServer.installations)
    func styles(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            let intervals: PostgresQuery = """
                SELECT l::interval FROM unnest(ARRAY['1 year 2 mons -3 days 04:05:06.789', '-1 mon 1 day -00:00:01', '0', \
                '-1 year -2 mons', '-1 day -04:05:06', '1 mon', '3 days -00:00:00.000001']) AS l
                """
            let expected = try await connection.query(intervals, as: PostgresInterval.self)
            for style in ["postgres", "postgres_verbose", "sql_standard", "iso_8601"] {
                try await connection.simpleQuery("SET IntervalStyle = \(style)")
                #expect(
                    try await connection.query(intervals, as: PostgresInterval.self, mode: .simple) == expected,
                    "\(style)")
                #expect(try await connection.query(intervals, as: PostgresInterval.self) == expected)
            }
            let moments: PostgresQuery = "SELECT '2024-02-03'::date, '2024-02-03 04:05:06+00'::timestamptz"
            for style in ["SQL, DMY", "SQL, MDY", "German", "Postgres, YMD"] {
                try await connection.simpleQuery("SET DateStyle = \(style); SET TimeZone = 'Asia/Kathmandu'")
                let (date, moment) = try await connection.queryOne(
                    moments, as: PostgresDate.self, PostgresTimestampTZ.self)
                #expect(date.description == "2024-02-03" && moment.description == "2024-02-03 04:05:06+00")
                let error = try await postgresError {
                    _ = try await connection.queryOne(
                        moments, as: PostgresDate.self, PostgresTimestampTZ.self, mode: .simple)
                }
                #expect(error.code == .decodingFailed, "\(style)")
            }
            // ISO with another zone is the same moment.
            try await connection.simpleQuery("SET DateStyle = ISO")
            let (_, moment) = try await connection.queryOne(
                moments, as: PostgresDate.self, PostgresTimestampTZ.self, mode: .simple)
            #expect(moment.description == "2024-02-03 04:05:06+00")
        }
    }
}
