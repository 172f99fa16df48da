import PostgresPool

/// The types of a server's catalog, and how to write a value of each in SQL.
struct CatalogWalk {
    /// A type as the catalog describes it.
    struct CatalogType {
        var oid: UInt32
        /// With its schema, in quotes where it needs them.
        var sqlName: String
        /// Without its schema.
        var name: String
        var kind: String
        /// The element of an array, the base of a domain, the subtype of a range, the range of a multirange; else 0.
        var part: UInt32
        /// The attributes of a composite.
        var attributes: [UInt32]
    }

    let types: [CatalogType]
    private let byOID: [UInt32: CatalogType]
    private let schema: String
    /// Whether the server was built with XML.
    let hasXML: Bool

    /// Makes a domain and a composite over every base type in a schema, with the range type where it has an order,
    /// an enum, and statistics of every kind.
    static func creation(in schema: String) -> String {
        """
        CREATE SCHEMA \(schema);
        CREATE TYPE \(schema).mood AS ENUM ('happy', 'very sad');
        DO $$
        DECLARE t record;
        BEGIN
            FOR t IN SELECT oid, typname, format_type(oid, NULL) AS name FROM pg_type WHERE typtype = 'b'
                AND typnamespace = 'pg_catalog'::regnamespace AND typname NOT LIKE '\\_%'
            LOOP
                EXECUTE format('CREATE DOMAIN \(schema).%I AS pg_catalog.%I', 'domain_' || t.typname, t.typname);
                EXECUTE format('CREATE TYPE \(schema).%I AS (one pg_catalog.%I, many \(schema).%I[])',
                    'composite_' || t.typname, t.typname, 'domain_' || t.typname);
                IF EXISTS (SELECT FROM pg_opclass WHERE opcintype = t.oid AND opcdefault AND opcmethod = 403) THEN
                    EXECUTE format('CREATE TYPE \(schema).%I AS RANGE (subtype = pg_catalog.%I, multirange_type_name = \(schema).%I)',
                        'range_' || t.typname, t.typname, 'multirange_' || t.typname);
                END IF;
            END LOOP;
        END $$;
        CREATE TABLE \(schema).pairs AS SELECT n % 3 AS a, n % 3 AS b FROM generate_series(1, 100) AS n;
        CREATE STATISTICS \(schema).pair_statistics (ndistinct, dependencies, mcv) ON a, b FROM \(schema).pairs;
        ANALYZE \(schema).pairs
        """
    }

    init(_ connection: PostgresConnection, schema: String) async throws {
        let rows = try await connection.query(
            """
            SELECT t.oid, quote_ident(nspname) || '.' || quote_ident(typname), typname::text,
                CASE WHEN typcategory = 'A' AND typname LIKE '\\_%' THEN 'array' ELSE typtype::text END,
                CASE WHEN typtype = 'd' THEN typbasetype WHEN typtype = 'r' THEN rngsubtype
                    WHEN typtype = 'm' THEN (SELECT rngtypid FROM pg_range WHERE rngmultitypid = t.oid)
                    ELSE typelem END,
                ARRAY(SELECT atttypid FROM pg_attribute
                    WHERE attrelid = typrelid AND typtype = 'c' AND attnum > 0 AND NOT attisdropped ORDER BY attnum)
            FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace LEFT JOIN pg_range ON rngtypid = t.oid
            WHERE nspname IN ('pg_catalog', 'information_schema', \(schema)) AND (typtype IN ('b', 'r', 'm', 'e', 'c', 'd')
                OR typname IN ('record', 'void', 'cstring', 'unknown'))
            ORDER BY t.oid
            """, as: UInt32.self, String.self, String.self, String.self, UInt32.self, [UInt32].self)
        types = rows.map { CatalogType(oid: $0, sqlName: $1, name: $2, kind: $3, part: $4, attributes: $5) }
        byOID = Dictionary(uniqueKeysWithValues: types.map { ($0.oid, $0) })
        self.schema = schema
        do throws(PostgresError) {
            try await connection.execute("SELECT '<a/>'::xml")
            hasXML = true
        } catch {
            guard error.server?.sqlState == .featureNotSupported else { throw error }
            hasXML = false
        }
    }

