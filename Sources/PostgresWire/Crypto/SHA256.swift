/// SHA-256 of FIPS 180-4, over bytes that come in pieces.
package struct SHA256 {
    /// How many bytes a digest has.
    package static let digestCount = 32

    private var state = SHA256State()
    private var pending: [UInt8] = []
    private var total: UInt64 = 0

    /// A hash of nothing yet.
    package init() {}

    /// A hash that has already taken in `blocks` whole blocks, which left `state`.
    init(state: SHA256State, blocks: UInt64) {
        self.state = state
        total = blocks &* 64
    }

    /// The digest of `bytes`.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finalize()
    }

    /// Takes in more bytes.
    package mutating func update(_ bytes: [UInt8]) {
        total &+= UInt64(bytes.count)
        var position = 0
        if !pending.isEmpty {
            position = min(64 - pending.count, bytes.count)
            pending.append(contentsOf: bytes[..<position])
            guard pending.count == 64 else { return }
            state.compress(SHA256Block(pending, at: 0))
            pending.removeAll(keepingCapacity: true)
        }
        while bytes.count - position >= 64 {
            state.compress(SHA256Block(bytes, at: position))
            position += 64
        }
        pending.append(contentsOf: bytes[position...])
    }

    /// The digest of everything taken in; the value is used up.
    package consuming func finalize() -> [UInt8] { finalState().bytes }

    /// The digest as words, for those who go on hashing it.
    consuming func finalState() -> SHA256State {
        let bits = total &* 8
        pending.append(0x80)
        let zeros = pending.count <= 56 ? 56 - pending.count : 120 - pending.count
        pending.append(contentsOf: repeatElement(0, count: zeros))
        for shift in stride(from: 56 as UInt64, through: 0, by: -8) {
            pending.append(UInt8(truncatingIfNeeded: bits &>> shift))
        }
        for start in stride(from: 0, to: pending.count, by: 64) {
            state.compress(SHA256Block(pending, at: start))
        }
        return state
    }
}

/// Sixteen words of message, as named fields: unlike an array they stay in registers.
struct SHA256Block {
    var w0: UInt32 = 0, w1: UInt32 = 0, w2: UInt32 = 0, w3: UInt32 = 0
    var w4: UInt32 = 0, w5: UInt32 = 0, w6: UInt32 = 0, w7: UInt32 = 0
    var w8: UInt32 = 0, w9: UInt32 = 0, w10: UInt32 = 0, w11: UInt32 = 0
    var w12: UInt32 = 0, w13: UInt32 = 0, w14: UInt32 = 0, w15: UInt32 = 0

    init() {}

    /// The 64 bytes at `start`, which the caller knows to be there.
    @inline(__always)
    init(_ bytes: [UInt8], at start: Int) {
        func word(_ index: Int) -> UInt32 {
            let first = start + 4 * index
            return UInt32(bytes[first]) &<< 24 | UInt32(bytes[first + 1]) &<< 16 | UInt32(bytes[first + 2]) &<< 8
                | UInt32(bytes[first + 3])
        }
        (w0, w1, w2, w3) = (word(0), word(1), word(2), word(3))
        (w4, w5, w6, w7) = (word(4), word(5), word(6), word(7))
        (w8, w9, w10, w11) = (word(8), word(9), word(10), word(11))
        (w12, w13, w14, w15) = (word(12), word(13), word(14), word(15))
    }

    /// The next sixteen words of the message schedule.
    @inline(__always)
    mutating func expand() {
        w0 = Self.next(w0, w1, w9, w14)
        w1 = Self.next(w1, w2, w10, w15)
        w2 = Self.next(w2, w3, w11, w0)
        w3 = Self.next(w3, w4, w12, w1)
        w4 = Self.next(w4, w5, w13, w2)
        w5 = Self.next(w5, w6, w14, w3)
        w6 = Self.next(w6, w7, w15, w4)
        w7 = Self.next(w7, w8, w0, w5)
        w8 = Self.next(w8, w9, w1, w6)
        w9 = Self.next(w9, w10, w2, w7)
        w10 = Self.next(w10, w11, w3, w8)
        w11 = Self.next(w11, w12, w4, w9)
        w12 = Self.next(w12, w13, w5, w10)
        w13 = Self.next(w13, w14, w6, w11)
        w14 = Self.next(w14, w15, w7, w12)
        w15 = Self.next(w15, w0, w8, w13)
    }

    @inline(__always)
    private static func next(_ oldest: UInt32, _ second: UInt32, _ tenth: UInt32, _ fifteenth: UInt32) -> UInt32 {
        let small0 = (second.rotated(11) ^ second).rotated(7) ^ (second &>> 3)
        let small1 = (fifteenth.rotated(2) ^ fifteenth).rotated(17) ^ (fifteenth &>> 10)
        return oldest &+ small0 &+ tenth &+ small1
    }
}

/// The eight words between two blocks.
struct SHA256State {
    var a: UInt32 = 0x6a09_e667
    var b: UInt32 = 0xbb67_ae85
    var c: UInt32 = 0x3c6e_f372
    var d: UInt32 = 0xa54f_f53a
    var e: UInt32 = 0x510e_527f
    var f: UInt32 = 0x9b05_688c
    var g: UInt32 = 0x1f83_d9ab
    var h: UInt32 = 0x5be0_cd19

