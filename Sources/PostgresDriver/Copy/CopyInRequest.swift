internal import PostgresWire

/// A COPY FROM STDIN that is running.
///
/// The data are collected by the writers, each in a buffer of its own: one in here, in a class, would have to be checked
/// for other accesses with every row. Used by one task at a time; it is not Sendable.
@usableFromInline
final class CopyInRequest {
    private let wire: WireConnection
    private let request: RequestID
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

    /// A buffer with the header of a CopyData message, which is to be filled.
    static func newBuffer() -> ByteWriter {
        var buffer = ByteWriter(capacity: pieceSize + 4096)
        beginMessage(&buffer)
        return buffer
    }

    private static func beginMessage(_ buffer: inout ByteWriter) {
        buffer.removeAll()
        _ = buffer.beginMessage(.copyData)
    }

    /// Sends what has been collected and begins anew; suspends while the server is slower.
    ///
    /// - Throws: the server's error, as soon as it comes; the connection is free again then.
    func send(_ buffer: inout ByteWriter) async throws(PostgresError) {
        if let failure { throw failure }
        guard buffer.count > Self.headerSize else { return }
        do throws(WireError) {
            try buffer.endMessage(0, name: "CopyData")
        } catch {
            Self.beginMessage(&buffer)
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
        Self.beginMessage(&buffer)
    }

    /// Ends the COPY, all of whose data have been sent.
    func end() async throws(PostgresError) -> CommandTag {
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
