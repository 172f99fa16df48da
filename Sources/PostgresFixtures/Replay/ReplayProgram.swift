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

    let fixture: Fixture
    /// All that the client sends.
    let client: [UInt8]
    /// All that the server sends, up to the cut.
    let server: [UInt8]
    let gates: [Gate]
    /// Where reads end, in the server's bytes, in order.
    let boundaries: [Int]
    let isBytewise: Bool
    /// Whether the server's bytes end early.
    let isCut: Bool
    /// After how many of the client's bytes the server closes; nil where it does not, or the client is first.
    let serverClosesAfter: Int?
    /// Where a round begins and ends.
    let loop: (start: Place, end: Place)?

    init(_ fixture: Fixture, _ options: ReplayOptions) {
        self.fixture = fixture
        var scan = Scan()
        for line in fixture.lines { scan.add(line, loop: options.loop) }
        client = scan.client
        let cut = max(options.cutAfter ?? .max, 0)
        isCut = cut <= scan.server.count
        server = Array(scan.server.prefix(cut))
        gates = scan.gates
        serverClosesAfter = scan.serverClosesAfter
        isBytewise = options.delivery == .bytewise
        boundaries =
            switch options.delivery {
            case .recorded: scan.boundaries
            case .whole, .bytewise: []
            case .split(let offsets): offsets.filter { $0 > 0 }.sorted()
            }
        if !isCut, let start = scan.loopStart, let end = scan.loopEnd, start.client < end.client {
            loop = (start, end)
        } else {
            loop = nil
        }
    }

    private struct Scan {
        var client: [UInt8] = []
        var server: [UInt8] = []
        var gates: [Gate] = []
        var boundaries: [Int] = []
        var serverClosesAfter: Int?
        var messageCount = 0
        var loopStart: Place?
        var loopEnd: Place?

        mutating func add(_ line: Fixture.Line, loop: ReplayOptions.Loop?) {
            switch line {
            case .message(let message):
                if messageCount == loop?.first { loopStart = place }
                add(message)
                if messageCount == loop?.last { loopEnd = place }
                messageCount += 1
            case .read(let offset): boundaries.append(server.count + offset)
            case .close(.server): serverClosesAfter = serverClosesAfter ?? client.count
            case .close(.client), .comment: break
            }
        }

        private var place: Place { Place(client: client.count, server: server.count) }

        private mutating func add(_ message: Fixture.Message) {
            guard message.side == .server else {
                client += message.bytes
                return
            }
            server += message.bytes
            if gates.last?.clientNeeded == client.count { gates.removeLast() }
            gates.append(Gate(clientNeeded: client.count, serverEnd: server.count))
        }
    }
}
