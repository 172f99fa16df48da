/// The server's side of SCRAM-SHA-256, for servers that replay recordings or play a script.
package struct ScramServer: Sendable {
    private enum State {
        case started
        case challenged(firstBare: [UInt8], header: [UInt8], nonce: [UInt8], serverFirst: [UInt8])
        case finished
        case failed
    }

    private let key: ScramKey
    private let nonce: [UInt8]
    private let channelBinding: [UInt8]?
    private var state = State.started

    /// A server that knows the derived key, which holds the salt and the iteration count.
    ///
    /// - Parameters:
    ///   - nonce: what is appended to the client's.
    ///   - channelBinding: the hash of its certificate where it offered SCRAM-SHA-256-PLUS.
    package init(key: ScramKey, nonce: String, channelBinding: [UInt8]? = nil) {
        self.key = key
        self.nonce = Array(nonce.utf8)
        self.channelBinding = channelBinding
    }

    /// A server that knows the prepared password; deriving the key costs the iterations.
    package init(
        password: [UInt8], salt: [UInt8], iterations: Int, nonce: String, channelBinding: [UInt8]? = nil
    ) {
        let key = ScramKey(password: password, salt: salt, iterations: iterations)
        self.init(key: key, nonce: nonce, channelBinding: channelBinding)
    }

    /// Takes the client's first message and gives the server's.
    package mutating func handle(clientFirst: [UInt8]) throws(WireError) -> [UInt8] {
        guard case .started = state else { throw outOfOrder }
        state = .failed
        let parts = clientFirst.split(
            separator: UInt8(ascii: ","), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].isEmpty else { throw .authentication("the client's GS2 header is malformed") }
        try check(bindingFlag: Array(parts[0]))
        let message = try ScramMessage(Array(parts[2]))
        _ = try message.value("n", at: 0)
        let clientNonce = try message.value("r", at: 1)
        guard ScramMessage.isNonce(clientNonce) else { throw .authentication("the client's nonce is not valid") }
        let combined = clientNonce + nonce
        let serverFirst =
            Array("r=".utf8) + combined + Array(",s=".utf8) + Base64.encode(key.salt)
            + Array(",i=\(key.iterations)".utf8)
        state = .challenged(
            firstBare: Array(parts[2]), header: parts[0] + Array(",,".utf8), nonce: combined, serverFirst: serverFirst)
        return serverFirst
    }

    /// Takes the client's final message, checks its proof, and gives the server's.
    package mutating func handle(clientFinal: [UInt8]) throws(WireError) -> [UInt8] {
        guard case .challenged(let firstBare, let header, let combined, let serverFirst) = state else {
            throw outOfOrder
        }
        state = .failed
        let message = try ScramMessage(clientFinal)
        guard Base64.decode(try message.value("c", at: 0)) == header + bindingData(header) else {
            throw .authentication("the client's channel binding is wrong")
        }
        guard try message.value("r", at: 1) == combined else { throw .authentication("the client's nonce is wrong") }
        let proofText = try message.value("p", at: message.count - 1)
        let comma = [UInt8(ascii: ",")]
        let unproven = clientFinal.dropLast(proofText.count + 3)
        let exchange = firstBare + comma + serverFirst + comma + unproven
        guard let proof = Base64.decode(proofText), key.accepts(proof: proof, exchange) else {
            throw .authentication("the client's SCRAM proof is wrong")
        }
        state = .finished
        return Array("v=".utf8) + Base64.encode(key.serverSignature(exchange))
    }

    private func check(bindingFlag: [UInt8]) throws(WireError) {
        switch (String(decoding: bindingFlag, as: UTF8.self), channelBinding) {
        case ("n", _), ("y", nil), ("p=tls-server-end-point", .some): return
        case ("y", .some): throw .authentication("the client did not see the offer of channel binding")
        default: throw .authentication("the client's channel binding is not supported")
        }
    }

    private func bindingData(_ header: [UInt8]) -> [UInt8] {
        header.first == UInt8(ascii: "p") ? channelBinding ?? [] : []
    }

    private var outOfOrder: WireError { .authentication("a SCRAM message came out of order") }
}
