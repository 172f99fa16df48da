import PostgresFixtures
import PostgresWire
import Testing

@Suite("Replay: the text form of recordings")
struct ReplayFormatTests {
    private static let head = "postgres-session 1\ntls: off\n\n"

    @Test("every kind of line comes back as it was")
    func everyLine() throws {
        let text = """
            postgres-session 1
            server: 18.1
            tls: on
            user: some one
            database: a: b
            password: fixture
            nonce: abc
            scram-key: AQID 4096 BAUG
            setting: statement_cache=0
            setting: note=a = b

            # made by hand
            #
            > StartupMessage 3.0 "user" "a" | 00000010 00030000757365720061000000
            < Bytes 1 | 4e
            < AuthenticationOk | 52 00000008 00000000
            ~ read
            ~ read 3
            ~ after 2 15
            < ReadyForQuery I | 5a 00000005 49
            > Sync | 53 00000004
            > Query "a | b" | 51 0000000a 61207c206200
            x client
            x server

            """
        let fixture = try Fixture(text: text, name: "all")
        #expect(fixture.text == text)
        #expect(try Fixture(text: fixture.text, name: "all") == fixture)
        #expect(fixture.messages.map(\.framing) == [.untagged, .fragment, .tagged, .tagged, .tagged, .tagged])
        #expect(fixture.lines[6] == .read(offset: 3))
        #expect(fixture.header.settings == [.init("statement_cache", "0"), .init("note", "a = b")])
        #expect(fixture.configuration.password == "fixture")
        #expect(fixture.configuration.sslMode == .disable)
        #expect(!fixture.readableText.contains("00000005"))
    }

    static let mistakes: [(text: String, line: Int, reason: String)] = [
        ("", 0, "no end"),
        ("postgres-session 1\ntls: off\n\n# last", 4, "no end"),
        ("something else\n", 1, "begins with"),
        ("postgres-session 2\ntls: off\n\n", 1, "version 2"),
        ("postgres-session 1 \ntls: off\n\n", 1, "version"),
        ("postgres-session 1\n\n", 2, "here belongs `tls: off`"),
        ("postgres-session 1\ntls: off\n", 2, "an empty line ends"),
        ("postgres-session 1\ntls: maybe\n\n", 2, "on or off"),
        ("postgres-session 1\ntls: off\nserver: 15\n\n", 2, "one order"),
        ("postgres-session 1\ntls: off\ntls: off\n\n", 3, "repetitions"),
        ("postgres-session 1\ntls: off\npassword: secret\n\n", 3, "the only password"),
        ("postgres-session 1\ntls: off\nscram-key: AQID 0 BAUG\n\n", 3, "SCRAM key"),
        ("postgres-session 1\ntls: off\nscram-key: AQID x\n\n", 3, "SCRAM key"),
        ("postgres-session 1\ntls: off\nsetting: x\n\n", 3, "name=value"),
        ("postgres-session 1\ntls: off\ncolour: red\n\n", 3, "no header `colour`"),
        ("postgres-session 1\ntls: off\nuser:\n\n", 3, "key: value"),
        (head + "\n", 4, "empty line"),
        (head + "> Sync 53 00000004\n", 4, "readable text | bytes"),
        (head + "> Sync |53 00000004\n", 4, "no space"),
        (head + "> Sync | 53 0000000\n", 4, "not whole"),
        (head + "> Sync | 53  00000004\n", 4, "not whole"),
        (head + "> Sync | 53 00000004 \n", 4, "not whole"),
        (head + "> Sync | 5A 00000004\n", 4, "lower-case"),
        (head + "> Sync | 5300 00000004\n", 4, "grouped"),
        (head + "> Sync | 53 00000004 00 00\n", 4, "grouped"),
        (head + "> Sync | 53 0000\n", 4, "grouped"),
        (head + "?? Sync\n", 4, "begins with one of"),
        (head + "! Sync\n", 4, "begins with one of"),
        (head + "~ read 0\n", 4, "boundary"),
        (head + "~ read 03\n", 4, "boundary"),
        (head + "~ chunk\n", 4, "boundary"),
        (head + "~ read x\n", 4, "boundary"),
        (head + "~ after 2\n", 4, "boundary"),
        (head + "~ after 2 0\n", 4, "boundary"),
        (head + "~ after -1 3\n", 4, "boundary"),
        (head + "~ after 2 3 4\n", 4, "boundary"),
        (head + "~ after 2 99999999999999999999\n", 4, "boundary"),
        (head + "x nobody\n", 4, "client or server"),
        (head + "# \n", 4, "remark"),
        (head + "#remark\n", 4, "begins with one of"),
    ]

    @Test("a mistake is named with its line", arguments: mistakes)
    func mistake(text: String, line: Int, reason: String) throws {
        let error = try #require(throws: FixtureError.self) { try Fixture(text: text, name: "broken") }
        #expect(error.reason.contains(reason), "\(error)")
        #expect(error.fixture == "broken")
        #expect(line == 0 || error.line == line, "\(error)")
    }

    @Test("a readable half or a header that lies is found")
    func inconsistencies() throws {
        var fixture = try Corpus.fixture("startup/scram-15")
        #expect(fixture.inconsistencies().isEmpty)
        fixture.header.user = "somebody"
        fixture.header.nonce = "another"
        let index = try #require(fixture.lines.firstIndex { if case .message = $0 { true } else { false } })
        if case .message(var message) = fixture.lines[index] {
            message.readable = "StartupMessage 3.2"
            fixture.lines[index] = .message(message)
        }
        let found = fixture.inconsistencies().map(\.description)
        #expect(found.count == 3)
        #expect(found.first?.contains(":\(fixture.lineNumber(of: index)):") == true)
    }

    @Test("a length word that is not the true length is shown")
    func wrongLength() {
        let message = Fixture.Message(.server, [0x5a, 0, 0, 0, 99, 0x49], framing: .tagged)
        #expect(message.readable == "ReadyForQuery I (length 99)")
        #expect(Fixture.Message(.server, [0x5a, 0, 0], framing: .tagged).framing == .fragment)
    }

    static let scripts: [(String, String, FixtureScript.Mode, Bool)] = [
        ("SELECT 1;\n", "SELECT 1", .extended, false),
        ("-- a comment\n\nSELECT\n  1;\n", "SELECT\n  1", .extended, false),
        (
            "--! simple\n--! fails\nSELECT 1; SELECT 2;\n",
            "SELECT 1; SELECT 2", .simple, true
        ),
        (";\n", "", .extended, false),
    ]

    @Test("a script is cut at semicolons that end a line", arguments: scripts)
    func script(_ text: String, _ sql: String, _ mode: FixtureScript.Mode, _ mustFail: Bool) throws {
        let steps = try FixtureScript(text).steps
        #expect(steps.count == 1)
        let step = try #require(steps.first)
        #expect(step.sql == sql && step.mode == mode && step.mustFail == mustFail)
    }

    @Test(
        "a script that cannot be run is refused",
        arguments: ["SELECT 1\n", "--! quickly\n", "SELECT\n--! simple\n1;\n", "--! connect fails\nSELECT 1;\n"])
    func badScript(_ text: String) { #expect(throws: FixtureError.self) { try FixtureScript(text) } }
}
