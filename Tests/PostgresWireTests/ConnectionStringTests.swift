import PostgresWire
import Testing

/// The fields that a string decides, on one line: hosts, then `key=value` for what is set.
private func summary(_ configuration: PostgresConfiguration) -> String {
    var parts = configuration.hosts.map { endpoint in
        switch endpoint {
        case .tcp(let host, let port): "tcp(\(host) \(port))"
        case .unix(let directory, let port): "unix(\(directory) \(port))"
        }
    }
    parts.append("user=\(configuration.user)")
    if let password = configuration.password { parts.append("password=\(password)") }
    if let database = configuration.database { parts.append("database=\(database)") }
    if let name = configuration.applicationName { parts.append("application=\(name)") }
    if let options = configuration.options { parts.append("options=\(options)") }
    if configuration.connectTimeout != .seconds(10) {
        parts.append("timeout=\(configuration.connectTimeout.map { "\($0.components.seconds)" } ?? "none")")
    }
    if configuration.sslMode != .prefer { parts.append("sslmode=\(configuration.sslMode)") }
    parts += configuration.poolParameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return parts.joined(separator: " | ")
}

private func parse(_ text: String, _ environment: [String: String] = [:]) throws -> String {
    summary(try PostgresConfiguration(text, environment: ["USER": "me"].merging(environment) { $1 }))
}

private func expectError(
    _ text: String, _ reason: String, environment: [String: String] = [:],
    sourceLocation: SourceLocation = #_sourceLocation
) {
    do {
        let result = try parse(text, environment)
        Issue.record("accepted: \(result)", sourceLocation: sourceLocation)
    } catch {
        #expect("\(error)".contains(reason), sourceLocation: sourceLocation)
    }
}

@Suite("Connection string, URL form") struct ConnectionURLTests {
    @Test(
        "is read as libpq reads it",
        arguments: [
            ("postgresql://app:pw@host:12345/db", "tcp(host 12345) | user=app | password=pw | database=db"),
            ("postgres://app@host/db", "tcp(host 5432) | user=app | database=db"),
            ("postgres://", "tcp(localhost 5432) | user=me"), ("postgres:///", "tcp(localhost 5432) | user=me"),
            ("postgres:///db", "tcp(localhost 5432) | user=me | database=db"),
            ("postgres://app@/db", "tcp(localhost 5432) | user=app | database=db"),
            ("postgres://app@", "tcp(localhost 5432) | user=app"), ("postgres://@h", "tcp(h 5432) | user=me"),
            ("postgres://h?", "tcp(h 5432) | user=me"), ("postgres://h:/", "tcp(h 5432) | user=me"),
            ("postgres://:5433/", "tcp(localhost 5433) | user=me"),
            ("postgres://%68ost/", "tcp(host 5432) | user=me"), ("postgres://h:%31", "tcp(h 1) | user=me"),
            ("postgres://h/a/b#c", "tcp(h 5432) | user=me | database=a/b#c"),
            ("postgres://h/ db ", "tcp(h 5432) | user=me | database=db"),
            // Hosts
            ("postgres://[::1]:12345/db", "tcp(::1 12345) | user=me | database=db"),
            ("postgres://[fe80::1%25eth0]", "tcp(fe80::1%eth0 5432) | user=me"),
            ("postgres://h1,h2:5433/", "tcp(h1 5432) | tcp(h2 5433) | user=me"),
            ("postgres://h1:1,h2:2", "tcp(h1 1) | tcp(h2 2) | user=me"),
            ("postgres://,h2", "tcp(localhost 5432) | tcp(h2 5432) | user=me"),
            ("postgres://h1,", "tcp(h1 5432) | tcp(localhost 5432) | user=me"),
            ("postgres://a,[::1]:2,c:3", "tcp(a 5432) | tcp(::1 2) | tcp(c 3) | user=me"),
            ("postgres://h1,h2?port=7", "tcp(h1 7) | tcp(h2 7) | user=me"),
            ("postgres://?host=a,b&port=1,2", "tcp(a 1) | tcp(b 2) | user=me"),
            ("postgres://a,\u{301}b", "tcp(a 5432) | tcp(\u{301}b 5432) | user=me"),
            ("postgres://%2Ftmp/db", "unix(/tmp 5432) | user=me | database=db"),
            ("postgres://%2Ftmp:5433,h2", "unix(/tmp 5433) | tcp(h2 5432) | user=me"),
            ("postgres://app@:5433?host=/tmp", "unix(/tmp 5433) | user=app"),
            ("postgres:///db?host=@abstract", "unix(@abstract 5432) | user=me | database=db"),
            // User information
            ("postgres://u:@h", "tcp(h 5432) | user=u"), ("postgres://:p@h", "tcp(h 5432) | user=me | password=p"),
            ("postgres://u:sec:ret@h", "tcp(h 5432) | user=u | password=sec:ret"),
            ("postgres://u:p?w#&@h", "tcp(h 5432) | user=u | password=p?w#&"),
            ("postgres://u:p@w@h/", "tcp(w@h 5432) | user=u | password=p"),
            (
                "postgres://u%3Ax:%25%3A%40%2F%20%27%22%5C%C3%A9@h",
                "tcp(h 5432) | user=u:x | password=%:@/ '\"\\é"
            ),
            // Query
            ("postgres://h/a?dbname=b", "tcp(h 5432) | user=me | database=b"),
            ("postgres://h?user=a&user=b&", "tcp(h 5432) | user=b"),
            ("postgres://h?u%73er=a+b/c?d", "tcp(h 5432) | user=a+b/c?d"),
            ("postgres://h?user=&password=", "tcp(h 5432) | user=me | password="),
            (
                "postgres://h?application_name=x%20y&options=-c%20geqo%3Doff&connect_timeout=3&sslmode=disable",
                "tcp(h 5432) | user=me | application=x y | options=-c geqo=off | timeout=3 | sslmode=disable"
            ),
            (
                "postgres://h?pool_max_conns=20&pool_x=%2B",
                "tcp(h 5432) | user=me | pool_max_conns=20 | pool_x=+"
            ),
        ])
    func accepted(text: String, fields: String) throws {
        #expect(try parse(text) == fields)
    }

