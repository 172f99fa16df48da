import PostgresWire
import Testing

@Suite("byte buffers")
struct ByteBufferTests {
    @Test("a NUL is found wherever it stands in a text, and nothing else is one", arguments: 0..<40)
    func findsNUL(length: Int) {
        for other: Unicode.Scalar in ["\u{1}", "\u{7f}", "\u{80}", "\u{81}", "\u{7ff}", "\u{10ffff}"] {
            let text = String(repeating: Character(other), count: length)
            var writer = ByteWriter(capacity: 16)
            let isWritten = writer.write(utf8WithoutNUL: text)
            #expect(isWritten && writer.bytes.array == Array(text.utf8))
            for place in 0..<length {
                var scalars = Array(text.unicodeScalars)
                scalars[place] = "\0"
                let damaged = String(String.UnicodeScalarView(scalars))
                let isDamagedWritten = writer.write(utf8WithoutNUL: damaged)
                #expect(!isDamagedWritten && writer.count == text.utf8.count)
            }
        }
    }

    @Test("bytes of every length become the text they are, or none where they are not UTF-8", arguments: 0..<24)
    func texts(length: Int) {
        let ascii = [UInt8](repeating: 0x7f, count: length)
        #expect(ascii.rawSpan.utf8Text.map { Array($0.utf8) } == ascii)
        for place in 0..<length {
            var bytes = ascii
            bytes[place] = 0xc3
            // Broken off, or followed by what is no continuation.
            #expect(bytes.rawSpan.utf8Text == nil)
            guard place + 1 < length else { continue }
            bytes[place + 1] = 0xa4
            #expect(bytes.rawSpan.utf8Text.map { Array($0.utf8) } == bytes)
        }
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
