import PostgresWire
import Testing

/// A piece of a message written by hand: a text as it is, or an integer in network order.
enum Piece: ExpressibleByStringLiteral, Sendable {
    case text(String)
    case i8(Int8)
    case i16(Int16)
    case i32(Int32)
    case bytes([UInt8])

    init(stringLiteral value: String) { self = .text(value) }

    var bytes: [UInt8] {
        switch self {
        case .text(let text): Array(text.utf8)
        case .i8(let value): [UInt8(bitPattern: value)]
        case .i16(let value): networkOrder(value)
        case .i32(let value): networkOrder(value)
        case .bytes(let bytes): bytes
        }
    }
}

func networkOrder<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    (0..<Value.bitWidth / 8).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
}

func raw(_ pieces: Piece...) -> [UInt8] { pieces.flatMap(\.bytes) }

/// A length or count field inside the body of a message.
struct CountField: Sendable {
    var offset: Int
    var width: Int
}

/// One message and its bytes; `counts` are the fields that say how much follows.
struct MessageVector<Message: Equatable & Sendable>: Sendable, CustomTestStringConvertible {
    var message: Message
    var bytes: [UInt8]
    var counts: [CountField]

    init(_ message: Message, _ bytes: [UInt8], counts: [(Int, Int)] = []) {
        self.message = message
        self.bytes = bytes
        self.counts = counts.map { CountField(offset: $0.0, width: $0.1) }
    }

    var kind: UInt8 { bytes[0] }
    var body: [UInt8] { Array(bytes.dropFirst(5)) }
    var testDescription: String { String("\(message)".prefix(60)) }

    /// The body with each of its count fields set to each of the values that a hostile peer would try.
    var hostileBodies: [[UInt8]] {
        counts.flatMap { field in
            let remaining = body.count - field.offset - field.width
            let values: [Int32] =
                field.width == 2
                ? [-2, Int32(Int16.min), Int32(Int16.max), Int32(remaining + 1)]
                : [-2, .min, .max, Int32(remaining + 1)]
            return values.map { value in
                var changed = body
                let encoded = field.width == 2 ? networkOrder(Int16(value)) : networkOrder(value)
                changed.replaceSubrange(field.offset..<(field.offset + field.width), with: encoded)
                return changed
            }
        }
    }
}

func decodeBackend(_ kind: UInt8, _ body: [UInt8]) throws(WireError) -> BackendMessage {
    try BackendMessage.decode(kind: kind, body: unsafe body.span.bytes)
}

func decodeFrontend(_ kind: UInt8, _ body: [UInt8]) throws(WireError) -> FrontendMessage {
    try FrontendMessage.decode(kind: kind, body: unsafe body.span.bytes)
}

func decodeStartup(_ body: [UInt8]) throws(WireError) -> StartupPacket {
    try StartupPacket.decode(body: unsafe body.span.bytes)
}

/// What `write` puts behind bytes that were there before; these must always stay as they were.
func written(_ write: (inout ByteWriter) throws(WireError) -> Void) throws(WireError) -> [UInt8] {
    var writer = ByteWriter(capacity: 16)
    writer.write(utf8: "before")
    try write(&writer)
    let bytes = writer.bytes.array
    #expect(bytes.starts(with: "before".utf8))
    return Array(bytes.dropFirst(6))
}

/// The error that `write` throws, if it throws one and leaves the writer as it was.
func refusal(_ write: (inout ByteWriter) throws(WireError) -> Void) -> WireError? {
    var writer = ByteWriter(capacity: 16)
    writer.write(utf8: "before")
    do throws(WireError) {
        try write(&writer)
        return nil
    } catch {
        #expect(writer.bytes.array == Array("before".utf8))
        return error
    }
}

/// A small generator, so that every run sees the same mutations.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &+ 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
