/// The client's side of SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677): one method a message, in order.
///
/// PostgreSQL: SASL Authentication.
package struct ScramClient: Sendable {
    /// What the client says about binding the exchange to the TLS connection below it.
    package enum ChannelBinding: Hashable, Sendable {
        /// It could not do so, for example without TLS.
        case notSupportedByClient
        /// It could, but the server did not offer it; a server that did offer it sees that somebody took the offer out.
        case supportedButNotOffered
        /// It does, by the hash of the server's certificate.
        case tlsServerEndPoint([UInt8])

        /// How the client's first message begins.
        var header: [UInt8] {
            switch self {
            case .notSupportedByClient: Array("n,,".utf8)
            case .supportedButNotOffered: Array("y,,".utf8)
            case .tlsServerEndPoint: Array("p=tls-server-end-point,,".utf8)
            }
        }

        /// What the client's last message repeats under the protection of the proof.
        var input: [UInt8] {
            guard case .tlsServerEndPoint(let hash) = self else { return header }
            return header + hash
        }
    }

    private enum State {
        case started(password: [UInt8], known: ScramKey?)
        case answered(signature: [UInt8], key: ScramKey)
        case verified(ScramKey)
        case failed
    }

    private let nonce: [UInt8]
    private let firstBare: [UInt8]
    private let channelBinding: ChannelBinding
    private let iterationLimit: Int
    private var state: State

    /// A client at the beginning of an exchange.
    ///
    /// - Parameters:
    ///   - password: the password after SASLprep.
    ///   - nonce: printable ASCII without comma, fresh and unguessable for every exchange.
    ///   - user: the name inside SCRAM; PostgreSQL takes the startup message's instead, so it is normally empty.
    ///   - key: from an earlier exchange; if the server names the same salt and count, nothing is iterated.
    package init(
        password: [UInt8], nonce: String, user: String = "", channelBinding: ChannelBinding = .notSupportedByClient,
        key: ScramKey? = nil, limits: Limits = Limits()
    ) {
        self.nonce = Array(nonce.utf8)
        let name = user.utf8.flatMap { byte in
            switch byte {
            case UInt8(ascii: ","): Array("=2C".utf8)
            case UInt8(ascii: "="): Array("=3D".utf8)
            default: [byte]
            }
        }
        firstBare = Array("n=".utf8) + name + Array(",r=".utf8) + self.nonce
        self.channelBinding = channelBinding
        iterationLimit = limits.scramIterations
        state = .started(password: password, known: key)
    }

    /// The name by which the server knows the mechanism.
    package var mechanism: String {
        if case .tlsServerEndPoint = channelBinding { "SCRAM-SHA-256-PLUS" } else { "SCRAM-SHA-256" }
    }

    /// The key of an exchange that has succeeded, for the next one.
    package var key: ScramKey? {
        if case .verified(let key) = state { key } else { nil }
    }

    /// The client's first message.
    package func clientFirst() -> [UInt8] { channelBinding.header + firstBare }

    /// Takes the server's first message and gives the client's final one, with its proof.
    ///
    /// It costs the iterations that the server asks for, unless the key given at the beginning fits.
    /// - Throws: ``WireError/authentication(_:)`` for any breach of the rules, before anything is iterated.
    package mutating func handle(serverFirst: [UInt8]) throws(WireError) -> [UInt8] {
        guard case .started(let password, let known) = state else { throw outOfOrder }
        state = .failed
        let message = try ScramMessage(serverFirst)
        if let text = message.errorText { throw refused(text) }
        let combined = try combinedNonce(message.value("r", at: 0))
        guard let salt = Base64.decode(try message.value("s", at: 1)), !salt.isEmpty else {
            throw .authentication("the server's SCRAM salt is not valid")
        }
        let iterations = try iterations(message.value("i", at: 2))
        let key =
            if let known, known.salt == salt, known.iterations == iterations {
                known
            } else {
                ScramKey(password: password, salt: salt, iterations: iterations)
            }
        let unproven = Array("c=".utf8) + Base64.encode(channelBinding.input) + Array(",r=".utf8) + combined
        let comma = [UInt8(ascii: ",")]
        let exchange = firstBare + comma + serverFirst + comma + unproven
        state = .answered(signature: key.serverSignature(exchange), key: key)
        return unproven + Array(",p=".utf8) + Base64.encode(key.clientProof(exchange))
    }

    /// Takes the server's final message, which must prove that the server knows the password.
    package mutating func handle(serverFinal: [UInt8]) throws(WireError) {
        guard case .answered(let expected, let key) = state else { throw outOfOrder }
        state = .failed
        let message = try ScramMessage(serverFinal)
        if let text = message.errorText { throw refused(text) }
        guard let signature = Base64.decode(try message.value("v", at: 0)) else {
            throw .authentication("the server's SCRAM signature is not valid Base64")
        }
        guard ConstantTime.equal(signature, expected) else {
            throw .authentication("the server's SCRAM signature is wrong: it does not know the password")
        }
        state = .verified(key)
    }

    private func combinedNonce(_ combined: [UInt8]) throws(WireError) -> [UInt8] {
        guard combined.starts(with: nonce), combined.count > nonce.count, ScramMessage.isNonce(combined) else {
            throw .authentication("the server's SCRAM nonce does not extend the client's")
        }
        return combined
    }

    /// A positive decimal number without sign, leading zero or anything else, up to the limit.
    private func iterations(_ text: [UInt8]) throws(WireError) -> Int {
        guard let first = text.first, first != UInt8(ascii: "0"),
            text.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { throw .authentication("the server's SCRAM iteration count is not valid") }
        guard let count = Int(String(decoding: text, as: UTF8.self)), count <= iterationLimit else {
            throw .authentication("the server's SCRAM iteration count is above the limit of \(iterationLimit)")
        }
        return count
    }

    private var outOfOrder: WireError { .authentication("a SCRAM message came out of order") }

    private func refused(_ text: String) -> WireError {
        .authentication("the server refused SCRAM authentication: \(text)")
    }
}
