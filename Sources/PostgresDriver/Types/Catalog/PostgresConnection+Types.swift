internal import PostgresWire

// Loading what the catalog knows of types that are not built in.
extension PostgresConnection {
    /// Loads types that a statement uses and the connection does not know, with all that they are made of.
    ///
    /// Costs one query, once for each type and database. A server without such types is never asked.
    ///
    /// - Throws: ``PostgresError``, as where the call's time is up.
    func loadTypes(
        _ parameters: [PostgresType], _ columns: [ColumnDescription], _ call: PostgresCall
    ) async throws(PostgresError) {
        let missing = types.missing(parameters + columns.map { PostgresType(rawValue: $0.typeOID) })
        if missing.isEmpty { return }
        let oids = missing.map(\.rawValue)
        let query: PostgresQuery = "\(unsafeSQL: Self.catalogQuery)\(oids)\(unsafeSQL: Self.catalogQueryEnd)"
        var call = call
        call.mode = .describedEachTime
        call.fetchSize = nil
        // The time of the call goes on.
        call.isStage = true
        var entries = try await collect(query, call) { (row) throws(PostgresError) in try Self.entry(row.view) }
        // A type that was dropped meanwhile is known to be nothing, so that it is not asked for again and again.
        let found = Set(entries.map(\.type))
        for type in missing where !found.contains(type) {
            entries.append(PostgresTypeCatalog.Entry(type, schema: "", name: "", kind: .base))
        }
        types.add(entries)
    }

    /// A domain's base, an array's element, a range's subtype, a composite's attributes: all of that is followed.
    private static let catalogQuery = """
        WITH RECURSIVE wanted (oid) AS (
            SELECT unnest(
        """
    private static let catalogQueryEnd = """
        ::oid[])
          UNION
            SELECT part.oid FROM wanted JOIN pg_catalog.pg_type t ON t.oid = wanted.oid
            CROSS JOIN LATERAL (
                SELECT t.typelem WHERE t.typcategory = 'A'
                UNION ALL SELECT t.typbasetype
                UNION ALL SELECT rngsubtype FROM pg_catalog.pg_range WHERE rngtypid = t.oid
                UNION ALL SELECT rngtypid FROM pg_catalog.pg_range WHERE rngmultitypid = t.oid
                UNION ALL SELECT atttypid FROM pg_catalog.pg_attribute
                    WHERE attrelid = t.typrelid AND t.typtype = 'c' AND attnum > 0 AND NOT attisdropped
            ) AS part (oid)
            WHERE part.oid <> 0
        )
        SELECT t.oid, n.nspname, t.typname, t.typtype, t.typcategory, t.typelem, t.typdelim, t.typbasetype,
            t.typsend <> 0,
            (SELECT rngsubtype FROM pg_catalog.pg_range WHERE rngtypid = t.oid),
            (SELECT rngtypid FROM pg_catalog.pg_range WHERE rngmultitypid = t.oid),
            ARRAY(SELECT enumlabel FROM pg_catalog.pg_enum WHERE enumtypid = t.oid ORDER BY enumsortorder),
            ARRAY(SELECT attname FROM pg_catalog.pg_attribute
                WHERE attrelid = t.typrelid AND t.typtype = 'c' AND attnum > 0 AND NOT attisdropped ORDER BY attnum),
            ARRAY(SELECT atttypid FROM pg_catalog.pg_attribute
                WHERE attrelid = t.typrelid AND t.typtype = 'c' AND attnum > 0 AND NOT attisdropped ORDER BY attnum)
        FROM wanted JOIN pg_catalog.pg_type t ON t.oid = wanted.oid
        JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
        """

    private static func entry(_ row: borrowing RowView) throws(PostgresError) -> PostgresTypeCatalog.Entry {
        let (
            oid, schema, name, kind, category, element, delimiter, base, isBinary, subtype, range, labels, names, types
        ) =
            try row.decode(
                UInt32.self, String.self, String.self, PostgresChar.self, PostgresChar.self, UInt32.self,
                PostgresChar.self, UInt32.self, Bool.self, UInt32?.self, UInt32?.self, [String].self, [String].self,
                [UInt32].self)
        var entry = PostgresTypeCatalog.Entry(
            PostgresType(rawValue: oid), schema: schema, name: name, kind: .base, delimiter: delimiter.byte,
            hasBinaryForm: isBinary)
        switch kind.byte {
        case UInt8(ascii: "e"): entry.kind = .enumeration(labels: labels)
        case UInt8(ascii: "d"): entry.kind = .domain(base: PostgresType(rawValue: base))
        case UInt8(ascii: "c"):
            entry.kind = .composite(
                attributes: zip(names, types).map {
                    PostgresTypeCatalog.Attribute(name: $0, type: PostgresType(rawValue: $1))
                })
        case UInt8(ascii: "r"): entry.kind = .range(subtype: PostgresType(rawValue: subtype ?? 0))
        case UInt8(ascii: "m"): entry.kind = .multirange(range: PostgresType(rawValue: range ?? 0))
        default:
            if category.byte == UInt8(ascii: "A"), element != 0 {
                entry.kind = .array(element: PostgresType(rawValue: element))
            }
        }
        return entry
    }
}
