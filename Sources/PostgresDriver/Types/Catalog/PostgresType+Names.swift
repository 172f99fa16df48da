extension PostgresType {
    /// The type that is not known: the server infers it.
    @inlinable public static var unspecified: PostgresType { PostgresType(0) }
    /// The type `bool`.
    @inlinable public static var bool: PostgresType { PostgresType(16) }
    /// The type `bytea`.
    @inlinable public static var bytea: PostgresType { PostgresType(17) }
    /// The type `"char"`, a single byte.
    @inlinable public static var char: PostgresType { PostgresType(18) }
    /// The type `name`.
    @inlinable public static var name: PostgresType { PostgresType(19) }
    /// The type `int8`.
    @inlinable public static var int8: PostgresType { PostgresType(20) }
    /// The type `int2`.
    @inlinable public static var int2: PostgresType { PostgresType(21) }
    /// The type `int2vector`.
    @inlinable public static var int2vector: PostgresType { PostgresType(22) }
    /// The type `int4`.
    @inlinable public static var int4: PostgresType { PostgresType(23) }
    /// The type `regproc`.
    @inlinable public static var regproc: PostgresType { PostgresType(24) }
    /// The type `text`.
    @inlinable public static var text: PostgresType { PostgresType(25) }
    /// The type `oid`.
    @inlinable public static var oid: PostgresType { PostgresType(26) }
    /// The type `tid`.
    @inlinable public static var tid: PostgresType { PostgresType(27) }
    /// The type `xid`.
    @inlinable public static var xid: PostgresType { PostgresType(28) }
    /// The type `cid`.
    @inlinable public static var cid: PostgresType { PostgresType(29) }
    /// The type `oidvector`.
    @inlinable public static var oidvector: PostgresType { PostgresType(30) }
    /// The type `json`.
    @inlinable public static var json: PostgresType { PostgresType(114) }
    /// The type `xml`.
    @inlinable public static var xml: PostgresType { PostgresType(142) }
    /// The type `point`.
    @inlinable public static var point: PostgresType { PostgresType(600) }
    /// The type `lseg`.
    @inlinable public static var lseg: PostgresType { PostgresType(601) }
    /// The type `path`.
    @inlinable public static var path: PostgresType { PostgresType(602) }
    /// The type `box`.
    @inlinable public static var box: PostgresType { PostgresType(603) }
    /// The type `polygon`.
    @inlinable public static var polygon: PostgresType { PostgresType(604) }
    /// The type `line`.
    @inlinable public static var line: PostgresType { PostgresType(628) }
    /// The type `cidr`.
    @inlinable public static var cidr: PostgresType { PostgresType(650) }
    /// The type `float4`.
    @inlinable public static var float4: PostgresType { PostgresType(700) }
    /// The type `float8`.
    @inlinable public static var float8: PostgresType { PostgresType(701) }
    /// The type `unknown`, of a literal whose type was not resolved.
    @inlinable public static var unknown: PostgresType { PostgresType(705) }
    /// The type `circle`.
    @inlinable public static var circle: PostgresType { PostgresType(718) }
    /// The type `macaddr8`.
    @inlinable public static var macaddr8: PostgresType { PostgresType(774) }
    /// The type `money`; its scale is the server's `lc_monetary`.
    @inlinable public static var money: PostgresType { PostgresType(790) }
    /// The type `macaddr`.
    @inlinable public static var macaddr: PostgresType { PostgresType(829) }
    /// The type `inet`.
    @inlinable public static var inet: PostgresType { PostgresType(869) }
    /// The type `aclitem`.
    @inlinable public static var aclitem: PostgresType { PostgresType(1033) }
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
    /// The type `bit`.
    @inlinable public static var bit: PostgresType { PostgresType(1560) }
    /// The type `varbit`.
    @inlinable public static var varbit: PostgresType { PostgresType(1562) }
    /// The type `numeric`.
    @inlinable public static var numeric: PostgresType { PostgresType(1700) }
    /// The type `refcursor`.
    @inlinable public static var refcursor: PostgresType { PostgresType(1790) }
    /// The type `regprocedure`.
    @inlinable public static var regprocedure: PostgresType { PostgresType(2202) }
    /// The type `regoper`.
    @inlinable public static var regoper: PostgresType { PostgresType(2203) }
    /// The type `regoperator`.
    @inlinable public static var regoperator: PostgresType { PostgresType(2204) }
    /// The type `regclass`.
    @inlinable public static var regclass: PostgresType { PostgresType(2205) }
    /// The type `regtype`.
    @inlinable public static var regtype: PostgresType { PostgresType(2206) }
    /// The type `record`, of a row whose type has no name.
    @inlinable public static var record: PostgresType { PostgresType(2249) }
    /// The type `cstring`.
    @inlinable public static var cstring: PostgresType { PostgresType(2275) }
    /// The type `void`.
    @inlinable public static var void: PostgresType { PostgresType(2278) }
    /// The type `uuid`.
    @inlinable public static var uuid: PostgresType { PostgresType(2950) }
    /// The type `txid_snapshot`.
    @inlinable public static var txidSnapshot: PostgresType { PostgresType(2970) }
    /// The type `pg_lsn`.
    @inlinable public static var pgLSN: PostgresType { PostgresType(3220) }
    /// The type `tsvector`.
    @inlinable public static var tsvector: PostgresType { PostgresType(3614) }
    /// The type `tsquery`.
    @inlinable public static var tsquery: PostgresType { PostgresType(3615) }
    /// The type `regconfig`.
    @inlinable public static var regconfig: PostgresType { PostgresType(3734) }
    /// The type `regdictionary`.
    @inlinable public static var regdictionary: PostgresType { PostgresType(3769) }
    /// The type `jsonb`.
    @inlinable public static var jsonb: PostgresType { PostgresType(3802) }
    /// The type `int4range`.
    @inlinable public static var int4range: PostgresType { PostgresType(3904) }
    /// The type `numrange`.
    @inlinable public static var numrange: PostgresType { PostgresType(3906) }
    /// The type `tsrange`.
    @inlinable public static var tsrange: PostgresType { PostgresType(3908) }
    /// The type `tstzrange`.
    @inlinable public static var tstzrange: PostgresType { PostgresType(3910) }
    /// The type `daterange`.
    @inlinable public static var daterange: PostgresType { PostgresType(3912) }
    /// The type `int8range`.
    @inlinable public static var int8range: PostgresType { PostgresType(3926) }
    /// The type `jsonpath`.
    @inlinable public static var jsonpath: PostgresType { PostgresType(4072) }
    /// The type `regnamespace`.
    @inlinable public static var regnamespace: PostgresType { PostgresType(4089) }
    /// The type `regrole`.
    @inlinable public static var regrole: PostgresType { PostgresType(4096) }
    /// The type `regcollation`.
    @inlinable public static var regcollation: PostgresType { PostgresType(4191) }
    /// The type `int4multirange`.
    @inlinable public static var int4multirange: PostgresType { PostgresType(4451) }
    /// The type `nummultirange`.
    @inlinable public static var nummultirange: PostgresType { PostgresType(4532) }
    /// The type `tsmultirange`.
    @inlinable public static var tsmultirange: PostgresType { PostgresType(4533) }
    /// The type `tstzmultirange`.
    @inlinable public static var tstzmultirange: PostgresType { PostgresType(4534) }
    /// The type `datemultirange`.
    @inlinable public static var datemultirange: PostgresType { PostgresType(4535) }
    /// The type `int8multirange`.
    @inlinable public static var int8multirange: PostgresType { PostgresType(4536) }
    /// The type `pg_snapshot`.
    @inlinable public static var pgSnapshot: PostgresType { PostgresType(5038) }
    /// The type `xid8`.
    @inlinable public static var xid8: PostgresType { PostgresType(5069) }
}
