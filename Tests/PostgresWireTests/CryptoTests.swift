import PostgresWire
import Testing

private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

@Suite("SHA-256") struct SHA256Tests {
    @Test(
        "gives the digests of FIPS 180",
        arguments: [
            ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
        ])
    func vectors(text: String, times: Int, digest: String) {
        let bytes = Array(repeatElement(Array(text.utf8), count: times).joined())
        #expect(hexadecimal(SHA256.hash(bytes)) == digest)
    }

    @Test("is right for every length around the padding's edges")
    func lengths() {
        var all = SHA256()
        for length in 0..<300 { all.update(SHA256.hash((0..<length).map { UInt8($0 & 255) })) }
        #expect(
            hexadecimal(all.finalize()) == "df90175783c44235cf6aefd935a2c2747f42399416d16789ece339f1fd26d835")
    }

    @Test("does not mind how the bytes are cut up", arguments: [1, 3, 55, 63, 64, 65, 128, 130])
    func pieces(size: Int) {
        let bytes = (0..<500).map { UInt8($0 % 251) }
        var hash = SHA256()
        for start in stride(from: 0, to: bytes.count, by: size) {
            hash.update(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        #expect(hash.finalize() == SHA256.hash(bytes))
    }
}

@Suite("HMAC-SHA-256") struct HMACTests {
    @Test(
        "gives the codes of RFC 4231",
        arguments: [
            (
                [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
            ),
            (
                [UInt8](1...25), [UInt8](repeating: 0xcd, count: 50),
                "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
            ),
            (
                [UInt8](repeating: 0xaa, count: 131),
                Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
        ])
    func vectors(key: [UInt8], message: [UInt8], code: String) {
        #expect(hexadecimal(HMACSHA256(key: key).code(message)) == code)
    }
}

@Suite("PBKDF2") struct PBKDF2Tests {
    @Test(
        "gives the keys of RFC 6070's inputs with SHA-256",
        arguments: [
            ("password", "salt", 1, "120fb6cffcf8b32c43e7225256c4f837a86548c92ccc35480805987cb70be17b"),
            ("password", "salt", 2, "ae4d0c95af6b46d32d0adff928f06dd02a303f8ef3c251dfd6e2d85a95474c43"),
            ("password", "salt", 4096, "c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a"),
            (
                "passwordPASSWORDpassword", "saltSALTsaltSALTsaltSALTsaltSALTsalt", 4096,
                "348c89dbcbd32b2f32d814b8116e84cf2b17347ebc1800181c4e2a1fb8dd53e1c635518c7dac47e9"
            ),
            ("pass\0word", "sa\0lt", 4096, "89b69d0516f829893c696226650a8687"),
            (
                String(repeating: "x", count: 65), "salt", 3,
                "55f8286dda24a93939636b5584acff9694c9d2551e7f63ed334c389a68e5dd4f"
                    + "e965f9b13ad213322a55c5d7b400ea6a99163be92aadeffb8d6a5ce6dffc68f19f"
            ),
        ])
    func vectors(password: String, salt: String, iterations: Int, key: String) {
        let derived = PBKDF2.key(
            password: Array(password.utf8), salt: Array(salt.utf8), iterations: iterations, count: key.utf8.count / 2)
        #expect(hexadecimal(derived) == key)
    }
}

@Suite("MD5") struct MD5Tests {
    @Test(
        "gives the digests of RFC 1321",
        arguments: [
            ("", "d41d8cd98f00b204e9800998ecf8427e"),
            ("a", "0cc175b9c0f1b6a831c399e269772661"),
            ("abc", "900150983cd24fb0d6963f7d28e17f72"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
            ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
            (
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
                "d174ab98d277d9f5a5611c2c9f419d9f"
            ),
            (String(repeating: "1234567890", count: 8), "57edf4a22be3c955ac49da2e2107b67a"),
        ])
    func vectors(text: String, digest: String) {
        #expect(hexadecimal(MD5.hash(Array(text.utf8))) == digest)
        #expect(String(decoding: MD5.hexadecimal(Array(text.utf8)), as: UTF8.self) == digest)
    }

    @Test("is right for every length around the padding's edges")
    func lengths() {
        var all: [UInt8] = []
        for length in 0..<300 { all += MD5.hash((0..<length).map { UInt8($0 & 255) }) }
        #expect(hexadecimal(MD5.hash(all)) == "25fecb951fbcca8a0793500af76dfab4")
    }
}

@Suite("Base64") struct Base64Tests {
    @Test(
        "gives the texts of RFC 4648, both ways",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func vectors(plain: String, text: String) {
        #expect(Base64.encode(Array(plain.utf8)) == Array(text.utf8))
        #expect(Base64.decode(Array(text.utf8)) == Array(plain.utf8))
    }

    @Test("brings back every byte at every place")
    func everyByte() {
        for byte in UInt8.min...UInt8.max {
            for bytes in [[byte], [0, byte], [0, 255, byte], [byte, byte, byte, byte]] {
                #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            }
        }
    }

    @Test(
        "refuses what no encoder writes",
        arguments: [
            "Zg", "Zg=", "Zg===", "Z", "=", "==", "====", "Zm9v=", "Zm9vYg==Zg==", "Zg==\n", "Zm 9", "Zm9-", "Zm9_",
            "Z=g=", "=Zg=", "Zh==", "Zm9=", "Zm9é", "Zm9\0",
        ])
    func refused(text: String) {
        #expect(Base64.decode(Array(text.utf8)) == nil)
    }
}

@Suite("Comparison in constant time") struct ConstantTimeTests {
    @Test(
        "tells equal from different",
        arguments: [
            ([], [], true), ([1, 2], [1, 2], true), ([1, 2], [1, 3], false), ([1, 2], [2, 2], false),
            ([1], [1, 2], false), ([0x80], [0], false),
        ] as [([UInt8], [UInt8], Bool)])
    func equality(left: [UInt8], right: [UInt8], equal: Bool) {
        #expect(ConstantTime.equal(left, right) == equal)
    }
}
