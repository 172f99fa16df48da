import Testing

@testable import PostgresDriver

@Suite("The first word of a text")
struct FirstWordTests {
    static let texts: [(String, String)] = [
        ("SELECT 1", "SELECT"), ("copy t from stdin", "COPY"), ("COPY(SELECT 1) TO STDOUT", "COPY"),
        (" \t\r\n\u{b}\u{c}FETCH 1 c", "FETCH"), (";; ; COPY t", "COPY"), ("-- COPY\nSELECT", "SELECT"),
        ("-- COPY\rSELECT", "SELECT"), ("/* a /* b */ c */execute x", "EXECUTE"), ("/**/SELECT/**/1", "SELECT"),
        ("/* never closed COPY", ""), ("/* a */*/ SELECT", ""), ("-- only a comment", ""), ("", ""), ("1", ""),
        ("(SELECT 1)", ""), ("COPYü", "COPY"), ("ÄSELECT", ""), ("[{", ""), ("/", ""), ("/*", ""), ("-", ""),
    ]

    @Test("HARD-CASES 49, 56: comments, blanks and semicolons stand before it", arguments: texts)
    func word(_ text: String, _ word: String) {
        #expect(PostgresQuery(unsafeSQL: text).firstWord == word)
    }
}