    @Test(
        "is refused where libpq refuses it",
        arguments: [
            ("postgre://", "no \"=\""), ("POSTGRES://h", "no \"=\""), ("postgres:h", "no \"=\""),
            ("postgres://[::1", "host: an address in brackets has no end"),
            ("postgres://[]", "host: an address in brackets is empty"),
            ("postgres://[::1]z", "after an address in brackets"), ("postgres://::1/db", "port"),
            ("postgres://h:1:2", "port"), ("postgres://h:x", "port: a port is not a number"),
            ("postgres://h:0", "port: a port"), ("postgres://h:65536", "port: a port"),
            ("postgres://h:-1", "port: a port"),
            ("postgres://a,b,c?port=1,2", "port: there are 2 ports for 3 hosts"),
            ("postgres://h?zzz", "no \"=\""), ("postgres://h?&user=x", "no \"=\""),
            ("postgres://h?user=a=b", "user: a query parameter has more than one \"=\""),
            ("postgres://h?uzer=", "uzer: the key is not known"),
            ("postgres://h?database=x", "database: the key is not"),
            ("postgres://h?=x", "not known"), ("postgres://a%00b", "host: a value holds a NUL"),
            ("postgres://h/%00", "dbname: a value holds a NUL"), ("postgres://h?us%00er=x", "holds a NUL"),
            ("postgres://%zz", "host: a \"%\" is not"), ("postgres://%1", "host: a \"%\" is not"),
            ("postgres://%", "host: a \"%\" is not"), ("postgres://u:p%@h", "password: a \"%\" is not"),
            ("postgres://h?dbname=%XXfoo", "dbname: a \"%\" is not"), ("postgres://h/a b", "dbname: there is a space"),
            ("postgres://h?user=%FF", "user: a value is not UTF-8"),
        ])
    func refused(text: String, reason: String) { expectError(text, reason) }
}