    /// A value of a type as an SQL expression; nil where nobody can make one.
    func expression(_ oid: UInt32) -> String? {
        guard let type = byOID[oid] else { return nil }
        switch type.kind {
        case "array": return expression(type.part).map { "ARRAY[\($0)]::\(type.sqlName)" }
        case "d": return expression(type.part).map { "(\($0))::\(type.sqlName)" }
        case "r": return expression(type.part).map { "\(type.sqlName)(\($0), NULL)" }
        case "m": return expression(type.part).map { "\(type.sqlName)(\($0))" }
        case "e": return "'happy'::\(type.sqlName)"
        case "c":
            let values = type.attributes.map { expression($0) ?? "NULL" }
            // One without a single value would say nothing.
            guard type.attributes.contains(where: { expression($0) != nil }) else { return nil }
            return "ROW(\(values.joined(separator: ",")))::\(type.sqlName)"
        default: break
        }
        switch type.name {
        case "record": return "ROW(1, 'x'::text, NULL)"
        case "void": return "pg_sleep(0)"
        // The one place where the server leaves a literal's type open.
        case "unknown": return "ROW('x')"
        case "aclitem": return "makeaclitem(10, 10, 'SELECT', false)"
        case "pg_node_tree": return "(SELECT ev_action FROM pg_rewrite ORDER BY oid LIMIT 1)"
        case "pg_ndistinct": return statistics("stxdndistinct")
        case "pg_dependencies": return statistics("stxddependencies")
        case "pg_mcv_list": return statistics("stxdmcv")
        case "xml" where !hasXML: return nil
        default: return Self.literals[type.name].map { "'\($0)'::\(type.sqlName)" }
        }
    }

    private func statistics(_ column: String) -> String {
        "(SELECT \(column) FROM pg_statistic_ext_data JOIN pg_statistic_ext e ON e.oid = stxoid "
            + "WHERE stxnamespace = '\(schema)'::regnamespace)"
    }

    private static let literals: [String: String] =
        [
            "bool": "true", "bytea": #"\x00ff"#, "char": "c", "name": "a name", "int8": "8", "int2": "2",
            "int2vector": "1 2", "int4": "4", "regproc": "boolin", "text": "a text", "oid": "1",
            "tid": "(0,1)", "xid": "3", "cid": "4", "oidvector": "1 2", "json": "[1]", "xml": "<a/>",
            "point": "(1,2)", "lseg": "[(0,1),(2,3)]", "path": "[(0,1),(2,3)]", "box": "(1,1),(0,0)",
            "polygon": "((0,1),(2,3),(4,0))", "line": "{1,2,3}", "float4": "1.5", "float8": "-2.5",
            "circle": "<(1,2),3>", "money": "12.50", "macaddr": "08:00:2b:01:02:03", "inet": "10.0.0.1/8",
            "cidr": "10.0.0.0/8", "macaddr8": "08:00:2b:01:02:03:04:05", "bpchar": "ab", "varchar": "YES",
            "date": "2024-02-29", "time": "12:34:56.789", "timestamp": "2024-02-29 12:34:56",
            "timestamptz": "2024-02-29 12:34:56+00", "interval": "1 mon 2 days 03:04:05", "timetz": "12:34:56+01",
            "bit": "101", "varbit": "101", "numeric": "12.50", "refcursor": "cursor",
            "regprocedure": "boolin(cstring)", "regoper": "||/", "regoperator": "+(int4,int4)",
            "regclass": "pg_class", "regtype": "int4", "regconfig": "simple", "regdictionary": "simple",
            "regnamespace": "pg_catalog", "regrole": "quick", "regcollation": "\"C\"",
            "uuid": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "pg_lsn": "16/B374D848", "tsvector": "''a'':1 ''b''",
            "tsquery": "a & b", "jsonb": "[1]", "jsonpath": "$.a", "txid_snapshot": "10:20:10,14",
            "pg_snapshot": "10:20:10,14", "xid8": "5", "cstring": "c string",
        ]
}

extension PostgresValue {
    /// What in the value came as bytes that the driver does not know: type and format of each.
    var rawParts: [(type: PostgresType, format: WireFormat)] {
        switch value {
        case nil: [(type, rawFormat)]
        case let array as PostgresArray<PostgresValue?>: array.elements.flatMap { $0?.rawParts ?? [] }
        case let record as PostgresRecord: record.values.flatMap { $0?.rawParts ?? [] }
        case let range as PostgresRange<PostgresValue>: [range.lower, range.upper].flatMap(Self.rawParts)
        case let multirange as PostgresMultirange<PostgresValue>:
            multirange.ranges.flatMap { [$0.lower, $0.upper].flatMap(Self.rawParts) }
        default: []
        }
    }

    private static func rawParts(
        _ endpoint: PostgresRange<PostgresValue>.Endpoint?
    ) -> [(type: PostgresType, format: WireFormat)] {
        switch endpoint {
        case .inclusive(let bound), .exclusive(let bound): bound.rawParts
        case .unbounded, nil: []
        }
    }
}
