import PostgresFixtures
import PostgresPool
import Testing

@Suite(
    "Every type of the catalog", .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"),
    .timeLimit(.minutes(5)))
struct CatalogWalkLiveTests {
    typealias Installation = TemporaryServer.Installation

    /// What nobody can make a value of: it exists within indexes only.
    private static let withoutValues = ["gtsvector", "pg_brin_bloom_summary", "pg_brin_minmax_multi_summary"]
    /// What the planner alone understands.
    private static let planners = ["pg_dependencies", "pg_mcv_list", "pg_ndistinct", "pg_node_tree"]
    /// What comes raw in binary and in text.
    ///
    /// Composites with an aclitem come as text.
    private static let raw: [WireFormat: [String]] = [.binary: planners, .text: ["pg_node_tree", "regproc"]]
    /// What says less as text than in binary: names of the catalog, and amounts of a locale's currency.
    ///
    /// The fields of
    /// anonymous records come as text without their types.
    private static let rawInText: [WireFormat: [String]] = [
        .text: ["money"] + planners + [
            "regclass", "regcollation", "regconfig", "regdictionary", "regnamespace", "regoper", "regoperator",
            "regproc", "regprocedure", "regrole", "regtype", "type with OID 0",
        ]
    ]

    @Test("a value of every type becomes a Swift value", arguments: LiveServer.installations)
    func walk(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            let schema = "walk_\(UInt32.random(in: 0...UInt32.max))"
            try await connection.simpleQuery(CatalogWalk.creation(in: schema))
            let walk = try await CatalogWalk(connection, schema: schema)
            let names = Dictionary(uniqueKeysWithValues: walk.types.map { ($0.oid, $0.name) })
            for mode in [PostgresExecutionMode.cachedStatement, .unnamed, .simple] {
                var (count, without, raw) = (0, Set<String>(), [WireFormat: Set<String>]())
                for type in walk.types {
                    guard let expression = walk.expression(type.oid) else {
                        if type.kind == "b" { without.insert(type.name) }
                        continue
                    }
                    let value = try await connection.queryOne(
                        "SELECT \(unsafeSQL: expression)", as: PostgresValue.self, mode: mode)
                    for part in value.rawParts {
                        raw[part.format, default: []].insert(names[part.type.rawValue] ?? "\(part.type)")
                    }
                    count += 1
                }
                print(
                    "# catalog, PostgreSQL \(installation.majorVersion), \(mode): \(count) of \(walk.types.count) types"
                )
                #expect(without.sorted() == Self.withoutValues + (walk.hasXML ? [] : ["xml"]))
                #expect(raw.mapValues { $0.sorted() } == (mode == .simple ? Self.rawInText : Self.raw))
                #expect(count > 950)
            }
            try await connection.simpleQuery("DROP SCHEMA \(schema) CASCADE")
        }
    }

    @Test("the names and OIDs that the driver knows are the server's", arguments: LiveServer.installations)
    func names(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            let rows = try await connection.query(
                """
                SELECT oid, typname::text, typarray FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace \
                AND typname NOT LIKE '\\_%' AND typtype IN ('b', 'r', 'm', 'p')
                """, as: UInt32.self, String.self, UInt32.self)
            var count = 0
            for (oid, name, array) in rows {
                let type = PostgresType(rawValue: oid)
                // What it does not know it calls by its number.
                if type.description == "type with OID \(oid)" { continue }
                #expect(type.description == (name == "char" ? "\"char\"" : name))
                #expect((type.arrayType?.rawValue ?? 0) == array, "\(name)")
                count += 1
            }
            #expect(count == 79)
        }
    }
}
