/// What the client answers to an ``AuthenticationRequest``.
package enum AuthenticatorReply: Hashable, Sendable {
    /// Nothing; the next request comes by itself.
    case none
    /// A PasswordMessage with these bytes and a NUL behind them.
    case password([UInt8])
    /// A SASLInitialResponse.
    case saslInitial(mechanism: String, response: [UInt8])
    /// A SASLResponse.
    case sasl([UInt8])
    /// Nothing; the client is authenticated.
    case done
}

/// The client's side of authentication: it answers the server's requests, and refuses what is out of order, not
/// allowed or without proof that the server knows the password.
///
/// PostgreSQL: Message Flow, Start-up.
package struct Authenticator: Sendable {
    fileprivate enum State {
        case started
        case passwordSent
        case scramStarted(ScramClient)
        case scramAnswered(ScramClient)
        case scramVerified
        case done
        case failed
    }

    private let user: String
    private let password: [UInt8]?
    private let rawPassword: [UInt8]?
    private let nonce: String
    private let allowed: AuthenticationMethods
    private let channelBinding: [UInt8]?
    private let limits: Limits
    private var state = State.started
    /// The key of a SCRAM exchange: the one given, or after success the one used.
    ///
    /// Whoever keeps it for the next connection spares that one the iterations.
    package private(set) var scramKey: ScramKey?

    /// An authenticator before the server's first request.
    ///
    /// - Parameters:
    ///   - password: the password after SASLprep, for SCRAM; nil where there is none, which is not the empty password.
    ///   - rawPassword: the password as given, for the methods that send or hash it so.
    ///   - nonce: printable ASCII without comma, fresh and unguessable for every connection.
    ///   - channelBinding: the hash of the server's certificate, on a TLS connection that can bind to it.
    package init(
        user: String, password: [UInt8]?, rawPassword: [UInt8]?, nonce: String, allowed: AuthenticationMethods = .all,
        channelBinding: [UInt8]? = nil, scramKey: ScramKey? = nil, limits: Limits = Limits()
    ) {
        self.user = user
        self.password = password
        self.rawPassword = rawPassword
        self.nonce = nonce
        self.allowed = allowed
        self.channelBinding = channelBinding
        self.scramKey = scramKey
        self.limits = limits
    }

    /// Answers one request.
    ///
    /// - Throws: ``WireError``; after an error every further request is refused, too, and the connection must be closed.
    package mutating func handle(_ request: AuthenticationRequest) throws(WireError) -> AuthenticatorReply {
        let before = state
        state = .failed
        switch (request, before) {
        case (.ok, .started):
            try check(.none, "no authentication at all")
            state = .done
            return .done
        case (.ok, .passwordSent), (.ok, .scramVerified):
            state = .done
            return .done
        case (.ok, .scramStarted), (.ok, .scramAnswered):
            throw .authentication("the server ended SCRAM authentication without proving that it knows the password")
        case (.cleartextPassword, .started):
            try check(.password, "the password in clear text")
            let bytes = try given(rawPassword)
            if bytes.contains(0) { throw .nulByte(field: "password") }
            state = .passwordSent
            return .password(bytes)
        case (.md5Password(let salt), .started):
            try check(.md5, "an MD5 password")
            let inner = MD5.hexadecimal(try given(rawPassword) + Array(user.utf8))
            state = .passwordSent
            return .password(Array("md5".utf8) + MD5.hexadecimal(inner + salt))
        case (.sasl(let mechanisms), .started):
            return try start(mechanisms)
        case (.saslContinue(let message), .scramStarted(var client)):
            let answer = try client.handle(serverFirst: message)
            state = .scramAnswered(client)
            return .sasl(answer)
        case (.saslFinal(let message), .scramAnswered(var client)):
            try client.handle(serverFinal: message)
            scramKey = client.key
            state = .scramVerified
            return .none
        case (.kerberosV5, .started): throw unsupported("Kerberos V5")
        case (.gss, .started): throw unsupported("GSSAPI")
        case (.sspi, .started): throw unsupported("SSPI")
        default: throw .unexpectedMessage(request.name, state: before.name)
        }
    }

    private mutating func start(_ mechanisms: [String]) throws(WireError) -> AuthenticatorReply {
        let binding: ScramClient.ChannelBinding =
            switch channelBinding {
            case .none: .notSupportedByClient
            case .some(let hash) where mechanisms.contains("SCRAM-SHA-256-PLUS"): .tlsServerEndPoint(hash)
            case .some: .supportedButNotOffered
            }
        guard mechanisms.contains("SCRAM-SHA-256") || mechanisms.contains("SCRAM-SHA-256-PLUS") && channelBinding != nil
        else {
            let names = String(mechanisms.joined(separator: ", ").controlsEscaped.prefix(200))
            throw .authentication("none of the server's SASL mechanisms is supported: \(names)")
        }
        try check(.scramSHA256, "SCRAM-SHA-256")
        let client = ScramClient(
            password: try given(password), nonce: nonce, channelBinding: binding, key: scramKey, limits: limits)
        state = .scramStarted(client)
        return .saslInitial(mechanism: client.mechanism, response: client.clientFirst())
    }

    private func check(_ method: AuthenticationMethods, _ name: String) throws(WireError) {
        guard allowed.contains(method) else {
            throw .authentication("the server asks for \(name), which is not allowed here")
        }
    }

    private func given(_ password: [UInt8]?) throws(WireError) -> [UInt8] {
        guard let password else { throw .authentication("the server asks for a password and none was given") }
        return password
    }

    private func unsupported(_ method: String) -> WireError {
        .authentication("the server asks for \(method) authentication, which is not supported")
    }
}

extension Authenticator.State {
    /// For errors.
    fileprivate var name: String {
        switch self {
        case .started: "authentication, nothing asked yet"
        case .passwordSent: "authentication, password sent"
        case .scramStarted: "authentication, SCRAM started"
        case .scramAnswered: "authentication, SCRAM answered"
        case .scramVerified: "authentication, SCRAM complete"
        case .done: "authenticated"
        case .failed: "authentication failed"
        }
    }
}
