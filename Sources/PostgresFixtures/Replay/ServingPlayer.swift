internal import PostgresWire

/// A replay for clients that cannot send exactly what was recorded: they choose a nonce of their own, ask for encryption
/// first, or name their statements differently.
///
/// It understands the client message by message, and where a message is the recorded one but for what must differ, the
/// player below gets the recorded bytes.
struct ServingPlayer: ServerMachine {
    private enum Phase {
        case startup
        case authenticating(ServedAuthentication, startup: [UInt8])
        case serving
        /// The connection was for a CancelRequest, which gets no answer.
        case cancelled
    }

    private let program: ReplayProgram
    private var player: ReplayPlayer
    private var phase = Phase.startup
    private let authentication: ServedAuthentication?
    private let looseLines: Set<Int>
    private var names: StatementNames?
    /// What the client has sent of a message that is not whole yet.
    private var pending: [UInt8] = []
    /// What the server says beyond the recording.
    private var own: [UInt8] = []
    /// How many messages of the client have come.
    private var number = 0

    init(
        _ program: ReplayProgram, authentication: ServedAuthentication?, looseLines: Set<Int>,
        tolerance: ReplayOptions.Tolerance, keepsOrders: Bool = false
    ) {
        self.program = program
        self.authentication = authentication
        self.looseLines = looseLines
        names = tolerance.contains(.statementNames) ? StatementNames() : nil
        player = ReplayPlayer(program, keepsOrders: keepsOrders)
    }

    /// Whether the connection was for a CancelRequest.
    var isCancelRequest: Bool { if case .cancelled = phase { true } else { false } }

    /// Whether the client has sent a startup message that is the recorded one.
    var hasBegun: Bool { number > 0 }
    /// Whether the client was counted as a connection.
    var isCounted = false

    // MARK: The server's bytes

    var available: Int { own.isEmpty ? player.available : own.count }
    var pause: Duration? { own.isEmpty ? player.pause : nil }
    mutating func endPause() { player.endPause() }

    mutating func deliver(_ count: Int, into buffer: inout ReceiveBuffer) {
        guard !own.isEmpty else { return player.deliver(count, into: &buffer) }
        let count = min(count, own.count)
        buffer.append(own.rawSpan.slice(from: 0, to: count))
        own.removeFirst(count)
    }

    var isAtEnd: Bool { own.isEmpty && (isCancelRequest || player.isAtEnd) }
    var serverHasClosed: Bool { own.isEmpty && player.serverHasClosed }
    var mustClose: Bool { own.isEmpty && (isCancelRequest || player.mustClose) }
    var isSilent: Bool { own.isEmpty && player.isSilent }
    var isComplete: Bool { own.isEmpty && pending.isEmpty && player.isComplete }
    var clientByteCount: Int { player.clientByteCount }
    var isHeld: Bool { own.isEmpty && player.isHeld }
    mutating func passOrders(_ isMet: (ReplayProgram.Order) -> Bool) { player.passOrders(isMet) }
    func stalled(after patience: Duration) -> ReplayMismatch { player.stalled(after: patience) }
    var abandoned: ReplayMismatch { player.abandoned }

    // MARK: The client's bytes

    mutating func take(_ bytes: RawSpan) -> ReplayMismatch? {
        pending += bytes.array
        while !pending.isEmpty {
            let length: Int
            switch messageLength() {
            case .incomplete: return nil
            case .impossible(let reason): return mismatch(pending, .fragment, reason)
            case .whole(let count): length = count
            }
            let message = Array(pending.prefix(length))
            pending.removeFirst(length)
            if let mismatch = take(message) { return mismatch }
        }
        return nil
    }

    private enum Length {
        case whole(Int)
        case incomplete
        case impossible(String)
    }

    /// How long the next message is.
    ///
    /// Much more than what is expected is not waited for.
    private func messageLength() -> Length {
        let expected = number < program.clientMessages.count ? program.clientMessages[number].message : nil
        if case .serving = phase, let expected, expected.framing == .fragment {
            return pending.count < expected.bytes.count ? .incomplete : .whole(expected.bytes.count)
        }
        let limit = (expected?.bytes.count ?? 0) + 1 << 16
        let length: Int?
        do throws(WireError) {
            if case .startup = phase {
                length = try FrameSplitter.startup(pending.rawSpan, limits: Limits())
            } else {
                length = try FrameSplitter.frontend(pending.rawSpan, limit: limit)?.totalLength
            }
        } catch {
            return .impossible("the client sent what is no message: \(error)")
        }
        guard let length, length <= pending.count else { return .incomplete }
        return .whole(length)
    }

    private mutating func take(_ message: [UInt8]) -> ReplayMismatch? {
        switch phase {
        case .startup: return takeStartup(message)
        case .authenticating(var authentication, let startup):
            guard message.first == FrontendKind.password.rawValue else {
                return mismatch(message, .tagged, "the client did not answer the request for its password")
            }
            do throws(WireError) {
                switch try authentication.take(Array(message.dropFirst(5))) {
                case .request(let bytes):
                    own += bytes
                    phase = .authenticating(authentication, startup: startup)
                    return nil
                case .final(let bytes):
                    own += bytes
                    phase = .serving
                    return accept(startup)
                }
            } catch {
                let password = Fixture.Header.password
                return mismatch(message, .tagged, "\(error); the password of this recording is `\(password)`")
            }
        case .serving: return compare(message, .tagged)
        case .cancelled: return nil
        }
    }

    private mutating func takeStartup(_ message: [UInt8]) -> ReplayMismatch? {
        let body = Array(message.dropFirst(4))
        switch try? StartupPacket.decode(body: body.rawSpan) {
        case .sslRequest?, .gssEncryptionRequest?:
            // A recording that has the request itself says what to answer.
            let expected = program.clientMessages.first?.message.bytes
            if number == 0, expected == message { return compare(message, .untagged) }
            own.append(UInt8(ascii: "N"))
            return nil
        case .cancelRequest?:
            phase = .cancelled
            return nil
        case .startup?, nil: break
        }
        guard let authentication else {
            phase = .serving
            return compare(message, .untagged)
        }
        guard number < program.clientMessages.count, program.clientMessages[number].message.bytes == message else {
            return mismatch(message, .untagged)
        }
        phase = .authenticating(authentication, startup: message)
        own += ServedAuthentication.request
        return nil
    }

    /// Compares a message with the recorded one.
    private mutating func compare(_ message: [UInt8], _ framing: Fixture.Message.Framing) -> ReplayMismatch? {
        guard number < program.clientMessages.count else { return mismatch(message, framing) }
        let expected = program.clientMessages[number]
        if expected.message.bytes == message, names == nil { return accept(message) }
        let isLoose = looseLines.contains(expected.line) && expected.message.bytes.first == message.first
        if isLoose || looseLines.contains(expected.line) && framing == .untagged {
            return accept(expected.message.bytes)
        }
        if names?.areEqual(recorded: expected.message, sent: message) == true {
            return accept(expected.message.bytes)
        }
        return mismatch(message, framing)
    }

    /// Goes on by the recorded message that has just come.
    private mutating func accept(_ recorded: [UInt8]) -> ReplayMismatch? {
        number += 1
        return player.take(recorded.rawSpan)
    }

    private func mismatch(
        _ message: [UInt8], _ framing: Fixture.Message.Framing, _ reason: String? = nil
    ) -> ReplayMismatch {
        let sent = Fixture.Message(.client, Array(message.prefix(1 << 16)), framing: framing)
        return ReplayMismatch(program, message: number, sent: sent, reason: reason)
    }
}
