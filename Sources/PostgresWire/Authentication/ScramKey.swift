/// What SCRAM derives from a password at great cost, with the salt and iteration count it belongs to.
///
/// Kept by whoever connects again and again, it spares all but the first connect the iterations. It is as secret as the
/// password, so its description shows nothing.
package struct ScramKey: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// The salt that the server stores.
    package let salt: [UInt8]
    /// How often the hash was iterated.
    package let iterations: Int
    /// The result, `SaltedPassword` in RFC 5802.
    package let saltedPassword: [UInt8]

    /// A key that was derived before.
    package init(salt: [UInt8], iterations: Int, saltedPassword: [UInt8]) {
        self.salt = salt
        self.iterations = iterations
        self.saltedPassword = saltedPassword
    }

    /// Derives a key; this is the slow part, about 0.45 µs an iteration.
    package init(password: [UInt8], salt: [UInt8], iterations: Int) {
        let key = PBKDF2.key(password: password, salt: salt, iterations: iterations)
        self.init(salt: salt, iterations: iterations, saltedPassword: key)
    }

    package var description: String { "ScramKey(redacted)" }
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// What proves to the server that the client knows the password.
    func clientProof(_ exchange: [UInt8]) -> [UInt8] {
        exclusiveOr(clientKey, clientSignature(exchange))
    }

    /// What proves to the client that the server knows it, too.
    func serverSignature(_ exchange: [UInt8]) -> [UInt8] {
        let serverKey = HMACSHA256(key: saltedPassword).code(Array("Server Key".utf8))
        return HMACSHA256(key: serverKey).code(exchange)
    }

    /// Whether `proof` was made with this key.
    func accepts(proof: [UInt8], _ exchange: [UInt8]) -> Bool {
        guard proof.count == SHA256.digestCount else { return false }
        return ConstantTime.equal(exclusiveOr(proof, clientSignature(exchange)), clientKey)
    }

    private var clientKey: [UInt8] { HMACSHA256(key: saltedPassword).code(Array("Client Key".utf8)) }

    private func clientSignature(_ exchange: [UInt8]) -> [UInt8] {
        HMACSHA256(key: SHA256.hash(clientKey)).code(exchange)
    }

    private func exclusiveOr(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] { zip(left, right).map { $0 ^ $1 } }
}
