import PostgresFixtures
import PostgresWire

/// Plays the client's half of a recording, whatever client that was, and keeps what the server says.
struct RawClient {
    private let transport: any Transport
    private(set) var received: [UInt8] = []
    /// Whether the server has closed.
    private(set) var isAtEnd = false

    init(_ transport: any Transport) { self.transport = transport }

    /// Connects through a socket.
    init(to endpoint: PostgresConfiguration.Endpoint) async throws {
        self.init(try await PostgresDialer.sockets.open(endpoint, .default) { _ in })
    }

    /// Sends each message of the client once everything in front of it has come.
    ///
    /// - Parameter extra: how many more bytes the server sends than were recorded.
    mutating func play(_ fixture: Fixture, extra: Int = 0) async throws {
        var expected = 0
        for message in fixture.messages {
            if message.side == .server {
                expected += message.bytes.count
            } else {
                try await receive(until: expected)
                if isAtEnd { return }
                try await send(message.bytes)
            }
        }
        try await receive(until: expected + extra)
        transport.close()
    }

    mutating func send(_ bytes: [UInt8]) async throws {
        var done = 0
        while done < bytes.count {
            let count = try transport.send(bytes.rawSpan.slice(from: done, to: bytes.count))
            done += count
            if count == 0 { await transport.wait(sending: true) }
        }
    }

    /// Receives until there are this many bytes, or the server closes.
    mutating func receive(until count: Int) async throws {
        while received.count < count, !isAtEnd {
            var buffer = ReceiveBuffer()
            switch try transport.receive(into: &buffer, needed: 5) {
            case .bytes: received += buffer.unread.array
            case .end: isAtEnd = true
            case .wouldBlock: await transport.wait(sending: false)
            }
        }
    }

    /// Receives until the server closes.
    mutating func receiveToEnd() async throws { try await receive(until: .max) }

    func close() { transport.close() }
}

/// The messages in a stream of the server's bytes.
func backendMessages(_ bytes: [UInt8]) throws -> [BackendMessage] {
    var messages: [BackendMessage] = []
    var start = 0
    while start < bytes.count {
        let rest = bytes.rawSpan.slice(from: start, to: bytes.count)
        guard let frame = try FrameSplitter.backend(rest, limits: Limits(), authenticated: true),
            frame.totalLength <= rest.byteCount
        else { throw WireError.endOfStream(insideMessage: true) }
        messages.append(
            try BackendMessage.decode(kind: frame.kind, body: rest.slice(from: 5, to: frame.totalLength)))
        start += frame.totalLength
    }
    return messages
}
