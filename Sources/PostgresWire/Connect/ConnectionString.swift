internal import Foundation

extension PostgresConfiguration {
    /// Reads a connection string in either of libpq's forms; the process's environment fills in what it leaves out.
    ///
    /// `postgresql://user:password@host:port,host:port/dbname?key=value`, or `host=… port=… user=… dbname=…`.
    ///
    /// The keys are `host`, `port`, `user`, `password`, `dbname`, `connect_timeout` (in seconds), `application_name`,
    /// `options`, `sslmode`, and those beginning with `pool_`, which the pool interprets. Any other key is an error:
    /// none is ignored, and none is sent to the server as a parameter.
    ///
    /// Left out, they come from `PGHOST`, `PGPORT`, `PGUSER`, `PGPASSWORD`, `PGDATABASE`, `PGCONNECT_TIMEOUT`,
    /// `PGAPPNAME`, `PGOPTIONS` and `PGSSLMODE`, else the host is `localhost`, the port 5432, the user the operating
    /// system's, and the database named as the user. A host that begins with a slash is a directory with a socket.
    ///
    /// PostgreSQL: libpq, Connection Strings.
    /// - Throws: ``ConnectionStringError``, which never shows a value of the string.
    public init(_ connectionString: String) throws(ConnectionStringError) {
        try self.init(connectionString, environment: ProcessInfo.processInfo.environment)
    }

    /// Reads a connection string; `environment` takes the place of the process's environment.
    ///
    /// - Throws: ``ConnectionStringError``, which never shows a value of the string.
    public init(_ connectionString: String, environment: [String: String]) throws(ConnectionStringError) {
        let settings: ConnectionSettings
        if var parser = ConnectionURLParser(connectionString) {
            settings = try parser.parse()
        } else {
            var parser = ConnectionKeyValueParser(connectionString)
            settings = try parser.parse()
        }
        let resolver = ConnectionResolver(settings: settings, environment: environment)
        try resolver.refuseUnsupportedVariables()
        self.init(
            hosts: try resolver.hosts(), user: try resolver.user(), password: resolver.value(.password)?.text,
            database: resolver.nonEmpty(.dbname))
        applicationName = resolver.nonEmpty(.applicationName)
        options = resolver.nonEmpty(.options)
        if let timeout = try resolver.connectTimeout() { connectTimeout = timeout > 0 ? .seconds(timeout) : nil }
        if let mode = try resolver.sslMode() { sslMode = mode }
        poolParameters = settings.pool
    }
}

/// Turns settings and environment into the fields of a configuration.
private struct ConnectionResolver {
    let settings: ConnectionSettings
    let environment: [String: String]

    /// The value of a key and, for errors, the name it goes by.
    ///
    /// An empty variable counts as not set.
    func value(_ key: ConnectionKeyword) -> (text: String, name: String)? {
        if let text = settings[key] { return (text, key.rawValue) }
        guard let text = environment[key.environmentVariable], !text.isEmpty else { return nil }
        return (text, key.environmentVariable)
    }

    func nonEmpty(_ key: ConnectionKeyword) -> String? {
        guard let text = value(key)?.text, !text.isEmpty else { return nil }
        return text
    }

    func refuseUnsupportedVariables() throws(ConnectionStringError) {
        for (name, harmless) in ConnectionKeyword.refusedVariables {
            if let value = environment[name], !value.isEmpty, !harmless.contains(value) {
                throw ConnectionStringError("the variable asks for what this version does not support", key: name)
            }
        }
    }

    func user() throws(ConnectionStringError) -> String {
        let names = [nonEmpty(.user), environment["USER"], environment["LOGNAME"], NSUserName()]
        for case let name? in names where !name.isEmpty { return name }
        throw ConnectionStringError("no user is given and the operating system names none", key: "user")
    }

    func hosts() throws(ConnectionStringError) -> [PostgresConfiguration.Endpoint] {
        let hosts = Self.list(value(.host)?.text ?? "")
        let ports = try ports()
        guard ports.count == 1 || ports.count == hosts.count else {
            throw ConnectionStringError("there are \(ports.count) ports for \(hosts.count) hosts", key: "port")
        }
        return zip(hosts, ports.count == 1 ? Array(repeating: ports[0], count: hosts.count) : ports).map(Self.endpoint)
    }

    private func ports() throws(ConnectionStringError) -> [UInt16] {
        guard let (text, name) = value(.port) else { return [5432] }
        var ports: [UInt16] = []
        for part in Self.list(text) {
            guard let port = part.isEmpty ? 5432 : UInt16(Self.trimmed(part)), port > 0 else {
                throw ConnectionStringError("a port is not a number from 1 to 65535", key: name)
            }
            ports.append(port)
        }
        return ports
    }

    private static func endpoint(host: String, port: UInt16) -> PostgresConfiguration.Endpoint {
        if host.isEmpty { return .tcp(host: "localhost", port: port) }
        // "@" begins the name of a socket in Linux's abstract namespace.
        switch host.utf8.first {
        case UInt8(ascii: "/"), UInt8(ascii: "@"): return .unix(directory: host, port: port)
        default: return .tcp(host: host, port: port)
        }
    }

    /// Seconds, or nil where nothing is said.
    func connectTimeout() throws(ConnectionStringError) -> Int32? {
        guard let (text, name) = value(.connectTimeout) else { return nil }
        guard let seconds = Int32(Self.trimmed(text)) else {
            throw ConnectionStringError("the value is not a whole number of seconds", key: name)
        }
        return seconds
    }

    func sslMode() throws(ConnectionStringError) -> PostgresConfiguration.SSLMode? {
        guard let (text, name) = value(.sslmode) else { return nil }
        if let mode = PostgresConfiguration.SSLMode(rawValue: text) { return mode }
        guard ["allow", "require", "verify-ca", "verify-full"].contains(text) else {
            throw ConnectionStringError("the value is not a mode that libpq knows", key: name)
        }
        throw ConnectionStringError("\(text) is not supported yet, only disable and prefer are", key: name)
    }

    private static func list(_ text: String) -> [String] {
        text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    private static func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }
}
