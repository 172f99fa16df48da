import PostgresWire
import Testing

/// A call that writes one text into a message.
private struct TextWriter: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var write: @Sendable (inout ByteWriter, String) throws(WireError) -> Void
}

private let textWriters: [TextWriter] = [
    .init(testDescription: "Query") { writer, text throws(WireError) in try writer.writeQuery(text) },
    .init(testDescription: "Parse statement") { writer, text throws(WireError) in
        try writer.writeParse(statement: text, sql: "SELECT 1", parameterTypes: [])
    },
    .init(testDescription: "Parse SQL") { writer, text throws(WireError) in
        try writer.writeParse(statement: "", sql: text, parameterTypes: [])
    },
    .init(testDescription: "Bind portal") { writer, text throws(WireError) in
        try writer.writeBind(
            portal: text, statement: "", parameterFormats: [], parameters: [], resultFormats: [])
    },
    .init(testDescription: "Bind statement") { writer, text throws(WireError) in
        try writer.writeBind(
            portal: "", statement: text, parameterFormats: [], parameters: [], resultFormats: [])
    },
    .init(testDescription: "Describe statement") { writer, text throws(WireError) in
        try writer.writeDescribe(statement: text)
    },
    .init(testDescription: "Describe portal") { writer, text throws(WireError) in
        try writer.writeDescribe(portal: text)
    },
    .init(testDescription: "Close statement") { writer, text throws(WireError) in
        try writer.writeClose(statement: text)
    },
    .init(testDescription: "Close portal") { writer, text throws(WireError) in try writer.writeClose(portal: text) },
    .init(testDescription: "Execute") { writer, text throws(WireError) in
        try writer.writeExecute(portal: text, maximumRows: 0)
    },
    .init(testDescription: "CopyFail") { writer, text throws(WireError) in try writer.writeCopyFail(text) },
    .init(testDescription: "Password") { writer, text throws(WireError) in
        try writer.writePassword(Array(text.utf8))
    },
    .init(testDescription: "SASL mechanism") { writer, text throws(WireError) in
        try writer.writeSASLInitialResponse(mechanism: text, response: nil)
    },
    .init(testDescription: "Startup name") { writer, text throws(WireError) in
        try StartupPacket.startup(StartupMessage(parameters: [.init(text, "v")])).encode(into: &writer)
    },
    .init(testDescription: "Startup value") { writer, text throws(WireError) in
        try StartupPacket.startup(StartupMessage(parameters: [.init("user", text)])).encode(into: &writer)
    },
    .init(testDescription: "CommandComplete") { writer, text throws(WireError) in
        try BackendMessage.commandComplete(CommandTag(text)).encode(into: &writer)
    },
    .init(testDescription: "ParameterStatus") { writer, text throws(WireError) in
        try BackendMessage.parameterStatus(ParameterStatus(name: "a", value: text)).encode(into: &writer)
    },
    .init(testDescription: "Notification channel") { writer, text throws(WireError) in
        try BackendMessage.notificationResponse(PostgresNotification(processID: 1, channel: text, payload: "")).encode(
            into: &writer)
    },
    .init(testDescription: "Notification payload") { writer, text throws(WireError) in
        try BackendMessage.notificationResponse(PostgresNotification(processID: 1, channel: "c", payload: text)).encode(
            into: &writer)
    },
    .init(testDescription: "Error field") { writer, text throws(WireError) in
        try BackendMessage.errorResponse(ServerReport(fields: [.init(77, text)])).encode(into: &writer)
    },
    .init(testDescription: "Column name") { writer, text throws(WireError) in
        let column = ColumnDescription(name: text, typeOID: 25)
        try BackendMessage.rowDescription(RowDescription(columns: [column])).encode(into: &writer)
    },
    .init(testDescription: "Server's SASL mechanism") { writer, text throws(WireError) in
        try BackendMessage.authentication(.sasl(mechanisms: [text])).encode(into: &writer)
    },
    .init(testDescription: "Protocol option") { writer, text throws(WireError) in
        try BackendMessage.negotiateProtocolVersion(
            NegotiateProtocolVersion(newestMinor: 0, unrecognizedOptions: [text])
        ).encode(into: &writer)
    },
]

