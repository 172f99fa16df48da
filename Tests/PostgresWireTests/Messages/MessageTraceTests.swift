import PostgresWire
import Testing

private func trace(_ message: BackendMessage) throws -> String {
    let bytes = try written { writer throws(WireError) in try message.encode(into: &writer) }
    return traceBackend(bytes[0], Array(bytes.dropFirst(5)))
}

private func traceBackend(_ kind: UInt8, _ body: [UInt8]) -> String {
    MessageTrace.backend(kind: kind, body: unsafe body.span.bytes)
}

private func traceFrontend(_ kind: UInt8, _ body: [UInt8]) -> String {
    MessageTrace.frontend(kind: kind, body: unsafe body.span.bytes)
}

private func traceStartup(_ body: [UInt8]) -> String { MessageTrace.startup(unsafe body.span.bytes) }

private let backendLines = [
    "AuthenticationOk", "AuthenticationKerberosV5", "AuthenticationCleartextPassword",
    #"AuthenticationMD5Password '\x01000200'"#, "AuthenticationGSS", "AuthenticationGSSContinue (2 bytes)",
    "AuthenticationSSPI", #"AuthenticationSASL "SCRAM-SHA-256-PLUS" "SCRAM-SHA-256""#,
    "AuthenticationSASLContinue 'r=x'", "AuthenticationSASLFinal (3 bytes)",
    #"ErrorResponse S "ERROR" V "ERROR" C "42601" M "no""#, #"NoticeResponse M "hm" ? "new""#, "ErrorResponse",
    "BackendKeyData 4242 (4 bytes)", "BackendKeyData -1 (256 bytes)", "BindComplete", "CloseComplete",
    #"CommandComplete "INSERT 0 5""#, #"CommandComplete """#, "CopyData ''", #"CopyData '\x00ff'"#, "CopyDone",
    "CopyInResponse 0 2 0 0", "CopyOutResponse 1 1 1", "CopyBothResponse 0 0", "DataRow 0", "DataRow 3 '42' NULL ''",
    "EmptyQueryResponse", "FunctionCallResponse NULL", #"FunctionCallResponse '\x09'"#,
    #"NegotiateProtocolVersion 196608 2 "_pq_.a" "_pq_.b""#, "NoData",
    #"NotificationResponse 7 "jobs" "gr\xc3\xbcn""#, "ParameterDescription 0", "ParameterDescription 2 23 4294967295",
    #"ParameterStatus "server_version" "15.18""#, #"ParameterStatus "made_up" """#, "ParseComplete",
    "PortalSuspended", "ReadyForQuery I", "ReadyForQuery T", "ReadyForQuery E", "RowDescription 0",
    #"RowDescription 2 "id" 16384 1 23 4 -1 1 "?column?" 0 0 25 -1 -1 0"#,
]

private let frontendLines = [
    #"Bind "" "s1" 1 1 1 '\x0000002a' 1 1"#, #"Bind "p" "" 0 2 NULL '' 0"#, #"Close S "s1""#, #"Close P """#,
    #"CopyData '\x000a'"#, "CopyData ''", "CopyDone", #"CopyFail "no""#, #"Describe S """#, #"Describe P "p""#,
    #"Execute "" 0"#, #"Execute "p" 2147483647"#, "Flush", #"FunctionCall 952 2 1 0 2 '\x07' NULL 1"#,
    #"Parse "s1" "SELECT $1" 2 23 0"#, #"Parse "" "" 0"#, "PasswordMessage (0 bytes)", "PasswordMessage (8 bytes)",
    #"Query "SELECT '\xc3\xbc'""#, "Sync", "Terminate",
]

@Suite("Messages as text")
struct MessageTraceTests {
    @Test("Every message of the server has its line", arguments: zip(backendVectors, backendLines))
    func backend(vector: MessageVector<BackendMessage>, line: String) {
        #expect(traceBackend(vector.kind, vector.body) == line)
    }

    @Test("Every message of the client has its line", arguments: zip(frontendVectors, frontendLines))
    func frontend(vector: MessageVector<FrontendMessage>, line: String) {
        #expect(traceFrontend(vector.kind, vector.body) == line)
    }

    @Test("No vector is left without a line")
    func complete() {
        #expect(backendVectors.count == backendLines.count)
        #expect(frontendVectors.count == frontendLines.count)
    }

