/// HMAC-SHA-256 of RFC 2104 under one key, whose two pad blocks are hashed once.
package struct HMACSHA256 {
    private let inner: SHA256State
    private let outer: SHA256State

    /// Prepares the key.
    package init(key: [UInt8]) {
        var block = key.count > 64 ? SHA256.hash(key) : key
        block.append(contentsOf: repeatElement(0, count: 64 - block.count))
        inner = Self.state(after: block, pad: 0x36)
        outer = Self.state(after: block, pad: 0x5c)
    }

    private static func state(after block: [UInt8], pad: UInt8) -> SHA256State {
        var state = SHA256State()
        state.compress(SHA256Block(block.map { $0 ^ pad }, at: 0))
        return state
    }

    /// The code of `message`, 32 bytes.
    package func code(_ message: [UInt8]) -> [UInt8] { words(message).bytes }

    private func words(_ message: [UInt8]) -> SHA256State {
        var hash = SHA256(state: inner, blocks: 1)
        hash.update(message)
        return finish(hash.finalState())
    }

    @inline(__always)
    private func finish(_ digest: SHA256State) -> SHA256State {
        var state = outer
        state.compress(afterOneBlock: digest)
        return state
    }

    /// The exclusive or of `iterations` codes, each of the one before, the first of `message`.
    ///
    /// Two blocks an iteration and nothing else: no memory is touched, the digest stays in words.
    fileprivate func iterated(_ message: [UInt8], iterations: Int) -> SHA256State {
        var last = words(message)
        var sum = last
        var count = 1
        while count < iterations {
            var state = inner
            state.compress(afterOneBlock: last)
            last = finish(state)
            (sum.a, sum.b, sum.c, sum.d) = (sum.a ^ last.a, sum.b ^ last.b, sum.c ^ last.c, sum.d ^ last.d)
            (sum.e, sum.f, sum.g, sum.h) = (sum.e ^ last.e, sum.f ^ last.f, sum.g ^ last.g, sum.h ^ last.h)
            count &+= 1
        }
        return sum
    }
}

/// PBKDF2 of RFC 8018 with HMAC-SHA-256.
package enum PBKDF2 {
    /// A key of `count` bytes.
    ///
    /// It costs two SHA-256 blocks an iteration, for every 32 bytes of key. The caller checks `iterations`, which a
    /// server chooses; below one it counts as one.
    package static func key(password: [UInt8], salt: [UInt8], iterations: Int, count: Int = 32) -> [UInt8] {
        let code = HMACSHA256(key: password)
        var key: [UInt8] = []
        var block: UInt32 = 1
        while key.count < count {
            let number = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: block &>> $0) }
            key += code.iterated(salt + number, iterations: iterations).bytes
            block &+= 1
        }
        return Array(key.prefix(max(count, 0)))
    }
}
