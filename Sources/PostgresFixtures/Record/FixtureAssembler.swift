internal import PostgresWire

/// Makes the lines of a fixture out of what each side sent, piece by piece, as it was seen.
///
/// A message gets its line when its last byte has been seen, so a server's message stands behind all that the client
/// had sent by then, and what answers a message stands behind it.
struct FixtureAssembler {
    private(set) var lines: [Fixture.Line] = []
    private var client = Stream(phase: .startup)
    private var server = Stream(phase: .tagged)
    /// Where reads ended, counted from the start of the server's incomplete message; they matter if more follows.
    private var readOffsets: [Int] = []
    private var isClosed = false
    /// Puts marks in place of secrets; nil where they are kept, since they are the public password's.
    private var marks: AuthenticationMarks?
    /// Whether the client has said goodbye.
    private var hasTerminated = false
    /// How much other connections had sent when the server's next message came, where that is to be told.
    private var orders: [Fixture.Line] = []
    /// How many messages the client has sent.
    private(set) var clientMessageCount = 0
    /// Whether the server has been ready for requests.
    private(set) var isStarted = false

    /// - Parameter marksSecrets: whether marks stand in place of passwords and of what is made from them.
    init(marksSecrets: Bool = false) { marks = marksSecrets ? AuthenticationMarks() : nil }

    private enum Phase {
        /// The packets without a tag.
        case startup
        case tagged
        /// One byte, the answer to SSLRequest or GSSENCRequest.
        case answer
        /// Encrypted, or broken: no messages can be told apart any more.
        case unstructured
    }

    private struct Stream {
        var phase: Phase
        var pending: [UInt8] = []
        var start = 0

        var rest: ArraySlice<UInt8> { pending[start...] }

        mutating func append(_ bytes: [UInt8]) {
            if start == pending.count {
                pending = bytes
                start = 0
            } else {
                pending += bytes
            }
        }

        /// Takes the next bytes out.
        mutating func take(_ count: Int) -> [UInt8] {
            let end = min(start + count, pending.count)
            defer { start = end }
            return Array(pending[start..<end])
        }
    }

    /// A remark.
    mutating func comment(_ text: String) { lines.append(.comment(text)) }

    /// The client sent bytes.
    mutating func sent(_ bytes: [UInt8]) {
        client.append(bytes)
        while let message = nextFromClient() { add(message) }
    }

    /// One read of the client brought bytes of the server.
    mutating func received(_ bytes: [UInt8]) {
        server.append(bytes)
        while let message = nextFromServer() { add(message) }
        readOffsets.append(server.rest.count)
    }

    /// What comes from the server now comes when another connection has sent so many messages.
    mutating func after(connection: Int, messages: Int) {
        orders.append(.after(connection: connection, messages: messages))
    }

    /// One side closed the connection; what comes later is not part of the session.
    mutating func closed(by side: Fixture.Side) {
        guard !isClosed else { return }
        isClosed = true
        addRest()
        // Behind the client's goodbye the server closes as well, and may be noticed first.
        lines.append(.close(hasTerminated ? .client : side))
    }

    /// Adds what is left of incomplete messages.
    mutating func addRest() {
        let server = self.server.take(.max / 2)
        if !server.isEmpty { add(Fixture.Message(.server, server, framing: .fragment)) }
        let client = self.client.take(.max / 2)
        if !client.isEmpty { add(Fixture.Message(.client, client, framing: .fragment)) }
    }

    private mutating func add(_ message: Fixture.Message) {
        if message.side == .server {
            for offset in readOffsets where offset < message.bytes.count {
                // In front of the server's first message, or behind one of the client's, a read begins anyhow.
                if offset > 0 || lastIsServer { lines.append(.read(offset: offset)) }
            }
            readOffsets.removeAll(keepingCapacity: true)
            lines += orders
            orders.removeAll()
            if message.tag == BackendKind.readyForQuery.rawValue { isStarted = true }
        } else {
            clientMessageCount += 1
        }
        if message.side == .client, message.tag == FrontendKind.terminate.rawValue { hasTerminated = true }
        lines.append(.message(marks?.marked(message) ?? message))
    }

    private var lastIsServer: Bool {
        if case .message(let last)? = lines.last(where: { if case .message = $0 { true } else { false } }) {
            last.side == .server
        } else {
            false
        }
    }

    // MARK: Cutting

    private mutating func nextFromClient() -> Fixture.Message? {
        let rest = Array(client.rest.prefix(5))
        guard !rest.isEmpty else { return nil }
        do throws(WireError) {
            switch client.phase {
            case .startup:
                guard let length = try FrameSplitter.startup(rest.rawSpan, limits: Limits()) else { return nil }
                guard length <= client.rest.count else { return nil }
                let bytes = client.take(length)
                noteStartup(bytes)
                return Fixture.Message(.client, bytes, framing: .untagged)
            case .tagged:
                guard let frame = try FrameSplitter.frontend(rest.rawSpan, limit: Limits().sentFrame),
                    frame.totalLength <= client.rest.count
                else { return nil }
                return Fixture.Message(.client, client.take(frame.totalLength), framing: .tagged)
            case .answer, .unstructured: break
            }
        } catch {
            client.phase = .unstructured
        }
        return Fixture.Message(.client, client.take(.max / 2), framing: .fragment)
    }

    private mutating func noteStartup(_ bytes: [UInt8]) {
        switch try? StartupPacket.decode(body: Array(bytes.dropFirst(4)).rawSpan) {
        case .sslRequest?, .gssEncryptionRequest?: server.phase = .answer
        case .startup?: client.phase = .tagged
        case .cancelRequest?, nil: client.phase = .unstructured
        }
    }

    private mutating func nextFromServer() -> Fixture.Message? {
        let rest = Array(server.rest.prefix(5))
        guard let first = rest.first else { return nil }
        do throws(WireError) {
            switch server.phase {
            case .answer:
                server.phase = .tagged
                // A server that does not know the request answers with an error instead.
                if first == UInt8(ascii: "E") { return nextFromServer() }
                if first != UInt8(ascii: "N") {
                    server.phase = .unstructured
                    client.phase = .unstructured
                }
                return Fixture.Message(.server, server.take(1), framing: .fragment)
            case .tagged:
                let frame = try FrameSplitter.backend(rest.rawSpan, limits: Limits(), authenticated: true)
                guard let frame, frame.totalLength <= server.rest.count else { return nil }
                return Fixture.Message(.server, server.take(frame.totalLength), framing: .tagged)
            case .startup, .unstructured: break
            }
        } catch {
            server.phase = .unstructured
        }
        return Fixture.Message(.server, server.take(.max / 2), framing: .fragment)
    }
}
