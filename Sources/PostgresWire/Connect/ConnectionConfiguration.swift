/// Everything that is needed to connect: where, as whom, and how.
///
/// A password in it is never shown: not in `description`, not in a debugger's summary, not by `dump`.
///
/// PostgreSQL: libpq, Parameter Key Words.
public struct PostgresConfiguration: Hashable, Sendable {
    /// One place to connect to.
    public enum Endpoint: Hashable, Sendable {
        /// A host by name or address, and a port.
        case tcp(host: String, port: UInt16)
        /// A directory with a Unix-domain socket in it, and the port that is part of the socket's name.
        case unix(directory: String, port: UInt16)
    }

    /// What to do about TLS.
    public enum SSLMode: String, Hashable, Sendable, CaseIterable {
        /// No TLS.
        case disable
        /// TLS where the server has it, else none.
        case prefer
    }

    /// The places to connect to, tried in this order.
    public var hosts: [Endpoint]
    /// The role to log in as.
    public var user: String
    /// The password, or nil where there is none; the empty password is one.
    public var password: String?
    /// The database, or nil for the one that is named as the user.
    public var database: String?
    /// The name that `pg_stat_activity` shows for the connection.
    public var applicationName: String?
    /// Command-line options for the server process, such as `-c geqo=off`.
    public var options: String?
    /// How long connecting to one host may take; nil means without end.
    ///
    /// Ten seconds unless set otherwise. (libpq would wait for ever.)
    public var connectTimeout: Duration? = .seconds(10)
    /// How long a request that was cancelled, timed out or abandoned may take to end before its connection is closed.
    ///
    /// Ten seconds unless set otherwise. The call itself does not wait for it.
    public var cancelTimeout: Duration = .seconds(10)
    /// What to do about TLS; `prefer`, as in libpq.
    public var sslMode = SSLMode.prefer
    /// Further run-time parameters to set when the session starts, such as `["statement_timeout": "5s"]`.
    public var parameters: [String: String] = [:]
    /// Bounds on what a server may make the client hold.
    public var limits = Limits()
    /// How many prepared statements a connection keeps; 0 keeps none.
    public var statementCacheCapacity = 512
    /// How queries run that do not say so themselves.
    public var executionMode = PostgresExecutionMode.cachedStatement
    /// The keys of a connection string that begin with `pool_`, for the pool to interpret.
    public var poolParameters: [String: String] = [:]

    /// A configuration for one host over TCP.
    public init(
        host: String = "localhost", port: UInt16 = 5432, user: String, password: String? = nil,
        database: String? = nil
    ) {
        self.init(hosts: [.tcp(host: host, port: port)], user: user, password: password, database: database)
    }

    /// A configuration for several hosts, or for Unix-domain sockets.
    public init(hosts: [Endpoint], user: String, password: String? = nil, database: String? = nil) {
        self.hosts = hosts
        self.user = user
        self.password = password
        self.database = database
    }
}

extension PostgresConfiguration.Endpoint {
    /// The path of the socket of a Unix-domain endpoint, which is `directory/.s.PGSQL.port`.
    public var socketPath: String? {
        switch self {
        case .tcp: nil
        case .unix(let directory, let port): "\(directory)/.s.PGSQL.\(port)"
        }
    }
}

extension PostgresConfiguration.Endpoint: CustomStringConvertible {
    /// The endpoint as `host:port`, `[address]:port` or the socket's path.
    public var description: String {
        switch self {
        case .tcp(let host, let port): (host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)").controlsEscaped
        case .unix: (socketPath ?? "").controlsEscaped
        }
    }
}

extension PostgresConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Hosts, user and database, without the password.
    public var description: String {
        let places = hosts.map(\.description).joined(separator: ",")
        return "\(user)@\(places)/\(database ?? user)".controlsEscaped
    }

    /// The same as `description`.
    public var debugDescription: String { description }

    /// What a debugger and `dump` show: everything but the password, of which only its presence.
    public var customMirror: Mirror {
        Mirror(
            self,
            children: [
                "hosts": hosts, "user": user, "password": password == nil ? "none" : "redacted",
                "database": database as Any, "applicationName": applicationName as Any, "options": options as Any,
                "connectTimeout": connectTimeout as Any, "cancelTimeout": cancelTimeout, "sslMode": sslMode,
                "parameters": parameters,
                "limits": limits, "statementCacheCapacity": statementCacheCapacity,
                "executionMode": executionMode,
                "poolParameters": poolParameters,
            ], displayStyle: .struct)
    }
}
