import PostgresWire
import Testing

private let nonce = "rOprNGfwEbeRWgbNEkqO"
private let serverNonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
private let combined = nonce + serverNonce
private let salt = "W22ZaJ0SNY7soEsUEjb6gQ=="
private let challenge = "r=\(combined),s=\(salt),i=4096"

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

@Suite("SCRAM client") struct ScramClientTests {
    @Test("exchanges the messages of RFC 7677 bit for bit")
    func vector() throws {
        var client = ScramClient(password: bytes("pencil"), nonce: nonce, user: "user")
        #expect(client.mechanism == "SCRAM-SHA-256")
        #expect(text(client.clientFirst()) == "n,,n=user,r=rOprNGfwEbeRWgbNEkqO")
        #expect(
            text(try client.handle(serverFirst: bytes(challenge)))
                == "c=biws,r=\(combined),p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")
        #expect(client.key == nil)
        try client.handle(serverFinal: bytes("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="))
        #expect(client.key?.iterations == 4096)
    }

    @Test(
        "says what it knows about channel binding, and protects it with the proof",
        arguments: [
            (
                ScramClient.ChannelBinding.notSupportedByClient, "SCRAM-SHA-256", "n,,", "biws",
                "qvT2SWdEH5Q06albL+hjSYuUhCG7VndFyzIb7CK4n9k=", "3HO6Qt1M4MKJrmlKaoOqLAI0/0TV0HZe7J9H3MBtSOg="
            ),
            (
                .supportedButNotOffered, "SCRAM-SHA-256", "y,,", "eSws",
                "VpuC5DGQa5ro9tXE9MnKs69NH1nxnuregZZcclqIGfM=", "FOmOj9BpTGwvnzwBtWQjBaPmVxT9I8IeHBOhcIPu3us="
            ),
            (
                .tlsServerEndPoint([1, 2, 3]), "SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,",
                "cD10bHMtc2VydmVyLWVuZC1wb2ludCwsAQID", "O7Aeb4MVnX1sQFBCqDLVOIfU+b4RcIZHHQPctyUlIu8=",
                "Ix6ZCD1fIo0GPoFiSSIHaklRyJ/qWJbPoyiKE+GSm6k="
            ),
        ])
    func channelBinding(
        binding: ScramClient.ChannelBinding, mechanism: String, header: String, input: String, proof: String,
        signature: String
    ) throws {
        var client = ScramClient(password: bytes("pencil"), nonce: nonce, channelBinding: binding)
        #expect(client.mechanism == mechanism)
        #expect(text(client.clientFirst()) == header + "n=,r=" + nonce)
        #expect(text(try client.handle(serverFirst: bytes(challenge))) == "c=\(input),r=\(combined),p=\(proof)")
        try client.handle(serverFinal: bytes("v=" + signature))
    }

    @Test("escapes comma and equals sign in a user name")
    func userName() {
        let client = ScramClient(password: [], nonce: "abc", user: "a,b=c")
        #expect(text(client.clientFirst()) == "n,,n=a=2Cb=3Dc,r=abc")
    }

    @Test(
        "refuses a server's first message that breaks a rule, before anything is iterated",
        arguments: [
            ("r=\(nonce),s=\(salt),i=4096", "nonce does not extend"),
            ("r=\(nonce.dropLast())X\(serverNonce),s=\(salt),i=4096", "nonce does not extend"),
            ("r=other,s=\(salt),i=4096", "nonce does not extend"),
            ("r=\(nonce)é,s=\(salt),i=4096", "nonce does not extend"),
            ("r=\(nonce) x,s=\(salt),i=4096", "nonce does not extend"),
            ("r=,s=\(salt),i=4096", "nonce does not extend"),
            ("", "malformed"), (",", "malformed"), ("r", "malformed"), ("=x", "malformed"),
            ("rx=\(combined)", "malformed"),
            ("r=\(combined),,i=4096", "malformed"), ("r=\(combined),s=\(salt),i=4096,", "malformed"),
            ("r=\(combined),s=\(salt)\0,i=4096", "malformed"), ("r=\(combined),s=\(salt),i=4096,1=x", "malformed"),
            ("s=\(salt),r=\(combined),i=4096", "attribute r"), ("r=\(combined)", "attribute s"),
            ("r=\(combined),i=4096,s=\(salt)", "attribute s"), ("r=\(combined),s=\(salt)", "attribute i"),
            ("r=\(combined),s=\(salt),x=1,i=4096", "attribute i"),
            ("m=x,\(challenge)", "extension"), ("\(challenge),m=x", "extension"),
            ("r=\(combined),s=,i=4096", "salt"), ("r=\(combined),s=W22ZaJ0SNY7soEsUEjb6gQ,i=4096", "salt"),
            ("r=\(combined),s=W22Z!J0SNY7soEsUEjb6gQ==,i=4096", "salt"), ("r=\(combined),s===,i=4096", "salt"),
            ("r=\(combined),s=\(salt),i=", "not valid"), ("r=\(combined),s=\(salt),i=0", "not valid"),
            ("r=\(combined),s=\(salt),i=-1", "not valid"), ("r=\(combined),s=\(salt),i=+4096", "not valid"),
            ("r=\(combined),s=\(salt),i=4096x", "not valid"), ("r=\(combined),s=\(salt),i= 4096", "not valid"),
            ("r=\(combined),s=\(salt),i=04096", "not valid"), ("r=\(combined),s=\(salt),i=٤", "not valid"),
            ("r=\(combined),s=\(salt),i=2147483647", "above the limit"),
            ("r=\(combined),s=\(salt),i=10000001", "above the limit"),
            ("r=\(combined),s=\(salt),i=" + String(repeating: "9", count: 40), "above the limit"),
            ("e=other-error", "refused SCRAM authentication: other-error"),
        ])
    func badFirst(message: String, reason: String) {
        var client = ScramClient(password: bytes("pencil"), nonce: nonce)
        expectAuthenticationError(reason) { () throws(WireError) in _ = try client.handle(serverFirst: bytes(message)) }
    }

    @Test("accepts extension attributes behind the iteration count, and one iteration")
    func extensions() throws {
        var client = ScramClient(password: bytes("pencil"), nonce: nonce)
        let final = try client.handle(serverFirst: bytes("r=\(combined),s=\(salt),i=1,x=1,y=,Z=a=b"))
        #expect(text(final).hasPrefix("c=biws,r=\(combined),p="))
    }

    @Test("obeys a configured iteration limit")
    func iterationLimit() throws {
        var limits = Limits()
        limits.scramIterations = 10
        var client = ScramClient(password: bytes("pencil"), nonce: nonce, limits: limits)
        var other = client
        _ = try client.handle(serverFirst: bytes("r=\(combined),s=\(salt),i=10"))
        expectAuthenticationError("above the limit of 10") { () throws(WireError) in
            _ = try other.handle(serverFirst: bytes("r=\(combined),s=\(salt),i=11"))
        }
    }

    @Test(
        "refuses a server's final message that breaks a rule",
        arguments: [
            ("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", "signature is wrong"),
            ("v=3HO6Qt1M4MKJrmlKaoOqLAI0/0TV0HZe7J9H3MBtSOk=", "signature is wrong"), ("v=AAAA", "signature is wrong"),
            ("v=", "signature is wrong"), ("v=3HO6Qt1M4MKJrmlKaoOqLAI0/0TV0HZe7J9H3MBtSOg", "not valid Base64"),
            ("v=" + String(repeating: "A", count: 20_000), "signature is wrong"), ("", "malformed"),
            ("x=1", "attribute v"), ("x=1,v=3HO6Qt1M4MKJrmlKaoOqLAI0/0TV0HZe7J9H3MBtSOg=", "attribute v"),
            ("m=1,v=3HO6Qt1M4MKJrmlKaoOqLAI0/0TV0HZe7J9H3MBtSOg=", "extension"),
            ("e=invalid-proof", "refused SCRAM authentication: invalid-proof"),
            ("e=a\u{1b}[31m\nb", "refused SCRAM authentication: a\\u{1b}[31m\\nb"),
        ])
    func badFinal(message: String, reason: String) throws {
        var client = ScramClient(password: bytes("pencil"), nonce: nonce)
        _ = try client.handle(serverFirst: bytes(challenge))
        expectAuthenticationError(reason) { () throws(WireError) in try client.handle(serverFinal: bytes(message)) }
        #expect(client.key == nil)
    }

    @Test("refuses messages out of order, twice, and after an error")
    func order() throws {
        let signature = bytes("v=3HO6Qt1M4MKJrmlKaoOqLAI0/0TV0HZe7J9H3MBtSOg=")
        let fresh = ScramClient(password: bytes("pencil"), nonce: nonce)
        var client = fresh
        expectAuthenticationError("out of order") { () throws(WireError) in try client.handle(serverFinal: signature) }
        client = fresh
        _ = try client.handle(serverFirst: bytes(challenge))
        var again = client
        expectAuthenticationError("out of order") { () throws(WireError) in
            _ = try again.handle(serverFirst: bytes(challenge))
        }
        try client.handle(serverFinal: signature)
        expectAuthenticationError("out of order") { () throws(WireError) in try client.handle(serverFinal: signature) }
        client = fresh
        expectAuthenticationError("malformed") { () throws(WireError) in _ = try client.handle(serverFirst: []) }
        expectAuthenticationError("out of order") { () throws(WireError) in
            _ = try client.handle(serverFirst: bytes(challenge))
        }
    }

    @Test("takes a known key instead of the password where salt and count fit, and only there")
    func knownKey() throws {
        let key = ScramKey(password: bytes("pencil"), salt: [1, 2, 3], iterations: 5)
        let rows: [([UInt8], Int, Bool)] = [([1, 2, 3], 5, true), ([1, 2, 4], 5, false), ([1, 2, 3], 6, false)]
        for (salt, iterations, fits) in rows {
            var client = ScramClient(password: bytes("wrong"), nonce: nonce, key: key)
            var server = ScramServer(
                password: bytes("pencil"), salt: salt, iterations: iterations, nonce: serverNonce)
            let final = try client.handle(serverFirst: server.handle(clientFirst: client.clientFirst()))
            if fits {
                try client.handle(serverFinal: server.handle(clientFinal: final))
                #expect(client.key == key)
            } else {
                expectAuthenticationError("proof is wrong") { () throws(WireError) in
                    _ = try server.handle(clientFinal: final)
                }
            }
        }
    }

    @Test("keeps secrets out of every description of a key")
    func redaction() {
        let key = ScramKey(salt: [1], iterations: 2, saltedPassword: [222, 173])
        var dumped = ""
        dump(key, to: &dumped)
        for shown in ["\(key)", String(reflecting: key), dumped] { #expect(!shown.contains("222")) }
    }
}

