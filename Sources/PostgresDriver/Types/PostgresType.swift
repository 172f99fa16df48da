/// A PostgreSQL data type by its OID.
///
/// The built-in types have the same OID on every server; types made by `CREATE TYPE` or an extension do not.
///
/// PostgreSQL: System Catalogs, pg_type.
public struct PostgresType: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The type's OID.
    public var rawValue: UInt32

    /// The type with an OID.
    @inlinable
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    @inlinable
    init(_ rawValue: UInt32) { self.rawValue = rawValue }

    /// The SQL name of a type that the driver knows, else its OID, as in "type with OID 16385".
    public var description: String {
        if let name = Self.names[self] { return name }
        if let element = elementType, let name = Self.names[element] { return "\(name)[]" }
        return "type with OID \(rawValue)"
    }

    /// The type that is not known: the server infers it.
    @inlinable public static var unspecified: PostgresType { PostgresType(0) }
    /// The type `bool`.
    @inlinable public static var bool: PostgresType { PostgresType(16) }
    /// The type `bytea`.
    @inlinable public static var bytea: PostgresType { PostgresType(17) }
    /// The type `"char"`.
    @inlinable public static var char: PostgresType { PostgresType(18) }
    /// The type `name`.
    @inlinable public static var name: PostgresType { PostgresType(19) }
    /// The type `int8`.
    @inlinable public static var int8: PostgresType { PostgresType(20) }
    /// The type `int2`.
    @inlinable public static var int2: PostgresType { PostgresType(21) }
    /// The type `int4`.
    @inlinable public static var int4: PostgresType { PostgresType(23) }
    /// The type `regproc`.
    @inlinable public static var regproc: PostgresType { PostgresType(24) }
    /// The type `text`.
    @inlinable public static var text: PostgresType { PostgresType(25) }
    /// The type `oid`.
    @inlinable public static var oid: PostgresType { PostgresType(26) }
    /// The type `xid`.
    @inlinable public static var xid: PostgresType { PostgresType(28) }
    /// The type `cid`.
    @inlinable public static var cid: PostgresType { PostgresType(29) }
    /// The type `json`.
    @inlinable public static var json: PostgresType { PostgresType(114) }
    /// The type `xml`.
    @inlinable public static var xml: PostgresType { PostgresType(142) }
    /// The type `float4`.
    @inlinable public static var float4: PostgresType { PostgresType(700) }
    /// The type `float8`.
    @inlinable public static var float8: PostgresType { PostgresType(701) }
    /// The type `unknown`, of a literal whose type was not resolved.
    @inlinable public static var unknown: PostgresType { PostgresType(705) }
    /// The type `money`.
    @inlinable public static var money: PostgresType { PostgresType(790) }
    /// The type `bpchar`, which SQL calls `char(n)`.
    @inlinable public static var bpchar: PostgresType { PostgresType(1042) }
    /// The type `varchar`.
    @inlinable public static var varchar: PostgresType { PostgresType(1043) }
    /// The type `date`.
    @inlinable public static var date: PostgresType { PostgresType(1082) }
    /// The type `time`.
    @inlinable public static var time: PostgresType { PostgresType(1083) }
    /// The type `timestamp`.
    @inlinable public static var timestamp: PostgresType { PostgresType(1114) }
    /// The type `timestamptz`.
    @inlinable public static var timestamptz: PostgresType { PostgresType(1184) }
    /// The type `interval`.
    @inlinable public static var interval: PostgresType { PostgresType(1186) }
    /// The type `timetz`.
    @inlinable public static var timetz: PostgresType { PostgresType(1266) }
    /// The type `numeric`.
    @inlinable public static var numeric: PostgresType { PostgresType(1700) }
    /// The type `cstring`.
    @inlinable public static var cstring: PostgresType { PostgresType(2275) }
    /// The type `void`.
    @inlinable public static var void: PostgresType { PostgresType(2278) }
    /// The type `uuid`.
    @inlinable public static var uuid: PostgresType { PostgresType(2950) }
    /// The type `jsonb`.
    @inlinable public static var jsonb: PostgresType { PostgresType(3802) }

    private static let names: [PostgresType: String] = [
        .bool: "bool", .bytea: "bytea", .char: "\"char\"", .name: "name", .int8: "int8", .int2: "int2", .int4: "int4",
        .regproc: "regproc", .text: "text", .oid: "oid", .xid: "xid", .cid: "cid", .json: "json", .xml: "xml",
        .float4: "float4", .float8: "float8", .unknown: "unknown", .money: "money", .bpchar: "bpchar",
        .varchar: "varchar", .date: "date", .time: "time", .timestamp: "timestamp", .timestamptz: "timestamptz",
        .interval: "interval", .timetz: "timetz", .numeric: "numeric", .cstring: "cstring", .void: "void",
        .uuid: "uuid", .jsonb: "jsonb",
    ]

    /// The array types of the built-in types, with their elements.
    private static let arrays: [(element: PostgresType, array: UInt32)] = [
        (.bool, 1000), (.bytea, 1001), (.char, 1002), (.name, 1003), (.int8, 1016), (.int2, 1005), (.int4, 1007),
        (.regproc, 1008), (.text, 1009), (.oid, 1028), (.xid, 1011), (.cid, 1012), (.json, 199), (.xml, 143),
        (.float4, 1021), (.float8, 1022), (.money, 791), (.bpchar, 1014), (.varchar, 1015), (.date, 1182),
        (.time, 1183), (.timestamp, 1115), (.timestamptz, 1185), (.interval, 1187), (.timetz, 1270),
        (.numeric, 1231), (.cstring, 1263), (.uuid, 2951), (.jsonb, 3807),
    ]
    private static let arrayOfElement = Dictionary(
        uniqueKeysWithValues: arrays.map { ($0.element, PostgresType($0.array)) })
    private static let elementOfArray = Dictionary(
        uniqueKeysWithValues: arrays.map { (PostgresType($0.array), $0.element) })

    /// The array type of a built-in element type; nil where the driver does not know it.
    public var arrayType: PostgresType? { Self.arrayOfElement[self] }

    /// The element type of a built-in array type; nil for types that are no arrays or not built in.
    public var elementType: PostgresType? { Self.elementOfArray[self] }
}
