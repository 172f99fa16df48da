public import PostgresWire

/// A COPY FROM STDIN that is running, with a buffer of data on their way to the server.
///
/// Used by one task at a time; it is not Sendable.
@usableFromInline
final class CopyInRequest {
    private let wire: WireConnection
    private let request: RequestID
    /// One CopyData message that is being filled: its header first.
    @usableFromInline var buffer = ByteWriter(capacity: CopyInRequest.pieceSize + 4096)
    private var failure: PostgresError?
    private var commandTag: CommandTag?
    private var isFinished = false

    /// How many bytes are collected before they are sent.
    @usableFromInline static let pieceSize = 64 << 10
    private static let headerSize = 5

    /// Waits for the server to ask for the data.
    init(_ wire: WireConnection, _ request: RequestID) async throws(PostgresError) {
        self.wire = wire
        self.request = request
        beginMessage()
        while true {
            switch try await wire.nextEvent(for: request) {
            case .other(.copyBegan(let response)):
                format = response.format
                return
            case .other(let event): note(event)
            case .rows, .copyData: continue
            }
            if isFinished {
                throw failure ?? PostgresError(.invalidQuery, "the command is no COPY FROM STDIN")
            }
        }
    }

    /// The format that the server expects.
    private(set) var format = WireFormat.text

    private func beginMessage() {
        buffer.removeAll()
        _ = buffer.beginMessage(.copyData)
    }

    /// Whether it is time to send.
    var isFull: Bool { buffer.count >= Self.pieceSize }

    /// Sends what has been collected; suspends while the server is slower.
    ///
    /// - Throws: the server's error, as soon as it comes; the connection is free again then.
    @usableFromInline
    func send() async throws(PostgresError) {
        if let failure { throw failure }
        guard buffer.count > Self.headerSize else { return }
        do throws(WireError) {
            try buffer.endMessage(0, name: "CopyData")
        } catch {
            beginMessage()
            throw PostgresError(error)
        }
        var offset = 0
        while offset < buffer.count {
            switch try wire.sendCopyData(&buffer, from: offset, for: request) {
            case .sent(let count): offset += count
            case .full: await wire.wait(.transport(sending: true), for: request)
            case .event(let event):
                note(event)
                if failure != nil { try await finish() }
            case .over: try await finish()
            }
        }
        beginMessage()
    }

    /// Sends the rest and ends the COPY.
    func end() async throws(PostgresError) -> CommandTag {
        try await send()
        try wire.endCopy(request)
        try await finish()
        return commandTag ?? CommandTag("")
    }

    /// Has the server undo everything; what it says about that is nobody's concern.
    func undo(because reason: String) async {
        guard !isFinished else { return }
        do throws(PostgresError) {
            try wire.failCopy(request, reason: reason)
            try await finish()
        } catch {
            // The server's answer to CopyFail is an error. What breaks on the way has closed the connection.
        }
        if !isFinished { wire.abandon(request) }
    }

    private func finish() async throws(PostgresError) {
        while !isFinished {
            if case .other(let event) = try await wire.nextEvent(for: request) { note(event) }
        }
        if let failure { throw failure }
        if commandTag == nil { throw PostgresError(.protocolViolation, "COPY ended without a result") }
    }

    private func note(_ event: SessionEvent) {
        switch event {
        case .error(let report, _): failure = failure ?? PostgresError(server: report)
        case .copyRefused: failure = failure ?? PostgresError(.invalidQuery, "the command is no COPY FROM STDIN")
        case .commandComplete(let tag): commandTag = tag
        case .finished: isFinished = true
        default: break
        }
    }
}
