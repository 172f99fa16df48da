internal import PostgresWire

/// A recording prepared for playing: the bytes of both sides, and what waits for what.
///
/// Made once, shared by all connections, never changed; playing allocates nothing.
final class ReplayProgram: Sendable {
    /// From when on the server's bytes up to `serverEnd` may come: once the client has sent `clientNeeded`.
    struct Gate {
        var clientNeeded: Int
        var serverEnd: Int
    }

    /// A place in the recording, as a count of bytes of each side.
    struct Place: Equatable {
        var client = 0
        var server = 0
    }

    /// One message of the client, the line it stands on, and where it ends in all that the client sends.
    struct ClientMessage {
        var message: Fixture.Message
        var line: Int
        var end: Int
    }

    /// The server's bytes from `offset` on come this much later.
    struct Delay {
        var offset: Int
        var duration: Duration
    }

    /// The server's bytes from `offset` on wait until another connection has sent so many messages.
    struct Order {
        var offset: Int
        var connection: Int
        var messages: Int
    }

    let fixture: Fixture
    /// All that the client sends.
    let client: [UInt8]
    let clientMessages: [ClientMessage]
    /// All that the server sends, up to the cut.
    let server: [UInt8]
    let gates: [Gate]
    /// Where reads end, in the server's bytes, in order.
    let boundaries: [Int]
    let delays: [Delay]
    let orders: [Order]
    let isBytewise: Bool
    /// Whether the server's bytes end early.
    let isCut: Bool
    /// Whether they end without the connection being closed.
    let isSilentAtEnd: Bool
    /// After how many of the client's bytes the server closes; nil where it does not, or the client is first.
    let serverClosesAfter: Int?
    /// Whether the client says goodbye.
    let endsWithTerminate: Bool
    /// Where a round begins and ends.
    let loop: (start: Place, end: Place)?

    /// - Parameter skipping: lines that are not played, by their index.
    init(_ fixture: Fixture, _ options: ReplayOptions, skipping: Set<Int> = []) {
        self.fixture = fixture
        var scan = Scan(insertions: options.faults?.insertions ?? [:])
        for (index, line) in fixture.lines.enumerated() where !skipping.contains(index) {
            scan.add(line, number: fixture.lineNumber(of: index), loop: options.loop)
        }
        client = scan.client
        clientMessages = scan.clientMessages
        let silence = max(options.faults?.dropsAfter ?? .max, 0)
        let cut = min(max(options.cutAfter ?? .max, 0), max(options.faults?.cutsAfter ?? .max, 0))
        isCut = cut <= scan.server.count && cut <= silence
        isSilentAtEnd = silence < scan.server.count && silence < cut
        server = Array(scan.server.prefix(min(cut, silence)))
        gates = scan.gates
        orders = scan.orders
        serverClosesAfter = isSilentAtEnd ? nil : scan.serverClosesAfter
        endsWithTerminate = scan.clientMessages.last?.message.tag == FrontendKind.terminate.rawValue
        let delivery = options.faults?.delivery ?? options.delivery
        isBytewise = delivery == .bytewise
        boundaries =
            switch delivery {
            case .recorded: scan.boundaries
            case .whole, .bytewise: []
            case .split(let offsets): offsets.filter { $0 > 0 }.sorted()
            }
        delays = options.faults?.delays ?? []
        if !isCut, !isSilentAtEnd, let start = scan.loopStart, let end = scan.loopEnd, start.client < end.client {
            loop = (start, end)
        } else {
            loop = nil
        }
    }

    /// How many bytes the client has sent by the end of one of its messages, counted from 1 with those not played.
    func clientByteCount(messages: Int) -> Int {
        var left = messages
        for (index, line) in fixture.lines.enumerated() {
            guard case .message(let message) = line, message.side == .client else { continue }
            left -= 1
            guard left == 0 else { continue }
            let number = fixture.lineNumber(of: index)
            return clientMessages.last { $0.line <= number }?.end ?? 0
        }
        return client.count
    }

    private struct Scan {
        var insertions: [Int: [FaultPlan.Insertion]]
        var client: [UInt8] = []
        var clientMessages: [ClientMessage] = []
        var server: [UInt8] = []
        var serverMessageCount = 0
        var gates: [Gate] = []
        var boundaries: [Int] = []
        var orders: [Order] = []
        var serverClosesAfter: Int?
        var messageCount = 0
        var loopStart: Place?
        var loopEnd: Place?

        init(insertions: [Int: [FaultPlan.Insertion]]) { self.insertions = insertions }

        mutating func add(_ line: Fixture.Line, number: Int, loop: ReplayOptions.Loop?) {
            switch line {
            case .message(let message):
                if messageCount == loop?.first { loopStart = place }
                add(message, number)
                if messageCount == loop?.last { loopEnd = place }
                messageCount += 1
            case .read(let offset): boundaries.append(server.count + offset)
            case .after(let connection, let messages):
                orders.append(Order(offset: server.count, connection: connection, messages: messages))
            case .close(.server): serverClosesAfter = serverClosesAfter ?? client.count
            case .close(.client), .comment: break
            }
        }

        private var place: Place { Place(client: client.count, server: server.count) }

        private mutating func add(_ message: Fixture.Message, _ number: Int) {
            guard message.side == .server else {
                client += message.bytes
                clientMessages.append(ClientMessage(message: message, line: number, end: client.count))
                return
            }
            for insertion in insertions[serverMessageCount] ?? [] { server += insertion.bytes }
            serverMessageCount += 1
            server += message.bytes
            if gates.last?.clientNeeded == client.count { gates.removeLast() }
            gates.append(Gate(clientNeeded: client.count, serverEnd: server.count))
        }
    }
}
