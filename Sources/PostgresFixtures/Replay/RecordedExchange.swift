internal import PostgresWire

/// The part of a recording by which the client proved who it was, and what becomes of it in a replay.
struct RecordedExchange {
    /// The lines that a replay in memory leaves out: all of the exchange where marks stand in it, else none.
    let linesToSkipInMemory: Set<Int>
    /// The lines that a replay through a socket leaves out, since it plays them itself or does without.
    let linesToSkipWhenServing: Set<Int>
    /// How clients that connect through a socket prove that they know the public password; nil where they need not, or
    /// where they do so by sending what was recorded.
    let authentication: ServedAuthentication?

    /// An exchange that is played as it stands.
    init() {
        linesToSkipInMemory = []
        linesToSkipWhenServing = []
        authentication = nil
    }

    /// The exchange of a recording.
    init(_ fixture: Fixture) {
        var exchange: Set<Int> = []
        var encryptionRequests: Set<Int> = []
        var challenge: [UInt8]?
        var usesSCRAM = false
        scan: for (index, line) in fixture.lines.enumerated() {
            switch line {
            case .message(let message):
                switch (message.side, message.framing, message.tag) {
                case (.client, .untagged, _):
                    if Self.asksForEncryption(message) { encryptionRequests.insert(index) }
                case (.server, .fragment, _) where encryptionRequests.contains(index - 1):
                    encryptionRequests.insert(index)
                case (.client, _, FrontendKind.password.rawValue?): exchange.insert(index)
                case (.server, _, BackendKind.authentication.rawValue?):
                    let request = try? AuthenticationRequest.decode(body: message.body.rawSpan)
                    if request == .ok { break scan }
                    if case .sasl(let mechanisms)? = request { usesSCRAM = mechanisms.contains("SCRAM-SHA-256") }
                    if case .saslContinue(let bytes)? = request { challenge = bytes }
                    exchange.insert(index)
                case (.server, _, BackendKind.readyForQuery.rawValue?): break scan
                default: break
                }
            case .read where !exchange.isEmpty: exchange.insert(index)
            case .read, .after, .close, .comment: break
            }
        }
        let isRedacted = fixture.isRedacted
        linesToSkipInMemory = isRedacted ? exchange : []
        let isPlayed = fixture.header.usesPassword && usesSCRAM && !isRedacted && challenge != nil
        authentication = isPlayed ? ServedAuthentication(fixture.header, challenge: challenge ?? []) : nil
        // MD5 and clear text come out the same whoever sends them, since the salt is the recording's.
        let isLeftOut = isRedacted || isPlayed || !fixture.header.usesPassword
        linesToSkipWhenServing = encryptionRequests.union(isLeftOut ? exchange : [])
    }

    private static func asksForEncryption(_ message: Fixture.Message) -> Bool {
        switch try? StartupPacket.decode(body: message.body.rawSpan) {
        case .sslRequest?, .gssEncryptionRequest?: true
        default: false
        }
    }
}

extension Fixture {
    /// The recording as it is played in memory: without an exchange in which marks stand.
    package var withoutMarkedExchange: Fixture {
        let skipped = RecordedExchange(self).linesToSkipInMemory
        guard !skipped.isEmpty else { return self }
        var fixture = self
        fixture.lines = lines.enumerated().filter { !skipped.contains($0.offset) }.map(\.element)
        return fixture
    }
}
