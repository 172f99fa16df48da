internal import PostgresWire

/// A transport as a server uses it: reads and writes that wait.
///
/// One task reads and one writes, or one does both in turn.
final class ByteStream: Sendable {
    private let transport: any Transport

    init(_ transport: any Transport) { self.transport = transport }

    /// The next bytes; nil at the end of the stream.
    func read() async throws(SystemError) -> [UInt8]? {
        var buffer = ReceiveBuffer()
        while true {
            switch try transport.receive(into: &buffer, needed: 5) {
            case .bytes: return buffer.unread.array
            case .end: return nil
            case .wouldBlock: await transport.wait(sending: false)
            }
        }
    }

    /// Hands all bytes to the peer.
    func write(_ bytes: [UInt8]) async throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let sent = try transport.send(bytes.rawSpan.slice(from: done, to: bytes.count))
            done += sent
            if sent == 0 { await transport.wait(sending: true) }
        }
    }

    func close() { transport.close() }
}
