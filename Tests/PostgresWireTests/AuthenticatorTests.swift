import PostgresWire
import Testing

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

private func authenticator(
    password: String? = "pencil", allowed: AuthenticationMethods = .all, channelBinding: [UInt8]? = nil
) -> Authenticator {
    let password = password.map(bytes)
    return Authenticator(
        user: "alice", password: password, rawPassword: password, nonce: "clientnonce", allowed: allowed,
        channelBinding: channelBinding)
}

/// A server's side of SCRAM with one iteration: what it sends to a client that began with `first`.
private struct Exchange {
    var server = ScramServer(password: bytes("pencil"), salt: [1, 2], iterations: 1, nonce: "servernonce")

    mutating func challenge(_ reply: AuthenticatorReply) throws -> AuthenticationRequest {
        guard case .saslInitial(_, let first) = reply else { throw WireError.authentication("\(reply)") }
        return .saslContinue(try server.handle(clientFirst: first))
    }

    mutating func final(_ reply: AuthenticatorReply) throws -> AuthenticationRequest {
        guard case .sasl(let final) = reply else { throw WireError.authentication("\(reply)") }
        return .saslFinal(try server.handle(clientFinal: final))
    }
}

@Suite("Authenticator") struct AuthenticatorTests {
    @Test("is done at once where the server asks for nothing")
    func trust() throws {
        var client = authenticator(password: nil)
        #expect(try client.handle(.ok) == .done)
    }

    @Test("sends a password in clear text or hashed as asked, the empty one included")
    func passwords() throws {
        let salt: [UInt8] = [1, 2, 3, 4]
        let rows: [(String, AuthenticationRequest, String)] = [
            ("secret", .cleartextPassword, "secret"), ("", .cleartextPassword, ""),
            ("secret", .md5Password(salt: salt), "md598a0412b9c31436fc53776e863350083"),
            ("", .md5Password(salt: salt), "md5a15e7e985822d5bdaed2b7c66c013bc8"),
        ]
        for (password, request, answer) in rows {
            var client = authenticator(password: password)
            #expect(try client.handle(request) == .password(bytes(answer)))
            #expect(try client.handle(.ok) == .done)
        }
    }

    @Test("sends the raw password where the prepared one differs")
    func rawPassword() throws {
        var client = Authenticator(user: "u", password: bytes("IX"), rawPassword: bytes("Ⅸ"), nonce: "n")
        #expect(try client.handle(.cleartextPassword) == .password(bytes("Ⅸ")))
    }

    @Test("goes through SCRAM-SHA-256 and keeps the key")
    func scram() throws {
        var client = authenticator()
        var exchange = Exchange()
        let first = try client.handle(.sasl(mechanisms: ["SCRAM-SHA-256-PLUS", "X", "SCRAM-SHA-256"]))
        #expect(first == .saslInitial(mechanism: "SCRAM-SHA-256", response: bytes("n,,n=,r=clientnonce")))
        let final = try client.handle(exchange.challenge(first))
        #expect(try client.handle(exchange.final(final)) == .none)
        #expect(try client.handle(.ok) == .done)
        #expect(client.scramKey == ScramKey(password: bytes("pencil"), salt: [1, 2], iterations: 1))
    }