@Suite("Connection string, key=value form") struct ConnectionKeyValueTests {
    @Test(
        "is read as libpq reads it",
        arguments: [
            ("", "tcp(localhost 5432) | user=me"), ("  \n", "tcp(localhost 5432) | user=me"),
            (
                "host=h port=1 user=u password=p dbname=d",
                "tcp(h 1) | user=u | password=p | database=d"
            ),
            (" host = h\tuser\n=\nu ", "tcp(h 5432) | user=u"), ("user=a user=b", "tcp(localhost 5432) | user=b"),
            ("host=/tmp,h port=1,", "unix(/tmp 1) | tcp(h 5432) | user=me"), ("host=::1", "tcp(::1 5432) | user=me"),
            ("host=a,b port=7", "tcp(a 7) | tcp(b 7) | user=me"),
            ("host='' user='' dbname=''", "tcp(localhost 5432) | user=me"),
            ("host =", "tcp(localhost 5432) | user=me"), ("port=' 7 '", "tcp(localhost 7) | user=me"),
            ("password=''", "tcp(localhost 5432) | user=me | password="),
            (#"password='it\'s \\ "x" %20:@/='"#, #"tcp(localhost 5432) | user=me | password=it's \ "x" %20:@/="#),
            (#"password=it\'s\ \\"#, #"tcp(localhost 5432) | user=me | password=it's \"#),
            (#"password=a'b=c"#, "tcp(localhost 5432) | user=me | password=a'b=c"),
            (#"user=a\"#, "tcp(localhost 5432) | user=a"),
            ("password='a'user=b", "tcp(localhost 5432) | user=b | password=a"),
            ("dbname=postgres://h/db", "tcp(localhost 5432) | user=me | database=postgres://h/db"),
            ("options='-c geqo=off' sslmode=prefer", "tcp(localhost 5432) | user=me | options=-c geqo=off"),
            ("connect_timeout=0", "tcp(localhost 5432) | user=me | timeout=none"),
            ("connect_timeout=-1", "tcp(localhost 5432) | user=me | timeout=none"),
            ("connect_timeout=10", "tcp(localhost 5432) | user=me"),
            ("pool_min_conns='2 x'", "tcp(localhost 5432) | user=me | pool_min_conns=2 x"),
        ])
    func accepted(text: String, fields: String) throws {
        #expect(try parse(text) == fields)
    }

    @Test(
        "is refused where libpq refuses it",
        arguments: [
            ("host", "no \"=\""), ("host=h user", "no \"=\""), ("=a", "not known"), ("host='a", "has no end"),
            (#"host='a\"#, "has no end"), ("password='a''b'", "no \"=\""), ("USER=b", "USER: the key is not known"),
            ("uzer=b", "uzer: the key is not known"), ("user=a\0b", "holds a NUL"),
            ("connect_timeout=5s", "connect_timeout: the value is not a whole number"),
            ("connect_timeout=''", "connect_timeout: the value"), ("connect_timeout=9999999999", "connect_timeout"),
            ("sslmode=bogus", "sslmode: the value is not a mode"), ("sslmode=''", "sslmode: the value is not a mode"),
            ("port=5432x", "port: a port"), ("port=٥", "port: a port"),
        ])
    func refused(text: String, reason: String) { expectError(text, reason) }

    @Test(
        "refuses by name what libpq knows and this version does not, instead of ignoring it",
        arguments: [
            "hostaddr", "service", "passfile", "require_auth", "channel_binding", "sslrootcert", "sslcert",
            "gssencmode",
            "target_session_attrs", "load_balance_hosts", "keepalives", "tcp_user_timeout", "replication",
            "client_encoding", "min_protocol_version", "oauth_issuer", "scram_client_key", "ssl", "requiressl",
        ])
    func notSupported(key: String) {
        expectError("\(key)=1", "\(key): the key is known to libpq")
        expectError("postgres://h?\(key)=1", "\(key): the key is known to libpq")
    }

    @Test("refuses TLS modes that it cannot keep", arguments: ["allow", "require", "verify-ca", "verify-full"])
    func sslModes(mode: String) {
        expectError("sslmode=\(mode)", "sslmode: \(mode) is not supported yet")
        expectError("", "PGSSLMODE: \(mode) is not supported yet", environment: ["PGSSLMODE": mode])
    }
}

@Suite("Connection string, environment") struct ConnectionEnvironmentTests {
    private let full = [
        "PGHOST": "eh", "PGPORT": "7", "PGUSER": "eu", "PGPASSWORD": "ep", "PGDATABASE": "ed", "PGAPPNAME": "ea",
        "PGOPTIONS": "eo", "PGCONNECT_TIMEOUT": "4", "PGSSLMODE": "disable",
    ]

    @Test("fills in what the string leaves out, and nothing else")
    func fills() throws {
        #expect(
            try parse("", full) == "tcp(eh 7) | user=eu | password=ep | database=ed | application=ea | options=eo"
                + " | timeout=4 | sslmode=disable")
        #expect(
            try parse(
                "postgres://u:p@h:1/d?application_name=a&options=o&connect_timeout=5&sslmode=prefer", full)
                == "tcp(h 1) | user=u | password=p | database=d | application=a | options=o | timeout=5")
        #expect(
            try parse("host='' password='' dbname=''", ["PGHOST": "x", "PGPASSWORD": "y", "PGDATABASE": "z"])
                == "tcp(localhost 5432) | user=me | password=")
    }

    @Test("counts an empty variable as not set")
    func empty() throws {
        #expect(try parse("", full.mapValues { _ in "" }) == "tcp(localhost 5432) | user=me")
    }

    @Test("is to blame in errors about its own values")
    func errors() {
        expectError("", "PGPORT: a port", environment: ["PGPORT": "x"])
        expectError("", "PGCONNECT_TIMEOUT: the value", environment: ["PGCONNECT_TIMEOUT": "x"])
    }

    @Test(
        "may not ask for what is not there",
        arguments: [
            ("PGREQUIREAUTH", "none"), ("PGCHANNELBINDING", "require"), ("PGGSSENCMODE", "require"),
            ("PGHOSTADDR", "127.0.0.1"), ("PGSERVICE", "x"), ("PGTARGETSESSIONATTRS", "read-write"),
            ("PGREQUIREPEER", "x"), ("PGSSLNEGOTIATION", "direct"),
        ])
    func notSupported(name: String, value: String) throws {
        expectError("", "\(name): the variable asks for what this version does not support", environment: [name: value])
        #expect(try parse("", ["PGCHANNELBINDING": "prefer", "PGTARGETSESSIONATTRS": "any"]).hasPrefix("tcp"))
    }

    @Test("of this process serves where none is given")
    func process() throws {
        #expect(try !PostgresConfiguration("host=h").user.isEmpty)
    }
}

@Suite("Connection secrets") struct ConnectionSecretTests {
    @Test(
        "a broken string's error shows none of its values",
        arguments: [
            "postgres://u:secret/x@h", "postgres://u:h:secret", "postgres://h:secret/db", "postgres://u:secret%zz@h",
            "postgres://u:secret x@h", "postgres://u@[secret", "postgres://h/?password=secret=x",
            "postgres://h/?password=x&secret", "postgres://h/?password=x&secret=1", "postgres://h?secret:x=1",
            "password=x secret", "password=x secret=1", "password='x' 'secret'", "password='secret",
            "host=h port=secret", "sslmode=secret", "connect_timeout=secret", "postgres://u:p@h?sslmode=secret",
            "secret", "postgresql:u:secret@h", "u:secret@h/db?x=y",
        ])
    func errors(text: String) {
        #expect {
            try PostgresConfiguration(text, environment: ["USER": "me"])
        } throws: { error in
            !"\(error) \(String(reflecting: error))".contains("secret")
        }
    }

    @Test("a configuration shows everything but its password")
    func configuration() throws {
        let configuration = try PostgresConfiguration(
            "postgres://app:secret@h,[::1]:2,%2Ftmp/db", environment: ["USER": "me"])
        #expect("\(configuration)" == "app@h:5432,[::1]:2,/tmp/.s.PGSQL.5432/db")
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(dumped.contains("redacted"))
        for shown in ["\(configuration)", String(reflecting: configuration), dumped, "\([configuration])"] {
            #expect(!shown.contains("secret"))
            #expect(shown.contains("app"))
        }
    }

    @Test("a configuration's description keeps control characters off the terminal")
    func controlCharacters() {
        let configuration = PostgresConfiguration(host: "h\u{1b}[31m", user: "a\nb")
        #expect("\(configuration)" == "a\\nb@h\\u{1b}[31m:5432/a\\nb")
    }
}
