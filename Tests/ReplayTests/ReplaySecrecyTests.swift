import Foundation
import PostgresFixtures
import PostgresWire
import Testing

/// Looks for everything that was made from a password, in every recording and in every form.
@Suite("Replay: nothing secret in any recording")
struct ReplaySecrecyTests {
    static let all = Corpus.recorded + Corpus.proxied + Corpus.hostile + Corpus.benchmarks

    @Test("the passwords of the proxy's clients are known")
    func passwords() { #expect(Corpus.passwords.count == 4 && Corpus.passwords.allSatisfy { $0.count > 8 }) }

    @Test("no password stands in a file, as text, in hexadecimal or in Base64", .serialized, arguments: all)
    func text(_ name: String) throws {
        let text = try String(contentsOfFile: Corpus.path(name), encoding: .utf8)
        let fixture = try Corpus.fixture(name)
        let bytes = fixture.bytes(from: .client) + fixture.bytes(from: .server)
        for password in Corpus.passwords {
            let plain = Array(password.utf8)
            let base64 = Data(plain).base64EncodedString().filter { $0 != "=" }.dropLast()
            let hexadecimal = plain.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            for form in [password, String(base64), hexadecimal] {
                #expect(!text.contains(form), "\(name) holds a form of a password")
                #expect(bytes.firstRange(of: Array(form.utf8)) == nil, "\(name) holds a form of a password")
            }
        }
        for line in text.split(separator: "\n") where line.hasPrefix("password:") {
            #expect(line == "password: fixture")
        }
    }

    /// What a client or a server could have sent because it knows the password, for each exchange in a recording.
    private func derived(_ password: [UInt8], _ fixture: Fixture) throws -> [[UInt8]] {
        var derived: [[UInt8]] = []
        var firstBare: [UInt8] = []
        var challenge: [UInt8]?
        let user = Array((fixture.startupMessage?["user"] ?? "").utf8)
        for message in fixture.messages {
            if message.side == .client, message.tag == FrontendKind.password.rawValue {
                if let initial = try? FrontendMessage.saslInitialResponse(body: message.body),
                    let response = initial.response
                {
                    let parts = response.split(separator: 44, omittingEmptySubsequences: false)
                    firstBare = Array(parts.dropFirst(2).joined(separator: [44]))
                } else if let challenge, let salt = attribute("s", challenge).flatMap({ Base64.decode($0) }),
                    let iterations = attribute("i", challenge).flatMap({ Int(String(decoding: $0, as: UTF8.self)) })
                {
                    let key = ScramKey(password: password, salt: salt, iterations: iterations)
                    let unproven = message.body.prefix(message.body.firstRange(of: Array(",p=".utf8))?.lowerBound ?? 0)
                    let exchange = firstBare + [44] + challenge + [44] + unproven
                    let clientKey = HMACSHA256(key: key.saltedPassword).code(Array("Client Key".utf8))
                    let stored = SHA256.hash(clientKey)
                    let signature = HMACSHA256(key: stored).code(exchange)
                    let serverKey = HMACSHA256(key: key.saltedPassword).code(Array("Server Key".utf8))
                    derived += [key.saltedPassword, clientKey, stored, serverKey, signature]
                    derived += [zip(clientKey, signature).map { $0 ^ $1 }, HMACSHA256(key: serverKey).code(exchange)]
                }
            }
            guard message.side == .server, message.tag == BackendKind.authentication.rawValue else { continue }
            switch try? AuthenticationRequest.decode(body: message.body.rawSpan) {
            case .md5Password(let salt)?:
                let inner = MD5.hexadecimal(password + user)
                derived += [inner, MD5.hexadecimal(inner + salt)]
            case .saslContinue(let bytes)?: challenge = bytes
            default: break
            }
        }
        return derived
    }

    private func attribute(_ name: Character, _ message: [UInt8]) -> [UInt8]? {
        let prefix = Array("\(name)=".utf8)
        return message.split(separator: 44).first { $0.starts(with: prefix) }.map { Array($0.dropFirst(2)) }
    }

    private func holds(_ fixture: Fixture, _ secret: [UInt8]) -> Bool {
        let bytes = fixture.bytes(from: .client) + fixture.bytes(from: .server)
        let forms = [secret, Base64.encode(secret)]
        return forms.contains { bytes.firstRange(of: $0) != nil }
            || fixture.header.scramKey.map { $0.saltedPassword == secret } == true
    }

    @Test(
        "no proof, signature, key or hash that a password was made into is in a recording", .serialized,
        arguments: Corpus.recorded + Corpus.proxied)
    func proofs(_ name: String) throws {
        let fixture = try Corpus.fixture(name)
        for password in Corpus.passwords {
            for secret in try derived(Array(password.utf8), fixture) where holds(fixture, secret) {
                Issue.record("\(name) holds what was made from a password")
            }
        }
    }

    @Test(
        "the search finds what is there: the public password's own",
        arguments: ["startup/scram-18", "startup/md5-18"])
    func searchWorks(_ name: String) throws {
        let fixture = try Corpus.fixture(name)
        let found = try derived(Array("fixture".utf8), fixture).filter { holds(fixture, $0) }
        // The proof, the server's signature and the salted key; or the MD5 response.
        #expect(found.count == (name.hasPrefix("startup/scram") ? 3 : 1))
    }

    @Test("where a client of the proxy was asked for a password, marks stand", arguments: Corpus.proxied)
    func marks(_ name: String) throws {
        let fixture = try Corpus.fixture(name)
        #expect(fixture.isRedacted)
        #expect(!fixture.header.usesPassword && fixture.header.nonce == nil)
        for message in fixture.messages {
            guard message.tag == BackendKind.authentication.rawValue, message.side == .server,
                case .saslFinal(let bytes)? = try? AuthenticationRequest.decode(body: message.body.rawSpan)
            else { continue }
            #expect(bytes == Array("v=redacted".utf8))
        }
    }
}
