import PostgresWire
import Testing

/// Every message of the server, its bytes written by hand from the manual.
let backendVectors: [MessageVector<BackendMessage>] =
    authenticationVectors + reportVectors + [
        .init(
            .backendKeyData(BackendKeyData(processID: 4242, secretKey: [1, 2, 3, 4])),
            raw("K", .i32(12), .i32(4242), .bytes([1, 2, 3, 4]))),
        .init(
            .backendKeyData(BackendKeyData(processID: -1, secretKey: Array(repeating: 7, count: 256))),
            raw("K", .i32(264), .i32(-1), .bytes(Array(repeating: 7, count: 256)))),
        .init(.bindComplete, raw("2", .i32(4))),
        .init(.closeComplete, raw("3", .i32(4))),
        .init(.commandComplete(CommandTag("INSERT 0 5")), raw("C", .i32(15), "INSERT 0 5\0")),
        .init(.commandComplete(CommandTag("")), raw("C", .i32(5), "\0")),
        .init(.copyData([]), raw("d", .i32(4))),
        .init(.copyData([0, 255]), raw("d", .i32(6), .bytes([0, 255]))),
        .init(.copyDone, raw("c", .i32(4))),
        .init(
            .copyInResponse(CopyResponse(format: .text, columnFormats: [.text, .text])),
            raw("G", .i32(11), .i8(0), .i16(2), .i16(0), .i16(0)), counts: [(1, 2)]),
        .init(
            .copyOutResponse(CopyResponse(format: .binary, columnFormats: [.binary])),
            raw("H", .i32(9), .i8(1), .i16(1), .i16(1)), counts: [(1, 2)]),
        .init(
            .copyBothResponse(CopyResponse(format: .text, columnFormats: [])),
            raw("W", .i32(7), .i8(0), .i16(0)), counts: [(1, 2)]),
        .init(.dataRow([]), raw("D", .i32(6), .i16(0)), counts: [(0, 2)]),
        .init(
            .dataRow([Array("42".utf8), nil, []]),
            raw("D", .i32(20), .i16(3), .i32(2), "42", .i32(-1), .i32(0)), counts: [(0, 2), (2, 4), (8, 4), (12, 4)]),
        .init(.emptyQueryResponse, raw("I", .i32(4))),
        .init(.functionCallResponse(nil), raw("V", .i32(8), .i32(-1)), counts: [(0, 4)]),
        .init(.functionCallResponse([9]), raw("V", .i32(9), .i32(1), .bytes([9])), counts: [(0, 4)]),
        .init(
            .negotiateProtocolVersion(
                NegotiateProtocolVersion(newestMinor: 196_608, unrecognizedOptions: ["_pq_.a", "_pq_.b"])),
            raw("v", .i32(26), .i32(196_608), .i32(2), "_pq_.a\0_pq_.b\0"), counts: [(4, 4)]),
        .init(.noData, raw("n", .i32(4))),
        .init(
            .notificationResponse(PostgresNotification(processID: 7, channel: "jobs", payload: "grün")),
            raw("A", .i32(19), .i32(7), "jobs\0grün\0")),
        .init(.parameterDescription([]), raw("t", .i32(6), .i16(0)), counts: [(0, 2)]),
        .init(
            .parameterDescription([23, .max]), raw("t", .i32(14), .i16(2), .i32(23), .i32(-1)), counts: [(0, 2)]),
        .init(
            .parameterStatus(ParameterStatus(name: "server_version", value: "15.18")),
            raw("S", .i32(25), "server_version\015.18\0")),
        .init(.parameterStatus(ParameterStatus(name: "made_up", value: "")), raw("S", .i32(13), "made_up\0\0")),
        .init(.parseComplete, raw("1", .i32(4))),
        .init(.portalSuspended, raw("s", .i32(4))),
        .init(.readyForQuery(.idle), raw("Z", .i32(5), "I")),
        .init(.readyForQuery(.inTransaction), raw("Z", .i32(5), "T")),
        .init(.readyForQuery(.failed), raw("Z", .i32(5), "E")),
        .init(.rowDescription(RowDescription(columns: [])), raw("T", .i32(6), .i16(0)), counts: [(0, 2)]),
        .init(
            .rowDescription(
                RowDescription(columns: [
                    ColumnDescription(
                        name: "id", tableOID: 16_384, attributeNumber: 1, typeOID: 23, typeSize: 4, typeModifier: -1,
                        format: .binary),
                    ColumnDescription(name: "?column?", typeOID: 25),
                ])),
            raw(
                "T", .i32(54), .i16(2), "id\0", .i32(16_384), .i16(1), .i32(23), .i16(4), .i32(-1), .i16(1),
                "?column?\0", .i32(0), .i16(0), .i32(25), .i16(-1), .i32(-1), .i16(0)), counts: [(0, 2)]),
    ]

