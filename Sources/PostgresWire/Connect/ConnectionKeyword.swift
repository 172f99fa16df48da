/// The keys of a connection string that this version understands.
enum ConnectionKeyword: String, CaseIterable {
    case host, port, user, password, dbname, options, sslmode
    case connectTimeout = "connect_timeout"
    case applicationName = "application_name"

    /// The variable that stands in for a key that is not given.
    var environmentVariable: String {
        switch self {
        case .host: "PGHOST"
        case .port: "PGPORT"
        case .user: "PGUSER"
        case .password: "PGPASSWORD"
        case .dbname: "PGDATABASE"
        case .options: "PGOPTIONS"
        case .sslmode: "PGSSLMODE"
        case .connectTimeout: "PGCONNECT_TIMEOUT"
        case .applicationName: "PGAPPNAME"
        }
    }

    /// What libpq 18 knows besides; each is refused by name until it is implemented, for ignoring it would change what
    /// the user asked for, and as a server parameter it would be refused there.
    static let notSupported: Set<String> = [
        "channel_binding", "client_encoding", "fallback_application_name", "gssdelegation", "gssencmode", "gsslib",
        "hostaddr", "keepalives", "keepalives_count", "keepalives_idle", "keepalives_interval", "krbsrvname",
        "load_balance_hosts", "max_protocol_version", "min_protocol_version", "oauth_client_id",
        "oauth_client_secret", "oauth_issuer", "oauth_scope", "passfile", "replication", "require_auth",
        "requirepeer", "requiressl", "scram_client_key", "scram_server_key", "service", "ssl",
        "ssl_max_protocol_version", "ssl_min_protocol_version", "sslcert", "sslcertmode", "sslcompression",
        "sslcrl", "sslcrldir", "sslkey", "sslkeylogfile", "sslnegotiation", "sslpassword", "sslrootcert", "sslsni",
        "target_session_attrs", "tcp_user_timeout",
    ]

    /// Variables that ask for more security or another server, with the values that ask for nothing; any other value
    /// is refused rather than ignored.
    static let refusedVariables: [(name: String, harmless: Set<String>)] = [
        ("PGREQUIREAUTH", []), ("PGCHANNELBINDING", ["disable", "prefer"]), ("PGGSSENCMODE", ["disable", "prefer"]),
        ("PGHOSTADDR", []), ("PGSERVICE", []), ("PGTARGETSESSIONATTRS", ["any"]), ("PGREQUIREPEER", []),
        ("PGSSLNEGOTIATION", ["postgres"]),
    ]
}