    @Test(
        "chooses by what is offered and what the connection can bind to",
        arguments: [
            (["SCRAM-SHA-256"], nil, "SCRAM-SHA-256", "n,,"),
            (["SCRAM-SHA-256"], [1], "SCRAM-SHA-256", "y,,"),
            (["SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"], [1], "SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,"),
            (["SCRAM-SHA-256-PLUS"], [1], "SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,"),
        ] as [([String], [UInt8]?, String, String)])
    func mechanism(offered: [String], binding: [UInt8]?, chosen: String, header: String) throws {
        var client = authenticator(channelBinding: binding)
        #expect(
            try client.handle(.sasl(mechanisms: offered))
                == .saslInitial(mechanism: chosen, response: bytes(header + "n=,r=clientnonce")))
    }

    @Test(
        "refuses mechanisms it does not know, naming them",
        arguments: [
            (["OAUTHBEARER", "X\nY"], "OAUTHBEARER, X\\nY"), (["SCRAM-SHA-256-PLUS"], "SCRAM-SHA-256-PLUS"),
            (["scram-sha-256"], "scram-sha-256"), ([], "none of"),
        ])
    func unknownMechanisms(offered: [String], reason: String) {
        var client = authenticator()
        expectAuthenticationError(reason) { () throws(WireError) in _ = try client.handle(.sasl(mechanisms: offered)) }
    }

    @Test("refuses every method that is not allowed, and no password byte goes out")
    func notAllowed() {
        let rows: [(AuthenticationRequest, AuthenticationMethods, String)] = [
            (.ok, .none, "no authentication at all"), (.cleartextPassword, .password, "clear text"),
            (.md5Password(salt: [1, 2, 3, 4]), .md5, "MD5 password"),
            (.sasl(mechanisms: ["SCRAM-SHA-256"]), .scramSHA256, "SCRAM-SHA-256"),
        ]
        for (request, method, reason) in rows {
            var client = authenticator(allowed: .all.subtracting(method))
            expectAuthenticationError("\(reason), which is not allowed") { () throws(WireError) in
                _ = try client.handle(request)
            }
            var permitted = authenticator(allowed: method)
            #expect(throws: Never.self) { try permitted.handle(request) }
        }
    }

    @Test("says that no password was given, for every method that needs one")
    func noPassword() {
        let requests: [AuthenticationRequest] = [
            .cleartextPassword, .md5Password(salt: [1, 2, 3, 4]), .sasl(mechanisms: ["SCRAM-SHA-256"]),
        ]
        for request in requests {
            var client = authenticator(password: nil)
            expectAuthenticationError("asks for a password and none was given") { () throws(WireError) in
                _ = try client.handle(request)
            }
        }
    }

    @Test("refuses to send a password with a NUL inside")
    func nulInPassword() {
        var client = authenticator(password: "a\0b")
        #expect(throws: WireError.nulByte(field: "password")) { try client.handle(.cleartextPassword) }
    }

    @Test("names the methods it has not got")
    func unsupported() {
        let rows: [(AuthenticationRequest, String)] = [
            (.kerberosV5, "Kerberos V5"), (.gss, "GSSAPI"), (.sspi, "SSPI"),
        ]
        for (request, reason) in rows {
            var client = authenticator()
            expectAuthenticationError("asks for \(reason)") { () throws(WireError) in _ = try client.handle(request) }
        }
    }

    @Test("refuses AuthenticationOk before the server has proved itself")
    func okTooEarly() throws {
        var client = authenticator()
        var exchange = Exchange()
        let first = try client.handle(.sasl(mechanisms: ["SCRAM-SHA-256"]))
        var early = client
        expectAuthenticationError("without proving") { () throws(WireError) in _ = try early.handle(.ok) }
        _ = try client.handle(exchange.challenge(first))
        expectAuthenticationError("without proving") { () throws(WireError) in _ = try client.handle(.ok) }
    }

    @Test("refuses every other request out of order, and everything after an error")
    func order() throws {
        var exchange = Exchange()
        let started = authenticator()
        var initial = started
        let first = try initial.handle(.sasl(mechanisms: ["SCRAM-SHA-256"]))
        let challenge = try exchange.challenge(first)
        var answered = initial
        let final = try exchange.final(answered.handle(challenge))
        var verified = answered
        _ = try verified.handle(final)
        var done = verified
        _ = try done.handle(.ok)
        var sent = started
        _ = try sent.handle(.cleartextPassword)
        var failed = started
        #expect(throws: WireError.self) { try failed.handle(.gss) }
        let all: [AuthenticationRequest] = [
            .ok, .kerberosV5, .cleartextPassword, .md5Password(salt: [1, 2, 3, 4]), .gss, .gssContinue([1]), .sspi,
            .sasl(mechanisms: ["SCRAM-SHA-256"]), challenge, final,
        ]
        let accepted: [(Authenticator, Set<Int>)] = [
            (started, [0, 2, 3, 7]), (initial, [8]), (answered, [9]), (verified, [0]), (done, []), (sent, [0]),
            (failed, []),
        ]
        for (client, indices) in accepted {
            for (index, request) in all.enumerated() {
                var copy = client
                if indices.contains(index) {
                    #expect(throws: Never.self, "\(request)") { try copy.handle(request) }
                } else {
                    #expect(throws: WireError.self, "\(request)") { try copy.handle(request) }
                    #expect(throws: WireError.self, "\(request), then Ok") { try copy.handle(.ok) }
                }
            }
        }
    }
}