    /// The words in network order.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        for word in [a, b, c, d, e, f, g, h] {
            for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: word &>> shift)) }
        }
        return bytes
    }

    /// Takes in one block.
    mutating func compress(_ block: SHA256Block) { mix(block) }

    /// Takes in the block that ends a message of one block and a digest, the only one that PBKDF2 repeats.
    ///
    /// Half of its words are constants, which the compiler folds away; a function of its own, for both hashes of an
    /// iteration then share code that stays in the processor's cache.
    @inline(never)
    mutating func compress(afterOneBlock digest: SHA256State) {
        var block = SHA256Block()
        (block.w0, block.w1, block.w2, block.w3) = (digest.a, digest.b, digest.c, digest.d)
        (block.w4, block.w5, block.w6, block.w7) = (digest.e, digest.f, digest.g, digest.h)
        block.w8 = 0x8000_0000
        block.w15 = (64 + 32) * 8
        mix(block)
    }

    /// 64 rounds, written out so that every constant and index is known to the compiler.
    @inline(__always)
    private mutating func mix(_ block: SHA256Block) {
        var next = self
        var words = block
        next.rounds(
            words,
            0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5,
            0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
            0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3,
            0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174)
        words.expand()
        next.rounds(
            words,
            0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc,
            0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
            0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
            0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967)
        words.expand()
        next.rounds(
            words,
            0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13,
            0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
            0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3,
            0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070)
        words.expand()
        next.rounds(
            words,
            0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5,
            0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
            0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208,
            0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2)
        (a, b, c, d) = (a &+ next.a, b &+ next.b, c &+ next.c, d &+ next.d)
        (e, f, g, h) = (e &+ next.e, f &+ next.f, g &+ next.g, h &+ next.h)
    }

    /// Sixteen rounds; instead of moving the eight words along, each round names them one place further.
    @inline(__always)
    private mutating func rounds(
        _ words: SHA256Block,
        _ k0: UInt32, _ k1: UInt32, _ k2: UInt32, _ k3: UInt32,
        _ k4: UInt32, _ k5: UInt32, _ k6: UInt32, _ k7: UInt32,
        _ k8: UInt32, _ k9: UInt32, _ k10: UInt32, _ k11: UInt32,
        _ k12: UInt32, _ k13: UInt32, _ k14: UInt32, _ k15: UInt32
    ) {
        var carried = b ^ c
        Self.round(a, b, &d, e, f, g, &h, k0 &+ words.w0, &carried)
        Self.round(h, a, &c, d, e, f, &g, k1 &+ words.w1, &carried)
        Self.round(g, h, &b, c, d, e, &f, k2 &+ words.w2, &carried)
        Self.round(f, g, &a, b, c, d, &e, k3 &+ words.w3, &carried)
        Self.round(e, f, &h, a, b, c, &d, k4 &+ words.w4, &carried)
        Self.round(d, e, &g, h, a, b, &c, k5 &+ words.w5, &carried)
        Self.round(c, d, &f, g, h, a, &b, k6 &+ words.w6, &carried)
        Self.round(b, c, &e, f, g, h, &a, k7 &+ words.w7, &carried)
        Self.round(a, b, &d, e, f, g, &h, k8 &+ words.w8, &carried)
        Self.round(h, a, &c, d, e, f, &g, k9 &+ words.w9, &carried)
        Self.round(g, h, &b, c, d, e, &f, k10 &+ words.w10, &carried)
        Self.round(f, g, &a, b, c, d, &e, k11 &+ words.w11, &carried)
        Self.round(e, f, &h, a, b, c, &d, k12 &+ words.w12, &carried)
        Self.round(d, e, &g, h, a, b, &c, k13 &+ words.w13, &carried)
        Self.round(c, d, &f, g, h, a, &b, k14 &+ words.w14, &carried)
        Self.round(b, c, &e, f, g, h, &a, k15 &+ words.w15, &carried)
    }

    /// One round.
    ///
    /// Rotations are nested so that each needs one register less, and the exclusive or of `a` and `b` is handed
    /// to the next round, where it is that of `b` and `c`: both measured to help.
    @inline(__always)
    private static func round(
        _ a: UInt32, _ b: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32, _ g: UInt32, _ h: inout UInt32,
        _ input: UInt32, _ carried: inout UInt32
    ) {
        let big1 = ((e.rotated(14) ^ e).rotated(5) ^ e).rotated(6)
        let choice = g ^ (e & (f ^ g))
        let first = h &+ input &+ choice &+ big1
        d = d &+ first
        let big0 = a.rotated(2) ^ a.rotated(13) ^ a.rotated(22)
        let differing = a ^ b
        let majority = b ^ (differing & carried)
        carried = differing
        h = first &+ majority &+ big0
    }
}

extension UInt32 {
    @inline(__always)
    fileprivate func rotated(_ count: UInt32) -> UInt32 { (self &>> count) | (self &<< (32 &- count)) }
}
