internal import PostgresWire

/// What a recorded session used to authenticate, and the proof that it was no real password.
///
/// Whoever has a recording of an exchange can try passwords against it at leisure, so only the one that everybody knows
/// may be in it.
struct FixtureCredentials {
    /// Whether the server asked for a password.
    private(set) var usesPassword = false
    /// The client's SCRAM nonce.
    private(set) var nonce: String?
    /// What SCRAM derived from the password.
    private(set) var scramKey: ScramKey?

    private static let password = Array(Fixture.Header.password.utf8)

    /// Follows the exchange.
    ///
    /// - Throws: ``FixtureError`` where the client used another password, or a method that cannot be checked.
    init(_ lines: [Fixture.Line]) throws(FixtureError) {
        var request: AuthenticationRequest?
        var user = ""
        var scram: ScramClient?
        for case .message(let message) in lines {
            switch (message.side, message.tag) {
            case (.client, nil):
                if case .startup(let startup)? = try? StartupPacket.decode(body: message.body.rawSpan) {
                    user = startup["user"] ?? ""
                }
            case (.server, BackendKind.authentication.rawValue?):
                // A server that says Ok too early does not make the answer to its earlier request harmless.
                request = try? AuthenticationRequest.decode(body: message.body.rawSpan)
            case (.client, FrontendKind.password.rawValue?):
                guard let asked = request else { throw Self.notChecked }
                try check(message.body, asked, user, &scram)
                request = nil
            default: continue
            }
        }
    }

    private mutating func check(
        _ body: [UInt8], _ request: AuthenticationRequest, _ user: String, _ scram: inout ScramClient?
    ) throws(FixtureError) {
        usesPassword = true
        switch request {
        case .cleartextPassword: try require(body == Self.password + [0])
        case .md5Password(let salt):
            let inner = MD5.hexadecimal(Self.password + Array(user.utf8))
            try require(body == Array("md5".utf8) + MD5.hexadecimal(inner + salt) + [0])
        case .sasl:
            guard let initial = try? FrontendMessage.saslInitialResponse(body: body), let response = initial.response
            else { throw Self.notChecked }
            // It holds no secret yet: the binding and a nonce.
            nonce = Self.attribute("r", of: response).map { String(decoding: $0, as: UTF8.self) }
            guard let nonce, response.starts(with: Array("n,,n=,".utf8)) else { throw Self.notChecked }
            scram = ScramClient(password: Self.password, nonce: nonce)
        case .saslContinue(let challenge):
            guard var client = scram, let salt = Self.attribute("s", of: challenge).flatMap(Base64.decode),
                let iterations = Self.attribute("i", of: challenge).flatMap({ Int(String(decoding: $0, as: UTF8.self)) }
                ),
                (1...Limits().scramIterations).contains(iterations), let nonce
            else { throw Self.notChecked }
            let key = ScramKey(password: Self.password, salt: salt, iterations: iterations)
            client = ScramClient(password: Self.password, nonce: nonce, key: key)
            try require((try? client.handle(serverFirst: challenge)) == body)
            scramKey = key
        default: throw Self.notChecked
        }
    }

    private func require(_ usedThePassword: Bool) throws(FixtureError) {
        guard !usedThePassword else { return }
        throw FixtureError(
            "the session was authenticated by another password than `\(Fixture.Header.password)`: a recording of it "
                + "would let anybody try passwords")
    }

    private static let notChecked = FixtureError(
        "the session was authenticated in a way that cannot be shown to hold no secret")

    /// The value of an attribute of a SCRAM message.
    private static func attribute(_ name: Unicode.Scalar, of message: [UInt8]) -> [UInt8]? {
        let prefix = [UInt8(ascii: name), UInt8(ascii: "=")]
        for part in message.split(separator: UInt8(ascii: ",")) where part.starts(with: prefix) {
            return Array(part.dropFirst(2))
        }
        return nil
    }
}