private let authenticationVectors: [MessageVector<BackendMessage>] = [
    .init(.authentication(.ok), raw("R", .i32(8), .i32(0))),
    .init(.authentication(.kerberosV5), raw("R", .i32(8), .i32(2))),
    .init(.authentication(.cleartextPassword), raw("R", .i32(8), .i32(3))),
    .init(.authentication(.md5Password(salt: [1, 0, 2, 0])), raw("R", .i32(12), .i32(5), .bytes([1, 0, 2, 0]))),
    .init(.authentication(.gss), raw("R", .i32(8), .i32(7))),
    .init(.authentication(.gssContinue([5, 6])), raw("R", .i32(10), .i32(8), .bytes([5, 6]))),
    .init(.authentication(.sspi), raw("R", .i32(8), .i32(9))),
    .init(
        .authentication(.sasl(mechanisms: ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"])),
        raw("R", .i32(42), .i32(10), "SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0")),
    .init(.authentication(.saslContinue(Array("r=x".utf8))), raw("R", .i32(11), .i32(11), "r=x")),
    .init(.authentication(.saslFinal(Array("v=y".utf8))), raw("R", .i32(11), .i32(12), "v=y")),
]

private let reportVectors: [MessageVector<BackendMessage>] = [
    .init(
        .errorResponse(ServerReport(severity: "ERROR", sqlState: .syntaxError, message: "no")),
        raw("E", .i32(30), "SERROR\0VERROR\0C42601\0Mno\0\0")),
    .init(
        .noticeResponse(ServerReport(fields: [.init(UInt8(ascii: "M"), "hm"), .init(UInt8(ascii: "?"), "new")])),
        raw("N", .i32(14), "Mhm\0?new\0\0")),
    .init(.errorResponse(ServerReport(fields: [])), raw("E", .i32(5), "\0")),
]

@Suite("Messages from the server")
struct MessageTestsBackend {
    @Test("The length word of every vector is right", arguments: backendVectors)
    func lengthWord(vector: MessageVector<BackendMessage>) {
        #expect(Array(vector.bytes[1..<5]) == networkOrder(Int32(vector.bytes.count - 1)))
    }

    @Test("Every kind has a vector")
    func allKinds() {
        #expect(Set(backendVectors.map(\.kind)) == Set(BackendKind.allCases.map(\.rawValue)))
    }

    @Test("Decoding gives the message", arguments: backendVectors)
    func decode(vector: MessageVector<BackendMessage>) throws {
        #expect(try decodeBackend(vector.kind, vector.body) == vector.message)
        #expect(vector.message.kind.rawValue == vector.kind)
    }

    @Test("Encoding gives the bytes", arguments: backendVectors)
    func encode(vector: MessageVector<BackendMessage>) throws {
        let bytes = try written { writer throws(WireError) in try vector.message.encode(into: &writer) }
        #expect(bytes == vector.bytes)
    }

    @Test("A body that ends early or late is refused, or is another valid message", arguments: backendVectors)
    func otherLengths(vector: MessageVector<BackendMessage>) throws {
        let shorter = (0..<vector.body.count).map { Array(vector.body.prefix($0)) }
        for body in shorter + [vector.body + [0], vector.body + [65]] {
            guard let message = try? decodeBackend(vector.kind, body) else { continue }
            let again = try written { writer throws(WireError) in try message.encode(into: &writer) }
            #expect(Array(again.dropFirst(5)) == body)
            #expect([.copyData, .authentication, .backendKeyData].contains(message.kind), "\(message)")
        }
    }

    @Test("Every count and length refuses impossible values", arguments: backendVectors.filter { !$0.counts.isEmpty })
    func hostileCounts(vector: MessageVector<BackendMessage>) {
        for body in vector.hostileBodies {
            #expect(throws: WireError.self) { try decodeBackend(vector.kind, body) }
        }
    }

    @Test(
        "Fields that make no sense are refused",
        arguments: [
            raw("R", .i32(1)), raw("R", .i32(6)), raw("R", .i32(-1)), raw("R", .i32(13)),
            raw("R", .i32(5), .bytes([1, 2, 3])), raw("R", .i32(5), .bytes([1, 2, 3, 4, 5])),
            raw("R", .i32(10), "\0"), raw("R", .i32(10), "SCRAM-SHA-256\0"), raw("R", .i32(10), "SCRAM-SHA-256"),
            raw("R", .i32(10)), raw("R", .i32(0), "\0"), raw("R"), raw("R", .i16(0)),
            raw("K", .i32(1), .bytes([1, 2, 3])), raw("K", .i32(1)),
            raw("K", .i32(1), .bytes(Array(repeating: 1, count: 257))),
            raw("Z", "X"), raw("Z"), raw("Z", "II"), raw("C", "SELECT 1"), raw("C"), raw("C", "A\0B\0"),
            raw("G", .i8(2), .i16(0)), raw("H", .i8(-1), .i16(0)), raw("G", .i8(0), .i16(1), .i16(2)),
            raw("G", .i8(0), .i16(-1)), raw("D", .i16(-1)), raw("T", .i16(-1)),
            raw("T", .i16(1), "a\0", .i32(0), .i16(0), .i32(25), .i16(-1), .i32(-1), .i16(2)),
            raw("V", .i32(-3)), raw("v", .i32(196_608), .i32(-1)), raw("v", .i32(196_608), .i32(1)),
            raw("S", "name\0"), raw("A", .i32(1), "channel\0"), raw("E", "SERROR"), raw("E", "SERROR\0"), raw("E"),
            raw("N", "S"), raw("1", "\0"), raw("I", "\0"), raw("c", "\0"),
        ])
    func nonsense(bytes: [UInt8]) {
        #expect(throws: WireError.self) { try decodeBackend(bytes[0], Array(bytes.dropFirst())) }
    }

    @Test("An unknown kind is named in the error")
    func unknownKind() {
        #expect(throws: WireError.unknownKind(0x21)) { try decodeBackend(0x21, []) }
    }

    @Test("ParameterDescription counts without a sign")
    func manyParameters() throws {
        let types = Array(repeating: 25 as UInt32, count: 65_535)
        let bytes = try written { writer throws(WireError) in
            try BackendMessage.parameterDescription(types).encode(into: &writer)
        }
        #expect(bytes.count == 5 + 2 + 4 * 65_535)
        #expect(try decodeBackend(bytes[0], Array(bytes.dropFirst(5))) == .parameterDescription(types))
    }

    @Test("1664 columns make a row and its description")
    func manyColumns() throws {
        let column = ColumnDescription(name: "c", typeOID: 23, typeSize: 4)
        for message in [
            BackendMessage.rowDescription(RowDescription(columns: Array(repeating: column, count: 1664))),
            .dataRow(Array(repeating: nil, count: 1664)),
        ] {
            let bytes = try written { writer throws(WireError) in try message.encode(into: &writer) }
            #expect(try decodeBackend(bytes[0], Array(bytes.dropFirst(5))) == message)
        }
    }

    @Test("Bytes that are not UTF-8 are replaced, not refused")
    func otherEncodings() throws {
        let message = try decodeBackend(UInt8(ascii: "E"), raw("M", .bytes([0x66, 0xfc, 0x72]), "\0\0"))
        #expect(message == .errorResponse(ServerReport(fields: [.init(UInt8(ascii: "M"), "f\u{fffd}r")])))
    }
}
