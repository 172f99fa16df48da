import PostgresWire
import Testing

@Suite("byte buffers")
struct ByteBufferTests {
    /// Whether a NUL is found in bytes from an offset on; a writer cannot be put into an expectation.
    private static func holdsNUL(_ bytes: [UInt8], from start: Int) -> Bool {
        var writer = ByteWriter(capacity: 16)
        writer.write(bytes)
        return writer.holdsNUL(from: start)
    }

    @Test("a NUL is found wherever it stands, and nothing else is one", arguments: 0..<40)
    func findsNUL(length: Int) {
        for other: UInt8 in [0x01, 0x7f, 0x80, 0x81, 0xff] {
            for start in 0..<3 {
                let bytes = [UInt8](repeating: 0, count: start) + [UInt8](repeating: other, count: length)
                #expect(!Self.holdsNUL(bytes, from: start))
                #expect(Self.holdsNUL(bytes, from: 0) == (start > 0))
            }
        }
        for place in 0..<length {
            var bytes = [UInt8](repeating: 0xff, count: length)
            bytes[place] = 0
            for start in 0...length { #expect(Self.holdsNUL(bytes, from: start) == (start <= place)) }
        }
        #expect(!Self.holdsNUL([], from: -1))
        #expect(!Self.holdsNUL([], from: 100))
    }

    @Test("a long frame is read to its end where it lies")
    func longFrameStays() {
        var buffer = ReceiveBuffer()
        _ = buffer.prepare(needed: 1 << 20)
        let block = ObjectIdentifier(buffer.block)
        let piece = [UInt8](repeating: 7, count: 100_000)
        for _ in 0..<10 {
            let room = buffer.prepare(needed: 1 << 20)
            buffer.append(piece.rawSpan.slice(from: 0, to: room))
            let (now, start) = (ObjectIdentifier(buffer.block), buffer.start)
            #expect(now == block && start == 0)
        }
        let (count, last) = (buffer.unreadCount, buffer.unread.integer(at: 999_999, as: UInt8.self))
        #expect(count == 1_000_000 && last == 7)
    }

    @Test("what is left of a full block moves to the front, and the bytes stay what they are")
    func restMoves() {
        var buffer = ReceiveBuffer()
        let first = buffer.prepare(needed: 5)
        buffer.append([UInt8](repeating: 1, count: first - 3).rawSpan)
        buffer.consume(first - 5)
        buffer.append([2, 3, 4].rawSpan)
        let (room, unread) = (buffer.prepare(needed: 100), buffer.unread.array)
        #expect(room >= 95)
        #expect(unread == [1, 1, 2, 3, 4])
    }
}