@Suite("SCRAM server") struct ScramServerTests {
    private let server = ScramServer(
        password: bytes("pencil"), salt: [9, 8, 7], iterations: 3, nonce: serverNonce)

    @Test(
        "agrees with the client, whatever the channel binding",
        arguments: [ScramClient.ChannelBinding.notSupportedByClient, .supportedButNotOffered, .tlsServerEndPoint([7])])
    func agreement(binding: ScramClient.ChannelBinding) throws {
        var hash: [UInt8]?
        if case .tlsServerEndPoint(let bytes) = binding { hash = bytes }
        var client = ScramClient(password: bytes("pencil"), nonce: nonce, channelBinding: binding)
        var server = ScramServer(
            password: bytes("pencil"), salt: [1], iterations: 2, nonce: serverNonce, channelBinding: hash)
        let final = try client.handle(serverFirst: server.handle(clientFirst: client.clientFirst()))
        try client.handle(serverFinal: server.handle(clientFinal: final))
        #expect(client.key == ScramKey(password: bytes("pencil"), salt: [1], iterations: 2))
    }

    @Test(
        "refuses a client's first message that breaks a rule",
        arguments: [
            ("", "GS2 header"), ("n,", "GS2 header"), ("n,a=x,n=,r=abc", "GS2 header"), ("n,,", "malformed"),
            ("p=tls-unique,,n=,r=abc", "not supported"), ("p=tls-server-end-point,,n=,r=abc", "not supported"),
            ("x,,n=,r=abc", "not supported"), ("n,,r=abc", "attribute n"), ("n,,n=", "attribute r"),
            ("n,,n=,r=", "nonce"), ("n,,m=1,n=,r=abc", "extension"),
        ])
    func badFirst(message: String, reason: String) {
        var server = server
        expectAuthenticationError(reason) { () throws(WireError) in _ = try server.handle(clientFirst: bytes(message)) }
    }

