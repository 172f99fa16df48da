internal import PostgresWire

/// What a recorded session used to authenticate, and the proof that it was no real password.
///
/// Whoever has a recording of an exchange can try passwords against it at leisure, so only the one that everybody knows
/// may be in it.
struct FixtureCredentials {
    /// Whether the server asked for a password and the client began to answer.
    private(set) var usesPassword = false
    /// Whether the client showed that it knew the public password.
    private(set) var isProven = false
    /// The client's SCRAM nonce.
    private(set) var nonce: String?
    /// What SCRAM derived from the password.
    private(set) var scramKey: ScramKey?

    private static let password = Array(Fixture.Header.password.utf8)

    /// Whether marks stand in place of the secrets.
    private(set) var isRedacted = false

    /// Follows the exchange.
    ///
    /// - Throws: ``FixtureError`` where the client used another password, or a method that cannot be checked.
    init(_ lines: [Fixture.Line]) throws(FixtureError) {
        var request: AuthenticationRequest?
        var user = ""
        var scram: ScramClient?
        defer {
            if isRedacted {
                usesPassword = false
                nonce = nil
            }
        }
        for case .message(let message) in lines {
            switch (message.side, message.tag) {
            case (.client, nil) where message.framing == .fragment:
                // A password message that was cut off.
                guard message.bytes.first != FrontendKind.password.rawValue else { throw Self.notChecked }
            case (.client, nil):
                if case .startup(let startup)? = try? StartupPacket.decode(body: message.body.rawSpan) {
                    user = startup["user"] ?? ""
                }
            case (.server, BackendKind.authentication.rawValue?):
                // A server that says Ok too early does not make the answer to its earlier request harmless.
                request = try? AuthenticationRequest.decode(body: message.body.rawSpan)
                if case .saslFinal(let proof)? = request, isRedacted {
                    let signature = ScramText.attribute("v", of: proof)
                    guard signature == nil || signature == AuthenticationMarks.mark else { throw Self.notChecked }
                }
            case (.client, FrontendKind.password.rawValue?):
                defer { request = nil }
                if AuthenticationMarks.isMarked(message.body) {
                    isRedacted = true
                    continue
                }
                guard let asked = request else { throw Self.notChecked }
                try check(message.body, asked, user, &scram)
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
            nonce = ScramText.attribute("r", of: response).map { String(decoding: $0, as: UTF8.self) }
            guard let nonce, AuthenticationMarks.holdsNoSecretYet(body) else { throw Self.notChecked }
            scram = ScramClient(password: Self.password, nonce: nonce)
        case .saslContinue(let challenge):
            guard var client = scram, let salt = ScramText.attribute("s", of: challenge).flatMap(Base64.decode),
                let iterations = ScramText.number("i", of: challenge),
                (1...Limits().scramIterations).contains(iterations), let nonce
            else { throw Self.notChecked }
            let key = ScramKey(password: Self.password, salt: salt, iterations: iterations)
            client = ScramClient(password: Self.password, nonce: nonce, key: key)
            try require((try? client.handle(serverFirst: challenge)) == body)
            scramKey = key
        default: throw Self.notChecked
        }
    }

    private mutating func require(_ usedThePassword: Bool) throws(FixtureError) {
        if usedThePassword {
            isProven = true
            return
        }
        throw FixtureError(
            "the session was authenticated by another password than `\(Fixture.Header.password)`: a recording of it "
                + "would let anybody try passwords")
    }

    private static let notChecked = FixtureError(
        "the session was authenticated in a way that cannot be shown to hold no secret")
}
