internal import PostgresWire

/// The server's side of SCRAM as a replay plays it to a client with a nonce of its own.
struct ServedAuthentication {
    /// What the client gets for a message.
    enum Reply {
        /// The next request; the exchange goes on.
        case request([UInt8])
        /// The server's proof; the exchange is over.
        case final([UInt8])
    }

    private var server: ScramServer
    private var hasBegun = false

    /// - Parameter challenge: the recorded one, which has the salt, the iteration count and the server's nonce.
    init?(_ header: Fixture.Header, challenge: [UInt8]) {
        guard let salt = ScramText.attribute("s", of: challenge).flatMap(Base64.decode),
            let iterations = ScramText.number("i", of: challenge),
            (1...Limits().scramIterations).contains(iterations)
        else { return nil }
        var key = header.scramKey
        if key?.salt != salt || key?.iterations != iterations {
            key = ScramKey(password: Array(Fixture.Header.password.utf8), salt: salt, iterations: iterations)
        }
        guard let key else { return nil }
        let combined = ScramText.attribute("r", of: challenge) ?? []
        let own = combined.dropFirst(header.nonce?.utf8.count ?? 0)
        server = ScramServer(key: key, nonce: own.isEmpty ? "server" : String(decoding: own, as: UTF8.self))
    }

    /// What the server asks for first.
    static let request = bytes(.sasl(mechanisms: ["SCRAM-SHA-256"]))

    /// Answers the body of one message of kind 'p'.
    ///
    /// - Throws: `WireError` where the client does not know the password, or does not keep to SCRAM.
    mutating func take(_ body: [UInt8]) throws(WireError) -> Reply {
        guard hasBegun else {
            hasBegun = true
            let initial = try FrontendMessage.saslInitialResponse(body: body)
            guard initial.mechanism == "SCRAM-SHA-256", let response = initial.response else {
                throw .authentication("the client chose another mechanism than SCRAM-SHA-256")
            }
            return .request(Self.bytes(.saslContinue(try server.handle(clientFirst: response))))
        }
        return .final(Self.bytes(.saslFinal(try server.handle(clientFinal: body))))
    }

    private static func bytes(_ request: AuthenticationRequest) -> [UInt8] {
        (try? Fixture.Message(server: .authentication(request)))?.bytes ?? []
    }
}

/// Attributes of SCRAM's messages, `name=value` with commas between.
enum ScramText {
    /// The value of an attribute.
    static func attribute(_ name: Unicode.Scalar, of message: [UInt8]) -> [UInt8]? {
        let prefix = [UInt8(ascii: name), UInt8(ascii: "=")]
        for part in message.split(separator: UInt8(ascii: ",")) where part.starts(with: prefix) {
            return Array(part.dropFirst(2))
        }
        return nil
    }

    /// The value of an attribute that is a number.
    static func number(_ name: Unicode.Scalar, of message: [UInt8]) -> Int? {
        attribute(name, of: message).flatMap { Int(String(decoding: $0, as: UTF8.self)) }
    }
}
