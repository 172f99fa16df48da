import PostgresWire
import Testing

/// Every tagged message of the client, its bytes written by hand from the manual.
let frontendVectors: [MessageVector<FrontendMessage>] = [
    .init(
        .bind(portal: "", statement: "s1", parameterFormats: [1], parameters: [[0, 0, 0, 42]], resultFormats: [1]),
        raw("B", .i32(26), "\0s1\0", .i16(1), .i16(1), .i16(1), .i32(4), .i32(42), .i16(1), .i16(1)),
        counts: [(4, 2), (8, 2), (10, 4), (18, 2)]),
    .init(
        .bind(portal: "p", statement: "", parameterFormats: [], parameters: [nil, []], resultFormats: []),
        raw("B", .i32(21), "p\0\0", .i16(0), .i16(2), .i32(-1), .i32(0), .i16(0)),
        counts: [(3, 2), (5, 2), (7, 4), (11, 4), (15, 2)]),
    .init(.close(.statement("s1")), raw("C", .i32(8), "Ss1\0")),
    .init(.close(.portal("")), raw("C", .i32(6), "P\0")),
    .init(.copyData([0, 10]), raw("d", .i32(6), .bytes([0, 10]))),
    .init(.copyData([]), raw("d", .i32(4))),
    .init(.copyDone, raw("c", .i32(4))),
    .init(.copyFail("no"), raw("f", .i32(7), "no\0")),
    .init(.describe(.statement("")), raw("D", .i32(6), "S\0")),
    .init(.describe(.portal("p")), raw("D", .i32(7), "Pp\0")),
    .init(.execute(portal: "", maximumRows: 0), raw("E", .i32(9), "\0", .i32(0))),
    .init(.execute(portal: "p", maximumRows: .max), raw("E", .i32(10), "p\0", .i32(.max))),
    .init(.flush, raw("H", .i32(4))),
    .init(
        .functionCall(function: 952, argumentFormats: [1, 0], arguments: [[7], nil], resultFormat: 1),
        raw("F", .i32(27), .i32(952), .i16(2), .i16(1), .i16(0), .i16(2), .i32(1), "\u{7}", .i32(-1), .i16(1)),
        counts: [(4, 2), (10, 2), (12, 4), (17, 4)]),
    .init(
        .parse(statement: "s1", sql: "SELECT $1", parameterTypes: [23, 0]),
        raw("P", .i32(27), "s1\0SELECT $1\0", .i16(2), .i32(23), .i32(0)), counts: [(13, 2)]),
    .init(.parse(statement: "", sql: "", parameterTypes: []), raw("P", .i32(8), "\0\0", .i16(0)), counts: [(2, 2)]),
    .init(.password([]), raw("p", .i32(4))),
    .init(.password(Array("fixture\0".utf8)), raw("p", .i32(12), "fixture\0")),
    .init(.query("SELECT 'ü'"), raw("Q", .i32(16), "SELECT 'ü'\0")),
    .init(.sync, raw("S", .i32(4))),
    .init(.terminate, raw("X", .i32(4))),
]

@Suite("Messages from the client")
struct MessageTestsFrontend {
    @Test("The length word of every vector is right", arguments: frontendVectors)
    func lengthWord(vector: MessageVector<FrontendMessage>) {
        #expect(Array(vector.bytes[1..<5]) == networkOrder(Int32(vector.bytes.count - 1)))
    }

    @Test("Every kind has a vector")
    func allKinds() {
        #expect(Set(frontendVectors.map(\.kind)) == Set(FrontendKind.allCases.map(\.rawValue)))
    }

    @Test("Decoding gives the message", arguments: frontendVectors)
    func decode(vector: MessageVector<FrontendMessage>) throws {
        #expect(try decodeFrontend(vector.kind, vector.body) == vector.message)
        #expect(vector.message.kind.rawValue == vector.kind)
    }

    @Test("Encoding gives the bytes", arguments: frontendVectors)
    func encode(vector: MessageVector<FrontendMessage>) throws {
        let bytes = try written { writer throws(WireError) in try vector.message.encode(into: &writer) }
        #expect(bytes == vector.bytes)
    }

    @Test("A body that ends early or late is refused, or is another valid message", arguments: frontendVectors)
    func otherLengths(vector: MessageVector<FrontendMessage>) throws {
        let shorter = (0..<vector.body.count).map { Array(vector.body.prefix($0)) }
        for body in shorter + [vector.body + [0], vector.body + [65]] {
            guard let message = try? decodeFrontend(vector.kind, body) else { continue }
            #expect([.copyData, .password].contains(message.kind), "\(message)")
        }
    }

    @Test("Every count and length refuses impossible values", arguments: frontendVectors.filter { !$0.counts.isEmpty })
    func hostileCounts(vector: MessageVector<FrontendMessage>) {
        for body in vector.hostileBodies {
            #expect(throws: WireError.self) { try decodeFrontend(vector.kind, body) }
        }
    }

    @Test(
        "Fields that make no sense are refused",
        arguments: [
            raw("C", "X\0"), raw("D", "\0"), raw("D"), raw("Q", "SELECT 1"), raw("Q"), raw("f"), raw("S", "\0"),
            raw("X", "x"), raw("E", "\0", .i16(0)), raw("P", "a\0b\0"),
        ])
    func nonsense(bytes: [UInt8]) {
        #expect(throws: WireError.self) { try decodeFrontend(bytes[0], Array(bytes.dropFirst())) }
    }

    @Test("An unknown kind is named in the error")
    func unknownKind() {
        #expect(throws: WireError.unknownKind(0x52)) { try decodeFrontend(0x52, []) }
    }

    @Test("A password message gives the password without its NUL")
    func password() throws {
        #expect(try FrontendMessage.password(body: Array("fixture\0".utf8)) == Array("fixture".utf8))
        #expect(try FrontendMessage.password(body: [0]) == [])
        for body in [[], [65], [65, 0, 66, 0], [65, 0, 0]] as [[UInt8]] {
            #expect(throws: WireError.self) { try FrontendMessage.password(body: body) }
        }
    }

    @Test("A SASLInitialResponse gives mechanism and response, and tells none from empty")
    func saslInitialResponse() throws {
        for response in [nil, [], Array("n,,n=,r=x".utf8)] as [[UInt8]?] {
            let bytes = try written { writer throws(WireError) in
                try writer.writeSASLInitialResponse(mechanism: "SCRAM-SHA-256", response: response)
            }
            let read = try FrontendMessage.saslInitialResponse(body: Array(bytes.dropFirst(5)))
            #expect(read.mechanism == "SCRAM-SHA-256")
            #expect(read.response == response)
        }
    }

    @Test(
        "A SASLInitialResponse whose length is wrong is refused",
        arguments: [
            raw("M"), raw("M\0"), raw("M\0", .i16(0)), raw("M\0", .i32(-2)), raw("M\0", .i32(.min)),
            raw("M\0", .i32(.max)), raw("M\0", .i32(2), "x"), raw("M\0", .i32(0), "x"), raw("M\0", .i32(-1), "x"),
        ])
    func badSASLInitialResponse(body: [UInt8]) {
        #expect(throws: WireError.self) { try FrontendMessage.saslInitialResponse(body: body) }
    }
}