    @Test("sees that its offer of channel binding was taken out")
    func downgrade() {
        var server = ScramServer(
            password: [], salt: [1], iterations: 1, nonce: serverNonce, channelBinding: [1])
        expectAuthenticationError("did not see the offer") { () throws(WireError) in
            _ = try server.handle(clientFirst: bytes("y,,n=,r=abc"))
        }
    }

    @Test(
        "refuses a client's final message that breaks a rule",
        arguments: [
            ("c=eSws,r=abc\(serverNonce),p=AAAA", "channel binding"), ("c=biws,r=abc,p=AAAA", "nonce is wrong"),
            ("c=biws,r=abc\(serverNonce),p=AAAA", "proof is wrong"),
            ("c=biws,r=abc\(serverNonce),p=", "proof is wrong"),
            ("c=biws,r=abc\(serverNonce),p=!", "proof is wrong"), ("c=biws,r=abc\(serverNonce)", "attribute p"),
            ("c=biws,r=abc\(serverNonce),p=AAAA,x=1", "attribute p"), ("", "malformed"),
        ])
    func badFinal(message: String, reason: String) throws {
        var server = server
        let first = try server.handle(clientFirst: bytes("n,,n=,r=abc"))
        #expect(text(first) == "r=abc\(serverNonce),s=CQgH,i=3")
        expectAuthenticationError(reason) { () throws(WireError) in _ = try server.handle(clientFinal: bytes(message)) }
    }

    @Test("refuses messages out of order")
    func order() throws {
        var server = server
        expectAuthenticationError("out of order") { () throws(WireError) in _ = try server.handle(clientFinal: []) }
        _ = try server.handle(clientFirst: bytes("n,,n=,r=abc"))
        expectAuthenticationError("out of order") { () throws(WireError) in
            _ = try server.handle(clientFirst: bytes("n,,n=,r=abc"))
        }
    }
}

/// Expects an authentication error that has `reason` in its text and no secret.
func expectAuthenticationError(
    _ reason: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws(WireError) -> Void
) {
    do throws(WireError) {
        try body()
        Issue.record("no error, expected: \(reason)", sourceLocation: sourceLocation)
    } catch {
        guard case .authentication(let text) = error else {
            Issue.record("\(error)", sourceLocation: sourceLocation)
            return
        }
        #expect(text.contains(reason), sourceLocation: sourceLocation)
        #expect(!text.contains("pencil"), sourceLocation: sourceLocation)
    }
}
