import PostgresWire
import Testing

@Suite("SASLprep") struct SASLPrepTests {
    @Test(
        "prepares as RFC 4013 says",
        arguments: [
            ("", ""), ("user", "user"), ("USER", "USER"), ("I\u{ad}X", "IX"), ("\u{aa}", "a"), ("\u{2168}", "IX"),
            ("a\u{a0}b\u{3000}c", "a b c"), ("a\u{200b}b", "a b"), ("x\u{200d}y\u{feff}z", "xyz"),
            ("e\u{301}", "\u{e9}"), ("\u{fb01}n", "fin"), ("\u{1100}\u{1161}", "\u{ac00}"),
            ("\u{627}1\u{628}", "\u{627}1\u{628}"), ("\u{5d0} \u{5d1}", "\u{5d0} \u{5d1}"),
            ("пароль", "пароль"), ("ｐａｓｓ", "pass"),
        ])
    func prepared(password: String, expected: String) {
        #expect(SASLPrep.prepare(password) == Array(expected.utf8))
    }

    /// Every row holds something that preparation would change, so that raw bytes mean that it was refused.
    @Test(
        "uses the raw password where RFC 4013 refuses it",
        arguments: [
            "\u{fe8d}1", "1\u{fe8d}", "\u{fe8d}a\u{628}", "\u{5d0}\u{2168}\u{5d0}",  // mixed directions
            "e\u{301}\u{7}", "\u{ad}é\u{7f}", "\u{85}e\u{301}", "e\u{301}\u{2028}",  // control characters
            "e\u{301}\u{e000}", "e\u{301}\u{fffe}", "e\u{301}\u{fffd}", "e\u{301}\u{2ff0}", "e\u{301}\u{200e}",
            "e\u{301}\u{e0001}", "e\u{301}\u{340}\u{202a}",  // private use and so on
            "e\u{301}\u{221}\u{378}", "e\u{301}\u{1f600}", "e\u{301}\u{20bf}",  // not assigned in Unicode 3.2
            "\u{ad}", "\u{200d}\u{feff}",  // nothing is left
        ])
    func raw(password: String) {
        #expect(SASLPrep.prepare(password) == Array(password.utf8))
    }

    @Test("leaves ASCII alone, control characters included")
    func ascii() {
        let password = String(String.UnicodeScalarView((0..<128).map { Unicode.Scalar(UInt8($0)) }))
        #expect(SASLPrep.prepare(password) == Array(password.utf8))
    }
}
