/// Values of a range type as SQL literals.
struct OracleRange: Sendable {
    var range: String
    var multirange: String
    var low: [String]
    var high: [String]

    static let all = [
        OracleRange(
            range: "int4range", multirange: "int4multirange", low: ["-2147483648", "0", "5"],
            high: ["7", "100", "2147483646"]),
        OracleRange(
            range: "int8range", multirange: "int8multirange", low: ["-9223372036854775808", "0"],
            high: ["7", "9223372036854775806"]),
        OracleRange(
            range: "numrange", multirange: "nummultirange", low: ["-1.50", "0", "-Infinity"],
            high: ["1.000", "Infinity", "NaN"]),
        OracleRange(
            range: "daterange", multirange: "datemultirange", low: ["2000-01-01", "-infinity", "0001-01-01 BC"],
            high: ["2024-02-29", "infinity"]),
        OracleRange(
            range: "tsrange", multirange: "tsmultirange", low: ["2000-01-01 00:00:00", "-infinity"],
            high: ["2024-02-29 01:02:03.4", "infinity"]),
        OracleRange(
            range: "tstzrange", multirange: "tstzmultirange", low: ["2000-01-01 00:00:00+01", "-infinity"],
            high: ["2024-02-29 01:02:03.4+00", "infinity"]),
    ]

    /// Every bound with every other and none, inclusive and exclusive.
    var literals: [String] {
        var literals = ["empty", "(,)"]
        for low in [""] + low.map({ "\"\($0)\"" }) {
            for high in [""] + high.map({ "\"\($0)\"" }) {
                for (left, right) in [("[", "]"), ("[", ")"), ("(", "]"), ("(", ")")] {
                    literals.append("\(left)\(low),\(high)\(right)")
                }
            }
        }
        return literals
    }
}
