extension PostgresType {
    /// The built-in types with their SQL names and the OIDs of their arrays, which are 0 where there is none.
    private static let table: [(name: String, type: PostgresType, array: UInt32)] = [
        ("bool", .bool, 1000), ("bytea", .bytea, 1001), ("\"char\"", .char, 1002), ("name", .name, 1003),
        ("int8", .int8, 1016), ("int2", .int2, 1005), ("int2vector", .int2vector, 1006), ("int4", .int4, 1007),
        ("regproc", .regproc, 1008), ("text", .text, 1009), ("oid", .oid, 1028), ("tid", .tid, 1010),
        ("xid", .xid, 1011), ("cid", .cid, 1012), ("oidvector", .oidvector, 1013), ("json", .json, 199),
        ("xml", .xml, 143), ("point", .point, 1017), ("lseg", .lseg, 1018), ("path", .path, 1019),
        ("box", .box, 1020), ("polygon", .polygon, 1027), ("line", .line, 629), ("cidr", .cidr, 651),
        ("float4", .float4, 1021), ("float8", .float8, 1022), ("unknown", .unknown, 0), ("circle", .circle, 719),
        ("macaddr8", .macaddr8, 775), ("money", .money, 791), ("macaddr", .macaddr, 1040), ("inet", .inet, 1041),
        ("aclitem", .aclitem, 1034), ("bpchar", .bpchar, 1014), ("varchar", .varchar, 1015), ("date", .date, 1182),
        ("time", .time, 1183), ("timestamp", .timestamp, 1115), ("timestamptz", .timestamptz, 1185),
        ("interval", .interval, 1187), ("timetz", .timetz, 1270), ("bit", .bit, 1561), ("varbit", .varbit, 1563),
        ("numeric", .numeric, 1231), ("refcursor", .refcursor, 2201), ("regprocedure", .regprocedure, 2207),
        ("regoper", .regoper, 2208), ("regoperator", .regoperator, 2209), ("regclass", .regclass, 2210),
        ("regtype", .regtype, 2211), ("record", .record, 2287), ("cstring", .cstring, 1263), ("void", .void, 0),
        ("uuid", .uuid, 2951), ("txid_snapshot", .txidSnapshot, 2949), ("pg_lsn", .pgLSN, 3221),
        ("tsvector", .tsvector, 3643), ("tsquery", .tsquery, 3645), ("regconfig", .regconfig, 3735),
        ("regdictionary", .regdictionary, 3770), ("jsonb", .jsonb, 3807), ("int4range", .int4range, 3905),
        ("numrange", .numrange, 3907), ("tsrange", .tsrange, 3909), ("tstzrange", .tstzrange, 3911),
        ("daterange", .daterange, 3913), ("int8range", .int8range, 3927), ("jsonpath", .jsonpath, 4073),
        ("regnamespace", .regnamespace, 4090), ("regrole", .regrole, 4097), ("regcollation", .regcollation, 4192),
        ("int4multirange", .int4multirange, 6150), ("nummultirange", .nummultirange, 6151),
        ("tsmultirange", .tsmultirange, 6152), ("tstzmultirange", .tstzmultirange, 6153),
        ("datemultirange", .datemultirange, 6155), ("int8multirange", .int8multirange, 6157),
        ("pg_snapshot", .pgSnapshot, 5039), ("xid8", .xid8, 271),
    ]

    /// Ranges with their subtypes.
    private static let subtypes: [PostgresType: PostgresType] = [
        .int4range: .int4, .numrange: .numeric, .tsrange: .timestamp, .tstzrange: .timestamptz, .daterange: .date,
        .int8range: .int8,
    ]

    /// Multiranges with their ranges.
    private static let ranges: [PostgresType: PostgresType] = [
        .int4multirange: .int4range, .nummultirange: .numrange, .tsmultirange: .tsrange, .tstzmultirange: .tstzrange,
        .datemultirange: .daterange, .int8multirange: .int8range,
    ]

    private static let names = Dictionary(uniqueKeysWithValues: table.map { ($0.type, $0.name) })
    private static let arrayOfElement: [PostgresType: PostgresType] = Dictionary(
        uniqueKeysWithValues: table.filter { $0.array != 0 }.map { ($0.type, PostgresType($0.array)) })
    private static let elementOfArray: [PostgresType: PostgresType] = {
        var elements = Dictionary(uniqueKeysWithValues: arrayOfElement.map { ($1, $0) })
        elements[.int2vector] = .int2
        elements[.oidvector] = .oid
        return elements
    }()

    /// Every built-in type that the driver knows, arrays left out.
    static var builtIn: [PostgresType] { table.map(\.type) }

    /// The SQL name of a type that the driver knows without asking a server.
    var builtInName: String? {
        if let name = Self.names[self] { return name }
        return elementType.flatMap { Self.names[$0] }.map { "\($0)[]" }
    }

    /// The array type of a built-in element type; nil where the driver does not know it.
    public var arrayType: PostgresType? { Self.arrayOfElement[self] }

    /// The element type of a built-in array type; nil for types that are no arrays or not built in.
    @inlinable
    public var elementType: PostgresType? {
        // The arrays of the commonest types need no look-up.
        switch rawValue {
        case 1007: .int4
        case 1016: .int8
        case 1009: .text
        default: lookedUpElementType
        }
    }

    @usableFromInline var lookedUpElementType: PostgresType? { Self.elementOfArray[self] }

    /// The subtype of a built-in range type, such as `int4` of `int4range`; nil for every other type.
    public var rangeSubtype: PostgresType? { Self.subtypes[self] }

    /// The range type of a built-in multirange type; nil for every other type.
    public var multirangeRange: PostgresType? { Self.ranges[self] }

    /// The built-in range type over a subtype; nil where there is none.
    public var rangeType: PostgresType? { Self.subtypes.first { $0.value == self }?.key }

    /// The built-in multirange type over a range type; nil where there is none.
    public var multirangeType: PostgresType? { Self.ranges.first { $0.value == self }?.key }
}
