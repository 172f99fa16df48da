/// One thing to measure; the names are the command's own vocabulary.
enum Workload: String, CaseIterable, Sendable {
    case oneplusone
    case pgType = "pg_type"
    case generateSeries = "generate_series"
    case wideRows = "wide_rows"
    case largeObject = "large_object"
    case arrays
    case copyIn = "copy_in"
    case copyOut = "copy_out"
    case batchInsert = "batch_insert"
    case pipeline
    case poolSelect = "pool_select"
    case poolAcquire = "pool_acquire"
    case connect
    case connectTLS = "connect_tls"
    case notify

    /// Those that this version can run, in the order of the table.
    static let available: [Workload] = [
        .oneplusone, .pgType, .generateSeries, .wideRows, .largeObject, .arrays, .copyIn, .copyOut, .batchInsert,
        .pipeline, .poolSelect, .poolAcquire, .connect, .notify,
    ]

    /// One line for `--list`.
    var summary: String {
        switch self {
        case .oneplusone: "SELECT $1::int4 + 1, one after the other on one connection"
        case .pgType: "12 columns of pg_type, about 620 rows a query"
        case .generateSeries: "one int4 column, 1000 rows a query"
        case .wideRows: "six columns of mixed types, --rows rows streamed"
        case .largeObject: "100 rows of 1 MiB bytea"
        case .arrays: "100 rows of int4[100]"
        case .copyIn: "COPY FROM STDIN of --rows native rows"
        case .copyOut: "COPY TO STDOUT of --rows rows"
        case .batchInsert: "batches of 1000 parameterised INSERTs"
        case .pipeline: "1000 times SELECT $1::int4 in one pipeline"
        case .poolSelect: "SELECT by random key, --tasks tasks on --connections connections"
        case .poolAcquire: "acquire and release only, --tasks tasks on --connections connections"
        case .connect: "connect, authenticate, close"
        case .connectTLS: "connect over TLS, authenticate, close"
        case .notify: "notifications between two connections"
        }
    }

    /// What the driver sends; empty where there is no query.
    var sql: String {
        switch self {
        case .oneplusone: "SELECT $1::int4 + 1"
        case .pgType:
            """
            SELECT typname, typnamespace, typowner, typlen, typbyval, typcategory, typispreferred, typisdefined, \
            typdelim, typrelid, typelem, typarray FROM pg_type WHERE typtypmod = $1 AND typisdefined = $2
            """
        case .generateSeries: "SELECT i FROM generate_series(1, $1) AS i"
        case .wideRows:
            """
            SELECT i::int4 AS id, i::int8*7 AS big, 'row number '||i AS txt, i::float8/3 AS f, (i%2=0) AS flag, \
            '2024-01-01'::timestamptz + i*interval '1 second' AS ts FROM generate_series(1,$1) AS i
            """
        case .arrays: "SELECT a FROM \(BenchmarkSchema.name).arrays"
        case .poolSelect: "SELECT abalance FROM \(BenchmarkSchema.name).accounts WHERE aid = $1"
        case .largeObject: "SELECT b FROM \(BenchmarkSchema.name).blobs"
        case .copyIn: "COPY \(BenchmarkSchema.name).copied (id, big, txt, f, ts) FROM STDIN (FORMAT binary)"
        case .copyOut:
            "COPY (SELECT id, big, txt, f, ts FROM \(BenchmarkSchema.name).copy_source) TO STDOUT (FORMAT binary)"
        case .batchInsert:
            "INSERT INTO \(BenchmarkSchema.name).batches (a, b, c, d, e, f, g) VALUES ($1, $2, $3, $4, $5, $6, $7)"
        case .pipeline: "SELECT $1::int4"
        case .notify: "SELECT pg_notify('\(Self.channel)', $1)"
        default: ""
        }
    }

    /// The channel of `notify`.
    static let channel = BenchmarkSchema.name

    /// Empties the table that the workload fills; empty where it fills none.
    var truncateSQL: String {
        switch self {
        case .copyIn: "TRUNCATE \(BenchmarkSchema.name).copied"
        case .batchInsert: "TRUNCATE \(BenchmarkSchema.name).batches"
        default: ""
        }
    }

    /// Whether tables must exist before it.
    var needsTables: Bool {
        switch self {
        case .arrays, .poolSelect, .largeObject, .copyIn, .copyOut, .batchInsert: true
        default: false
        }
    }

    /// Why there is no recording of it; nil where there is one.
    var whyNotRecorded: String? {
        switch self {
        case .largeObject: "no recording: it would be as large as the values"
        case .notify: "no recording: two sessions drive each other"
        default: nil
        }
    }

    /// Whether rows are what a reader wants to compare, rather than queries.
    var countsRows: Bool {
        switch self {
        case .pgType, .generateSeries, .wideRows, .arrays, .copyIn, .copyOut: true
        default: false
        }
    }
}