@Suite("Writing messages")
struct MessageTestsEncoding {
    @Test("A NUL anywhere in a text is refused and nothing is written", arguments: textWriters)
    private func nulBytes(writer: TextWriter) {
        for text in ["\0", "a\0", "\0a", "a\0b", "user\0admin"] {
            let error = refusal { bytes throws(WireError) in try writer.write(&bytes, text) }
            guard case .nulByte = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
        #expect(refusal { bytes throws(WireError) in try writer.write(&bytes, "fine") } == nil)
    }

    @Test("65535 parameters are written, 65536 refused")
    func parameterCount() throws {
        func bind(_ count: Int) -> FrontendMessage {
            .bind(
                portal: "", statement: "", parameterFormats: [1], parameters: Array(repeating: nil, count: count),
                resultFormats: [])
        }
        let bytes = try written { writer throws(WireError) in try bind(65_535).encode(into: &writer) }
        #expect(try decodeFrontend(bytes[0], Array(bytes.dropFirst(5))) == bind(65_535))
        #expect(
            refusal { writer throws(WireError) in try bind(65_536).encode(into: &writer) }
                == .tooMany("parameters", count: 65_536, limit: 65_535))
    }

    @Test("Every other list has the same bound")
    func listCounts() {
        let formats = Array(repeating: 1 as Int16, count: 65_536)
        let refusals = [
            refusal { writer throws(WireError) in
                try writer.writeParse(statement: "", sql: "", parameterTypes: Array(repeating: 0, count: 65_536))
            },
            refusal { writer throws(WireError) in
                try writer.writeBind(
                    portal: "", statement: "", parameterFormats: formats, parameters: [], resultFormats: [])
            },
            refusal { writer throws(WireError) in
                try writer.writeBind(
                    portal: "", statement: "", parameterFormats: [], parameters: [], resultFormats: formats)
            },
            refusal { writer throws(WireError) in
                try writer.writeFunctionCall(function: 1, argumentFormats: formats, arguments: [], resultFormat: 0)
            },
            refusal { writer throws(WireError) in
                try BackendMessage.dataRow(Array(repeating: nil, count: 32_768)).encode(into: &writer)
            },
        ]
        for refusal in refusals {
            guard case .tooMany = refusal else {
                Issue.record("\(String(describing: refusal))")
                continue
            }
        }
    }

    @Test("A message may be as long as the limit, and not a byte longer", arguments: 0...3)
    func lengthLimit(over: Int) throws {
        func write(_ writer: inout ByteWriter, limit: Int) throws(WireError) {
            switch over {
            case 0: try writer.writeQuery("SELECT 1", limit: limit)
            case 1: try writer.writeParse(statement: "s", sql: "SELECT 1", parameterTypes: [1, 2], limit: limit)
            case 2:
                try writer.writeBind(
                    portal: "", statement: "s", parameterFormats: [1], parameters: [[1, 2, 3], nil],
                    resultFormats: [1], limit: limit)
            default: try writer.writeCopyData(unsafe ([1, 2, 3] as [UInt8]).span.bytes, limit: limit)
            }
        }
        let whole = try written { writer throws(WireError) in try write(&writer, limit: 1000) }
        let length = whole.count - 1
        #expect(try written { writer throws(WireError) in try write(&writer, limit: length) } == whole)
        for limit in 0..<length {
            let error = refusal { writer throws(WireError) in try write(&writer, limit: limit) }
            guard case .messageTooLong(_, let wanted) = error else {
                Issue.record("\(limit): \(String(describing: error))")
                continue
            }
            #expect(wanted > limit && wanted <= length)
        }
    }

    @Test("A message that is begun by hand is taken back when it is too long")
    func endMessage() throws {
        var writer = ByteWriter()
        writer.writeSync()
        let start = writer.beginMessage(.query)
        writer.write(utf8: "0123456789")
        #expect(throws: WireError.messageTooLong(message: "Query", length: 14)) {
            try writer.endMessage(start, name: "Query", limit: 13)
        }
        #expect(writer.bytes.array == raw("S", .i32(4)))
        let second = writer.beginMessage(.query)
        writer.write(utf8: "0123456789")
        try writer.endMessage(second, name: "Query", limit: 14)
        #expect(writer.bytes.array == raw("S", .i32(4), "Q", .i32(14), "0123456789"))
    }

    @Test("What the protocol cannot say is not written")
    func impossibleValues() {
        let messages: [BackendMessage] = [
            .authentication(.md5Password(salt: [1, 2, 3])), .authentication(.sasl(mechanisms: [])),
            .authentication(.sasl(mechanisms: ["a", ""])),
            .backendKeyData(BackendKeyData(processID: 1, secretKey: [1, 2, 3])),
            .backendKeyData(BackendKeyData(processID: 1, secretKey: Array(repeating: 0, count: 257))),
            .errorResponse(ServerReport(fields: [.init(0, "x")])),
        ]
        for message in messages {
            #expect(refusal { writer throws(WireError) in try message.encode(into: &writer) } != nil, "\(message)")
        }
    }
}
