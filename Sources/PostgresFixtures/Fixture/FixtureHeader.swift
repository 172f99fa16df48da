package import PostgresWire

extension Fixture {
    /// What is known about a session as a whole: the lines before its first message.
    public struct Header: Equatable, Sendable {
        /// The only password that a recording may be made with, so that a fixture never gives away a real one.
        public static let password = "fixture"

        /// One remark about the session that whoever replays it has to know.
        public struct Setting: Hashable, Sendable {
            /// What it is about.
            public var name: String
            /// What it says.
            public var value: String

            /// A remark.
            public init(_ name: String, _ value: String) {
                self.name = name
                self.value = value
            }
        }

        /// The server's version, such as `18.1`.
        public var server: String?
        /// Whether the session ran inside TLS; the recording holds what was inside.
        public var usesTLS: Bool
        /// The role that logged in.
        public var user: String?
        /// The database.
        public var database: String?
        /// Whether the client has to know the password, which is ``password``.
        public var usesPassword: Bool
        /// The client's SCRAM nonce; with it, and the fixed password, the exchange is the same every time.
        public var nonce: String?
        /// Further remarks.
        public var settings: [Setting]
        /// What SCRAM derives from the password, so that replaying costs no iterations.
        package var scramKey: ScramKey?

        /// A header.
        public init(
            server: String? = nil, usesTLS: Bool = false, user: String? = nil, database: String? = nil,
            usesPassword: Bool = false, nonce: String? = nil, settings: [Setting] = []
        ) {
            self.server = server
            self.usesTLS = usesTLS
            self.user = user
            self.database = database
            self.usesPassword = usesPassword
            self.nonce = nonce
            self.settings = settings
        }
    }
}

/// Reading and writing.
extension Fixture.Header {
    /// The header's lines, in the one order in which they may stand.
    var textLines: [String] {
        var lines: [String] = []
        func add(_ key: String, _ value: String?) {
            if let value { lines.append("\(key): \(value)") }
        }
        add("server", server)
        add("tls", usesTLS ? "on" : "off")
        add("user", user)
        add("database", database)
        add("password", usesPassword ? Self.password : nil)
        add("nonce", nonce)
        add("scram-key", scramKey.map(Self.text))
        for setting in settings { add("setting", "\(setting.name)=\(setting.value)") }
        return lines
    }

    /// Takes in one line.
    ///
    /// - Throws: a reason without place; the caller knows the line.
    mutating func read(_ line: String) throws(FixtureError) {
        let parts = line.split(separator: ": ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let key = parts.first, let rest = parts.last else {
            throw FixtureError("a header line is written `key: value`, and an empty line ends the header")
        }
        let value = String(rest)
        guard Self.isPrintable(value) else { throw FixtureError("the value is empty or not printable") }
        switch key {
        case "server": server = value
        case "tls":
            guard value == "on" || value == "off" else { throw FixtureError("tls is on or off") }
            usesTLS = value == "on"
        case "user": user = value
        case "database": database = value
        case "password":
            guard value == Self.password else {
                throw FixtureError("the only password that a fixture may hold is `\(Self.password)`")
            }
            usesPassword = true
        case "nonce": nonce = value
        case "scram-key": scramKey = try Self.scramKey(value)
        case "setting":
            guard let sign = value.firstIndex(of: "="), sign > value.startIndex else {
                throw FixtureError("a setting is written `name=value`")
            }
            settings.append(Setting(String(value[..<sign]), String(value[value.index(after: sign)...])))
        default: throw FixtureError("there is no header `\(key.prefix(40))`")
        }
    }

    /// Refuses what would not come back from a file as it is.
    func check() throws(FixtureError) {
        for line in textLines {
            let value = line.split(separator: ": ", maxSplits: 1, omittingEmptySubsequences: false).last ?? ""
            guard Self.isPrintable(String(value)) else {
                throw FixtureError("a header value is empty or not printable: \(line.controlsEscaped)")
            }
        }
    }

    private static func isPrintable(_ value: String) -> Bool { !value.isEmpty && value.controlsEscaped == value }

    private static func text(_ key: ScramKey) -> String {
        "\(base64(key.salt)) \(key.iterations) \(base64(key.saltedPassword))"
    }

    private static func base64(_ bytes: [UInt8]) -> String { String(decoding: Base64.encode(bytes), as: UTF8.self) }

    private static func scramKey(_ text: String) throws(FixtureError) -> ScramKey {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, let salt = Base64.decode(parts[0].utf8), let iterations = Int(parts[1]),
            iterations > 0, let key = Base64.decode(parts[2].utf8)
        else { throw FixtureError("a SCRAM key is written `salt iterations salted-password`, both texts in Base64") }
        return ScramKey(salt: salt, iterations: iterations, saltedPassword: key)
    }
}
