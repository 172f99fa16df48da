import PostgresWire
import Testing

private let packets: [MessageVector<StartupPacket>] = [
    .init(.sslRequest, raw(.i32(8), .i16(1234), .i16(5679))),
    .init(.gssEncryptionRequest, raw(.i32(8), .i16(1234), .i16(5680))),
    .init(
        .cancelRequest(processID: 4242, secretKey: [1, 2, 3, 4]),
        raw(.i32(16), .i16(1234), .i16(5678), .i32(4242), .bytes([1, 2, 3, 4]))),
    .init(
        .cancelRequest(processID: 1, secretKey: Array(repeating: 9, count: 256)),
        raw(.i32(268), .i16(1234), .i16(5678), .i32(1), .bytes(Array(repeating: 9, count: 256)))),
    .init(
        .startup(
            StartupMessage(parameters: [.init("user", "app"), .init("database", "shop"), .init("options", "")])),
        raw(.i32(41), .i16(3), .i16(0), "user\0app\0database\0shop\0options\0\0\0")),
    .init(.startup(StartupMessage(version: .v3_2, parameters: [])), raw(.i32(9), .i16(3), .i16(2), "\0")),
]

@Suite("Packets that open a connection")
struct MessageTestsStartup {
    @Test("Encoding gives the bytes", arguments: packets)
    private func encode(vector: MessageVector<StartupPacket>) throws {
        let bytes = try written { writer throws(WireError) in try vector.message.encode(into: &writer) }
        #expect(bytes == vector.bytes)
    }

    @Test("Decoding gives the packet", arguments: packets)
    private func decode(vector: MessageVector<StartupPacket>) throws {
        #expect(try decodeStartup(Array(vector.bytes.dropFirst(4))) == vector.message)
    }

    @Test("A packet that ends early or late is refused, or has another cancel key", arguments: packets)
    private func otherLengths(vector: MessageVector<StartupPacket>) {
        let body = Array(vector.bytes.dropFirst(4))
        for other in (0..<body.count).map({ Array(body.prefix($0)) }) + [body + [0]] {
            guard let packet = try? decodeStartup(other) else { continue }
            guard case .cancelRequest(_, let key) = packet, 4...256 ~= key.count else {
                Issue.record("\(packet)")
                continue
            }
        }
    }

    @Test(
        "Other protocols are refused",
        arguments: [
            raw(.i32(0)), raw(.i32(-1)), raw(.i16(2), .i16(0), "\0"), raw(.i16(4), .i16(0), "\0"),
            raw(.i16(1234), .i16(5677)), raw(.i16(1234), .i16(5679), "\0"), raw(.i16(3)),
        ])
    func otherProtocols(body: [UInt8]) {
        #expect(throws: WireError.self) { try decodeStartup(body) }
    }

    @Test("A parameter without a name is refused")
    func emptyName() {
        let packet = StartupPacket.startup(StartupMessage(parameters: [.init("", "x")]))
        #expect(refusal { writer throws(WireError) in try packet.encode(into: &writer) } != nil)
    }

    @Test("10000 bytes are written, 10001 refused")
    func longest() throws {
        func packet(_ length: Int) -> StartupPacket {
            .startup(StartupMessage(parameters: [.init("options", String(repeating: "x", count: length))]))
        }
        let fits = 10_000 - 4 - 4 - 8 - 1 - 1
        #expect(try written { writer throws(WireError) in try packet(fits).encode(into: &writer) }.count == 10_000)
        let error = refusal { writer throws(WireError) in try packet(fits + 1).encode(into: &writer) }
        #expect(error == .messageTooLong(message: "StartupMessage", length: 10_001))
        let longer = refusal { writer throws(WireError) in try packet(1 << 20).encode(into: &writer) }
        guard case .messageTooLong = longer else {
            Issue.record("\(String(describing: longer))")
            return
        }
    }

    @Test("A cancel key has between 4 and 256 bytes", arguments: [0, 3, 257])
    func cancelKey(count: Int) {
        let packet = StartupPacket.cancelRequest(processID: 1, secretKey: Array(repeating: 1, count: count))
        #expect(refusal { writer throws(WireError) in try packet.encode(into: &writer) } != nil)
    }

    @Test("Parameters keep their order, and the last of a name counts")
    func lastParameter() throws {
        let message = StartupMessage(parameters: [.init("user", "a"), .init("x", "1"), .init("user", "b")])
        #expect(message["user"] == "b")
        #expect(message["y"] == nil)
        let bytes = try written { writer throws(WireError) in
            try StartupPacket.startup(message).encode(into: &writer)
        }
        #expect(try decodeStartup(Array(bytes.dropFirst(4))) == .startup(message))
    }

    @Test("Versions are numbers of two halves")
    func versions() {
        #expect(ProtocolVersion.v3_0.rawValue == 196_608)
        #expect(ProtocolVersion.v3_2.rawValue == 196_610)
        #expect(ProtocolVersion(rawValue: 206_607).description == "3.9999")
        #expect(ProtocolVersion.v3_0 < .v3_2)
    }
}
