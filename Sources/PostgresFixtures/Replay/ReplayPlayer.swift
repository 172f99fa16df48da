internal import PostgresWire

/// Where a replay stands: how much of the recording each side has got, in which round.
struct ReplayPlayer: ServerMachine {
    private let program: ReplayProgram
    /// How much the client has sent and the server has delivered.
    private var place = ReplayProgram.Place()
    /// How many gates are open.
    private var openGates = 0
    /// How many boundaries are behind.
    private var passedBoundaries = 0
    /// For how many other connections there is no more to wait.
    private var passedOrders: Int
    /// How many delays are over.
    private var passedDelays = 0
    /// Rounds of the loop that each side has finished.
    private var clientRounds = 0
    private var serverRounds = 0
    /// Whether the client may come round again.
    private var isLooping: Bool
    /// How many gates and boundaries there are in front of a round.
    private var gatesBeforeLoop = 0
    private var boundariesBeforeLoop = 0

    /// - Parameter keepsOrders: whether what came behind messages of other connections waits for them.
    init(_ program: ReplayProgram, keepsOrders: Bool = false) {
        self.program = program
        passedOrders = keepsOrders ? 0 : program.orders.count
        isLooping = program.loop != nil
        if let start = program.loop?.start {
            gatesBeforeLoop = program.gates.count { $0.serverEnd <= start.server }
            boundariesBeforeLoop = program.boundaries.count { $0 <= start.server }
        }
        openMoreGates()
    }

    // MARK: The server's bytes

    var available: Int {
        var limit = min(serverLimit, program.server.count)
        if passedOrders < program.orders.count { limit = min(limit, program.orders[passedOrders].offset) }
        if passedDelays < program.delays.count { limit = min(limit, program.delays[passedDelays].offset) }
        guard limit > place.server else { return 0 }
        if program.isBytewise { return 1 }
        guard passedBoundaries < program.boundaries.count else { return limit - place.server }
        return min(limit, program.boundaries[passedBoundaries]) - place.server
    }

    private var serverLimit: Int {
        // The client is a round ahead, so the whole of this one may come.
        if let end = program.loop?.end.server, serverRounds < clientRounds { return end }
        return openGates > 0 ? program.gates[openGates - 1].serverEnd : 0
    }

    var pause: Duration? {
        guard passedDelays < program.delays.count, program.delays[passedDelays].offset <= place.server,
            min(serverLimit, program.server.count) > place.server
        else { return nil }
        return program.delays[passedDelays].duration
    }

    mutating func endPause() { if pause != nil { passedDelays += 1 } }

    mutating func deliver(_ count: Int, into buffer: inout ReceiveBuffer) {
        let server = program.server
        buffer.append(server.rawSpan.slice(from: place.server, to: place.server + count))
        place.server += count
        if let loop = program.loop, serverRounds < clientRounds, place.server == loop.end.server {
            serverRounds += 1
            // The last round goes on into what was recorded behind it.
            if isLooping || serverRounds < clientRounds {
                place.server = loop.start.server
                passedBoundaries = boundariesBeforeLoop
            }
        }
        while passedBoundaries < program.boundaries.count, program.boundaries[passedBoundaries] <= place.server {
            passedBoundaries += 1
        }
    }

    var isAtEnd: Bool {
        guard place.server == program.server.count, serverRounds == clientRounds, !isSilent else { return false }
        if program.isCut || serverHasClosed { return true }
        return !isLooping && place.client == program.client.count
    }

    var isSilent: Bool { program.isSilentAtEnd && place.server == program.server.count }

    var serverHasClosed: Bool {
        guard let needed = program.serverClosesAfter, !isLooping else { return false }
        return place.server == program.server.count && place.client >= needed
    }

    var mustClose: Bool {
        serverHasClosed || program.isCut && place.server == program.server.count
            || program.endsWithTerminate && isComplete
    }

    var isComplete: Bool {
        !isLooping && !program.isCut && !program.isSilentAtEnd && place.client == program.client.count
            && place.server == program.server.count
            && serverRounds == clientRounds
    }

    var isHeld: Bool {
        passedOrders < program.orders.count && program.orders[passedOrders].offset <= place.server
            && serverLimit > place.server
    }

    mutating func passOrders(_ isMet: (ReplayProgram.Order) -> Bool) {
        while passedOrders < program.orders.count, isMet(program.orders[passedOrders]) { passedOrders += 1 }
    }

    // MARK: The client's bytes

    var clientByteCount: Int { place.client }

    /// Compares bytes of the client with the recording and goes on by as much.
    mutating func take(_ bytes: RawSpan) -> ReplayMismatch? {
        var offset = 0
        while offset < bytes.byteCount {
            if isLooping, let loop = program.loop, place.client == loop.start.client, clientRounds > 0 {
                leaveLoop(loop, next: bytes.integer(at: offset, as: UInt8.self))
            }
            let end = isLooping ? program.loop?.end.client ?? 0 : program.client.count
            let count = min(bytes.byteCount - offset, end - place.client)
            let client = program.client
            let equal = Self.commonPrefix(
                client.rawSpan.slice(from: place.client, to: place.client + count),
                bytes.slice(from: offset, to: offset + count))
            place.client += equal
            guard equal == count, count > 0 else {
                return ReplayMismatch(program, at: place.client, sent: bytes.slice(from: offset, to: .max), equal)
            }
            offset += count
            finishRound()
        }
        openMoreGates()
        return nil
    }

    private mutating func finishRound() {
        guard isLooping, let loop = program.loop, place.client == loop.end.client else { return }
        clientRounds += 1
        place.client = loop.start.client
        openGates = gatesBeforeLoop
    }

    /// At the beginning of a round the client may send what was recorded behind the last one.
    private mutating func leaveLoop(_ loop: (start: ReplayProgram.Place, end: ReplayProgram.Place), next: UInt8?) {
        guard let next, loop.end.client < program.client.count, next != program.client[loop.start.client],
            next == program.client[loop.end.client]
        else { return }
        isLooping = false
        place.client = loop.end.client
        if serverRounds == clientRounds { place.server = loop.end.server }
        openMoreGates()
    }

    private mutating func openMoreGates() {
        while openGates < program.gates.count, program.gates[openGates].clientNeeded <= place.client { openGates += 1 }
    }

    private static func commonPrefix(_ left: RawSpan, _ right: RawSpan) -> Int {
        let count = min(left.byteCount, right.byteCount)
        var position = 0
        while position + 8 <= count {
            guard left.integer(at: position, as: UInt64.self) == right.integer(at: position, as: UInt64.self) else {
                break
            }
            position += 8
        }
        while position < count,
            left.integer(at: position, as: UInt8.self) == right.integer(at: position, as: UInt8.self)
        {
            position += 1
        }
        return position
    }

    func stalled(after patience: Duration) -> ReplayMismatch {
        guard isHeld else {
            return ReplayMismatch(
                program, at: place.client, silentBecause: "the client waited \(patience) for an answer")
        }
        let connection = program.orders[passedOrders].connection
        return ReplayMismatch(
            program, at: place.client,
            reason: "the client waited \(patience) for an answer; the recording has its connection \(connection) send "
                + "something first")
    }

    var abandoned: ReplayMismatch {
        ReplayMismatch(program, at: place.client, silentBecause: "the client left before the end")
    }
}