    @Test(
        "The packets that open a connection have theirs",
        arguments: [
            (raw(.i32(80_877_103)), "SSLRequest"), (raw(.i32(80_877_104)), "GSSENCRequest"),
            (raw(.i32(80_877_102), .i32(4242), .i32(7)), "CancelRequest 4242 (4 bytes)"),
            (raw(.i16(3), .i16(2), "user\0a\"b\0\0"), #"StartupMessage 3.2 "user" "a\"b""#),
            (raw(.i32(1), "\0"), #"StartupMessage (malformed) '\x0000000100'"#),
        ])
    func startup(body: [UInt8], line: String) {
        #expect(traceStartup(body) == line)
    }

    @Test(
        "A malformed body is marked and shown as far as it goes",
        arguments: [
            (raw("D", .i16(2), .i32(2), "42"), "DataRow (malformed) 2 '42' …"),
            (raw("D", .i16(1), .i32(99), "42"), "DataRow (malformed) 1 … '42'"),
            (raw("D", .i16(1), .i32(-2)), "DataRow (malformed) 1 …"),
            (raw("Z", "X"), "ReadyForQuery (malformed) X"),
            (raw("Z", "IX"), "ReadyForQuery (malformed) I 'X'"),
            (raw("R", .i32(6)), #"Authentication (malformed) '\x00000006'"#),
            (raw("R"), "Authentication (malformed) ''"),
            (raw("C", "SELECT"), "CommandComplete (malformed) … 'SELECT'"),
            (raw("K", .i32(1), "abc"), "BackendKeyData (malformed) 1 (3 bytes)"),
            (raw("\n", "x"), #"Unknown \x0a 'x'"#),
        ])
    func malformed(bytes: [UInt8], line: String) {
        #expect(traceBackend(bytes[0], Array(bytes.dropFirst())) == line)
    }

    @Test(
        "Values are text where they are text",
        arguments: [
            ("it's", #"'it\'s'"#), (#"\x2a"#, #"'\\x2a'"#), ("a\nb\t", #"'a\x0ab\x09'"#), ("a\u{0}", #"'\x6100'"#),
            ("\u{1b}[0m", #"'\x1b5b306d'"#), ("~ ", "'~ '"),
        ])
    func values(text: String, line: String) throws {
        #expect(try trace(.copyData(Array(text.utf8))) == "CopyData " + line)
    }

    @Test("Long values and texts are cut, with their length behind")
    func long() throws {
        let a = { String(repeating: "a", count: $0) }
        #expect(try trace(.copyData(Array(a(64).utf8))) == "CopyData '\(a(64))'")
        #expect(try trace(.copyData(Array(a(65).utf8))) == "CopyData '\(a(64))…'(65)")
        #expect(try trace(.copyData(Array(a(1 << 20).utf8))) == "CopyData '\(a(64))…'(1048576)")
        #expect(try trace(.commandComplete(CommandTag(a(256)))) == "CommandComplete \"\(a(256))\"")
        #expect(try trace(.commandComplete(CommandTag(a(257)))) == "CommandComplete \"\(a(256))…\"(257)")
    }

    @Test("No secret is ever shown")
    func secrets() throws {
        let secret = Array("hunter2".utf8)
        let lines = [
            traceFrontend(0x70, secret + [0]), traceFrontend(0x70, secret),
            traceBackend(0x52, networkOrder(12 as Int32) + secret),
            traceBackend(0x52, networkOrder(8 as Int32) + secret),
            traceBackend(0x4b, networkOrder(1 as Int32) + secret), traceBackend(0x4b, secret.dropLast() + []),
            traceStartup(networkOrder(80_877_102 as Int32) + networkOrder(1 as Int32) + secret),
        ]
        for line in lines { #expect(!line.contains("unter"), "\(line)") }
    }
}

@Suite("Messages with random damage")
struct MessageTestsDamage {
    /// Some bytes of the body are replaced, removed or doubled.
    private func damaged(_ body: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var body = body
        for _ in 0...Int.random(in: 0..<3, using: &generator) {
            let index = Int.random(in: 0...body.count, using: &generator)
            switch Int.random(in: 0..<3, using: &generator) {
            case 0 where index < body.count: body[index] = .random(in: 0...255, using: &generator)
            case 1 where index < body.count: body.remove(at: index)
            default: body.insert([0, 255, 128, 1].randomElement(using: &generator) ?? 0, at: index)
            }
        }
        return body
    }

    @Test("A damaged body is refused or is a message that round-trips; its trace is one line", arguments: 0..<8)
    func damage(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        for _ in 0..<500 {
            if let vector = backendVectors.randomElement(using: &generator) {
                let body = damaged(vector.body, &generator)
                let line = traceBackend(vector.kind, body)
                #expect(line.unicodeScalars.allSatisfy { 0x20...0x7e ~= $0.value || $0 == "…" }, "\(line)")
                let message = try? decodeBackend(vector.kind, body)
                #expect(line.contains("(malformed)") == (message == nil), "\(line)")
                if let message {
                    let bytes = try written { writer throws(WireError) in try message.encode(into: &writer) }
                    #expect(try decodeBackend(bytes[0], Array(bytes.dropFirst(5))) == message)
                }
            }
            if let vector = frontendVectors.randomElement(using: &generator) {
                let body = damaged(vector.body, &generator)
                let line = traceFrontend(vector.kind, body)
                #expect(line.unicodeScalars.allSatisfy { 0x20...0x7e ~= $0.value || $0 == "…" }, "\(line)")
                let message = try? decodeFrontend(vector.kind, body)
                #expect(line.contains("(malformed)") == (message == nil), "\(line)")
                if let message {
                    let bytes = try written { writer throws(WireError) in try message.encode(into: &writer) }
                    #expect(try decodeFrontend(bytes[0], Array(bytes.dropFirst(5))) == message)
                }
            }
        }
    }
}
