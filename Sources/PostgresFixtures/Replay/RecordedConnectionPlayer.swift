internal import PostgresWire

/// One connection to a recording of several, which finds out by its first request which of them it is.
///
/// Until then it plays the first one that may be meant, because all begin alike.
struct RecordedConnectionPlayer: ServerMachine {
    private let connections: RecordedConnections
    private var player: any ServerMachine
    private var number: Int?
    private var isTaken = false
    /// What the client has sent before it was known what it plays.
    private var begin: [UInt8] = []

    init(_ connections: RecordedConnections) {
        self.connections = connections
        number = connections.recording(beginningWith: [], take: false)
        player = connections.replays[number ?? 0].orderedPlayer()
    }

    var available: Int { player.available }
    var pause: Duration? { player.pause }
    mutating func endPause() { player.endPause() }
    mutating func deliver(_ count: Int, into buffer: inout ReceiveBuffer) { player.deliver(count, into: &buffer) }
    var isAtEnd: Bool { player.isAtEnd }
    var serverHasClosed: Bool { player.serverHasClosed }
    var mustClose: Bool { player.mustClose }
    var isSilent: Bool { player.isSilent }
    /// Whether the client has sent everything; whether it waited for the last notification is a matter of chance.
    var isComplete: Bool {
        guard isTaken, let number else { return false }
        return player.isComplete || player.clientByteCount == connections.replays[number].clientByteCount
    }
    var clientByteCount: Int { player.clientByteCount }
    var isHeld: Bool { player.isHeld }
    mutating func passOrders(_ isMet: (ReplayProgram.Order) -> Bool) { player.passOrders(isMet) }
    func stalled(after patience: Duration) -> ReplayMismatch { player.stalled(after: patience) }
    var abandoned: ReplayMismatch { player.abandoned }

    mutating func take(_ bytes: RawSpan) -> ReplayMismatch? {
        isTaken ? go(bytes) : takeFirst(bytes)
    }

    /// The startup message, or the first request.
    private mutating func takeFirst(_ bytes: RawSpan) -> ReplayMismatch? {
        let startup = begin
        begin += bytes.array
        let isRequest = startup.count >= connections.replays[number ?? 0].startupByteCount
        let chosen = connections.recording(beginningWith: begin, take: isRequest)
        isTaken = isRequest
        defer { player.passOrders(connections.isMet) }
        guard let chosen, chosen != number else { return go(bytes) }
        number = chosen
        player = connections.replays[chosen].orderedPlayer()
        guard isRequest else { return go(bytes) }
        if let mismatch = player.take(startup.rawSpan) { return mismatch }
        // The client has got the like of it from the recording that was played so far.
        var answer = ReceiveBuffer()
        while player.available > 0 { player.deliver(player.available, into: &answer) }
        return go(bytes)
    }

    private mutating func go(_ bytes: RawSpan) -> ReplayMismatch? {
        if let mismatch = player.take(bytes) { return mismatch }
        if isTaken, let number { connections.sent(player.clientByteCount, of: number) }
        return nil
    }
}
