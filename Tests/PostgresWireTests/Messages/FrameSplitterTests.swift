import PostgresWire
import Testing

private func backend(
    _ bytes: [UInt8], authenticated: Bool = true, limits: Limits = Limits()
) throws(WireError) -> Frame? {
    try FrameSplitter.backend(unsafe bytes.span.bytes, limits: limits, authenticated: authenticated)
}

private func frontend(_ bytes: [UInt8], limit: Int = 1000) throws(WireError) -> Frame? {
    try FrameSplitter.frontend(unsafe bytes.span.bytes, limit: limit)
}

private func startup(_ bytes: [UInt8]) throws(WireError) -> Int? {
    try FrameSplitter.startup(unsafe bytes.span.bytes, limits: Limits())
}

@Suite("Splitting a stream into frames")
struct FrameSplitterTests {
    @Test("A header that has not come whole is waited for", arguments: 0..<5)
    func incompleteHeader(count: Int) throws {
        let bytes = Array(raw("D", .i32(6)).prefix(count))
        #expect(try backend(bytes) == nil)
        #expect(try frontend(bytes) == nil)
    }

    @Test("A frame is found before its body has come", arguments: BackendKind.allCases)
    func frameFound(kind: BackendKind) throws {
        let frame = try #require(try backend([kind.rawValue] + networkOrder(100 as Int32)))
        #expect(frame.kind == kind.rawValue)
        #expect(frame.bodyLength == 96)
        #expect(frame.totalLength == 101)
        #expect(try backend([kind.rawValue] + networkOrder(4 as Int32))?.bodyLength == 0)
    }

    @Test("A length that cannot be is refused at once", arguments: BackendKind.allCases)
    func badBackendLengths(kind: BackendKind) throws {
        let limit = Int32(kind.mayBeLong ? 0x3fff_ffff : 30_000)
        #expect(try backend([kind.rawValue] + networkOrder(limit))?.bodyLength == Int(limit) - 4)
        for length in [0, 1, 2, 3, -1, -2, .min, .max, limit + 1] as [Int32] {
            #expect(throws: WireError.badLength(kind: kind.rawValue, length: length)) {
                try backend([kind.rawValue] + networkOrder(length))
            }
        }
    }

    @Test("Before authentication no frame may be long", arguments: BackendKind.allCases)
    func beforeAuthentication(kind: BackendKind) throws {
        #expect(try backend([kind.rawValue] + networkOrder(30_000 as Int32), authenticated: false) != nil)
        #expect(throws: WireError.badLength(kind: kind.rawValue, length: 30_001)) {
            try backend([kind.rawValue] + networkOrder(30_001 as Int32), authenticated: false)
        }
    }

    @Test("The limits are those that were given")
    func ownLimits() throws {
        var limits = Limits()
        limits.longFrame = 50
        limits.shortFrame = 10
        #expect(try backend(raw("D", .i32(50)), limits: limits) != nil)
        #expect(throws: WireError.badLength(kind: 0x44, length: 51)) {
            try backend(raw("D", .i32(51)), limits: limits)
        }
        #expect(throws: WireError.badLength(kind: 0x5a, length: 11)) {
            try backend(raw("Z", .i32(11)), limits: limits)
        }
    }

    @Test("Every byte that is no kind is refused at once", arguments: 0...UInt8.max)
    func unknownKinds(byte: UInt8) {
        if BackendKind(rawValue: byte) == nil {
            #expect(throws: WireError.unknownKind(byte)) { try backend([byte]) }
        }
        if FrontendKind(rawValue: byte) == nil {
            #expect(throws: WireError.unknownKind(byte)) { try frontend([byte]) }
        }
    }

    @Test("The client's frames follow the limit that is given", arguments: FrontendKind.allCases)
    func frontendLengths(kind: FrontendKind) throws {
        #expect(try frontend([kind.rawValue] + networkOrder(1000 as Int32))?.totalLength == 1001)
        for length in [0, 1, 2, 3, -1, -2, .min, .max, 1001] as [Int32] {
            #expect(throws: WireError.badLength(kind: kind.rawValue, length: length)) {
                try frontend([kind.rawValue] + networkOrder(length))
            }
        }
    }

    @Test("A first packet has between 8 and 10000 bytes")
    func firstPacket() throws {
        for count in 0..<4 { #expect(try startup(Array(repeating: 0, count: count)) == nil) }
        #expect(try startup(networkOrder(8 as Int32)) == 8)
        #expect(try startup(networkOrder(10_000 as Int32)) == 10_000)
        for length in [0, 4, 7, -1, .min, .max, 10_001] as [Int32] {
            #expect(throws: WireError.badLength(kind: 0, length: length)) { try startup(networkOrder(length)) }
        }
    }

    @Test("The name of a kind is the manual's")
    func names() {
        #expect(BackendKind.readyForQuery.name == "ReadyForQuery")
        #expect(BackendKind.authentication.name == "Authentication")
        #expect(FrontendKind.password.name == "PasswordMessage")
        #expect(Set(BackendKind.allCases.map(\.name)).count == 24)
        #expect(Set(FrontendKind.allCases.map(\.name)).count == 14)
    }
}
