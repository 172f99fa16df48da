internal import PostgresWire

/// Puts marks in place of what a recording must not keep: passwords, proofs and signatures, by which whoever has the file
/// could try passwords.
///
/// Mechanisms, nonces, salts and iteration counts stay: alone they tell nothing about a password.
struct AuthenticationMarks {
    /// What stands in place of a secret.
    static let mark = Array("redacted".utf8)

    private var request: AuthenticationRequest?
    private var isAuthenticated = false

    /// The message as it may be kept.
    mutating func marked(_ message: Fixture.Message) -> Fixture.Message {
        switch (message.side, message.tag) {
        case (.client, FrontendKind.password.rawValue?):
            // Whatever was asked before, one request has one answer.
            defer { request = nil }
            return Self.message(.client, kind: FrontendKind.password.rawValue, answer(message.body))
        case (.server, BackendKind.authentication.rawValue?):
            request = try? AuthenticationRequest.decode(body: message.body.rawSpan)
            switch request {
            case .ok?: isAuthenticated = true
            case .saslFinal(let bytes)? where bytes.starts(with: Array("v=".utf8)):
                return Self.message(
                    .server, kind: BackendKind.authentication.rawValue, [0, 0, 0, 12] + Array("v=".utf8) + Self.mark)
            case .gssContinue?:
                return Self.message(.server, kind: BackendKind.authentication.rawValue, [0, 0, 0, 8] + Self.mark)
            default: break
            }
            return message
        case (.client, nil) where message.framing == .fragment:
            // Part of a password message, or of what cannot be told from one.
            let mayBeSecret = !isAuthenticated || message.bytes.first == FrontendKind.password.rawValue
            return mayBeSecret ? Fixture.Message(.client, Self.mark, framing: .fragment) : message
        case (.server, nil) where message.framing == .fragment:
            let mayBeSecret = !isAuthenticated && message.bytes.count > 1
            return mayBeSecret ? Fixture.Message(.server, Self.mark, framing: .fragment) : message
        default: return message
        }
    }

    /// The body of an answer without its secret.
    private func answer(_ body: [UInt8]) -> [UInt8] {
        switch request {
        case .cleartextPassword?, .md5Password?: return Self.mark + [0]
        case .sasl?: return Self.holdsNoSecretYet(body) ? body : Self.mark
        case .saslContinue?:
            guard let start = Self.proofStart(body) else { return Self.mark }
            return Array(body[..<start]) + Self.mark
        default: return Self.mark
        }
    }

    /// Whether a SASLInitialResponse is that of SCRAM: the header, an empty name and a nonce.
    static func holdsNoSecretYet(_ body: [UInt8]) -> Bool {
        guard let initial = try? FrontendMessage.saslInitialResponse(body: body),
            initial.mechanism.hasPrefix("SCRAM-"), let response = initial.response
        else { return false }
        let parts = response.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map(Array.init)
        guard parts.count == 4, parts[1].isEmpty, parts[3].starts(with: Array("r=".utf8)) else { return false }
        return parts[2].starts(with: Array("n=".utf8))
            && (parts[0].count == 1 || parts[0].starts(with: Array("p=tls-".utf8)))
    }

    /// Where the proof begins in a client's final message, `c=…,r=…,p=…`.
    static func proofStart(_ body: [UInt8]) -> Int? {
        let parts = body.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].starts(with: Array("c=".utf8)), parts[1].starts(with: Array("r=".utf8)),
            parts[2].starts(with: Array("p=".utf8))
        else { return nil }
        return parts[2].startIndex + 2
    }

    /// Whether the body of a message of kind 'p' holds a mark in place of its secret.
    static func isMarked(_ body: [UInt8]) -> Bool {
        if body == mark || body == mark + [0] { return true }
        guard let start = proofStart(body) else { return false }
        return Array(body[start...]) == mark
    }

    private static func message(_ side: Fixture.Side, kind: UInt8, _ body: [UInt8]) -> Fixture.Message {
        let length = UInt32(body.count + 4)
        let header = (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) }
        return Fixture.Message(side, [kind] + header + body, framing: .tagged)
    }
}

extension Fixture {
    /// Whether marks stand in place of secrets, so that the exchange cannot be replayed.
    public var isRedacted: Bool {
        messages.contains { message in
            message.side == .client && message.tag == FrontendKind.password.rawValue
                && AuthenticationMarks.isMarked(message.body)
        }
    }
}
