import PostgresFixtures
import PostgresWire

/// A recording taken apart for the pure session: the server's bytes, and the requests that the client made.
struct RecordedSession: Sendable {
    let name: String
    let startup: StartupMessage
    let password: [UInt8]?
    let nonce: String
    let scramKey: ScramKey?
    let server: [UInt8]
    /// What the client sent, without the farewell that a closing socket may cut off.
    let client: [UInt8]
    /// Where the server's messages end.
    let boundaries: [Int]
    private let actions: [RecordedAction]

    /// - Parameter trusted: leaves the SASL exchange and the first parameters out, as if the server trusted everybody
    ///   and said little. They are most of the work of a short session, and those in `startup` have them anyway.
    init(_ fixture: Fixture, trusted: Bool = false) throws {
        name = fixture.name
        startup = try fixture.startupMessage ?? { throw MissingStartup() }()
        password = fixture.header.usesPassword ? Array(Fixture.Header.password.utf8) : nil
        nonce = fixture.header.nonce ?? "nonce"
        scramKey = fixture.header.scramKey
        var isStarting = trusted
        let messages = fixture.messages.filter { message in
            defer { if message.readable.hasPrefix("ReadyForQuery") { isStarting = false } }
            guard isStarting, message.framing == .tagged else { return true }
            let kept = ["AuthenticationOk", "BackendKeyData", "ReadyForQuery"]
            return message.side == .server && kept.contains { message.readable.hasPrefix($0) }
        }
        server = messages.filter { $0.side == .server }.flatMap(\.bytes)
        var boundaries: [Int] = []
        var position = 0
        for message in messages where message.side == .server {
            position += message.bytes.count
            boundaries.append(position)
        }
        self.boundaries = boundaries
        let goodbye = messages.lastIndex { $0.side == .client && $0.tag == FrontendKind.terminate.rawValue }
        client = messages[..<(goodbye ?? messages.count)].filter { $0.side == .client }.flatMap(\.bytes)
        actions = try RecordedAction.all(in: messages)
    }

    /// What a session made of bytes.
    struct Outcome: Equatable {
        /// Its events, rows one by one.
        var events: [String] = []
        var error: WireError?
        /// What it sent.
        var output: [UInt8] = []
        /// The unread bytes at the end.
        var unread = 0
    }

    /// Runs a session over bytes that arrive in pieces, doing what the client did where it did so.
    ///
    /// - Parameters:
    ///   - pieces: where the pieces end; the last one ends with the bytes.
    ///   - isPlain: whether the usual parts of answers are taken in one go.
    ///   - look: sees what has come of each piece but the last.
    func play(
        _ bytes: [UInt8], pieces: [Int] = [], keepsEvents: Bool = true, isPlain: Bool = false,
        look: (Outcome) throws -> Void = { _ in }
    ) throws -> Outcome {
        var session = try Session(
            startup: startup,
            authenticator: Authenticator(
                user: startup["user"] ?? "", password: password, rawPassword: password, nonce: nonce,
                scramKey: scramKey),
            limits: Limits())
        var outcome = Outcome()
        var player = RecordedActionPlayer(actions)
        var start = 0
        var looks = 0
        for end in pieces + [bytes.count] {
            while true {
                let limit = min(end, max(player.nextOffset, start))
                while start < limit {
                    var consumed = 0
                    var events: [SessionEvent] = []
                    var failure: WireError?
                    do throws(WireError) {
                        let unread = bytes.rawSpan.slice(from: start, to: limit)
                        if isPlain { looks += 1 }
                        try Self.next(&session, unread, &consumed, &events, looks)
                    } catch {
                        failure = error
                    }
                    let range = start..<(start + consumed)
                    start = range.upperBound
                    if failure == nil { outcome.take(&session) }
                    for event in events {
                        if keepsEvents { outcome.add(event, bytes, range) }
                        player.note(event)
                    }
                    outcome.error = failure
                    if failure != nil { return outcome }
                    if events.isEmpty, !isPlain || consumed == 0 { break }
                }
                // In a damaged session a message may go on where the client did something.
                guard player.nextOffset <= end else { break }
                try player.playNext(on: &session) { outcome.output += $0 }
                outcome.take(&session)
            }
            outcome.unread = end - start
            if end < bytes.count { try look(outcome) }
        }
        return outcome
    }

    /// The next event, or those of the usual part of an answer: by turns of one result, and of many.
    private static func next(
        _ session: inout Session, _ unread: RawSpan, _ consumed: inout Int, _ events: inout [SessionEvent], _ looks: Int
    ) throws(WireError) {
        if looks % 2 == 1 {
            var results = PlainResults()
            defer { events += results.events }
            consumed = try session.nextResults(unread, base: 0, into: &results)
        } else if looks > 0 {
            let answer = try session.nextPlain(unread)
            consumed = answer.consumed
            events = answer.events
        }
        if consumed > 0 { return }
        if let event = try session.next(unread, consumed: &consumed) { events.append(event) }
    }

    struct MissingStartup: Error {}
}

extension PlainAnswer {
    /// What `next` would have said instead.
    fileprivate var events: [SessionEvent] {
        var events: [SessionEvent] = []
        if rowCount > 0 { events.append(.rows(count: rowCount, offset: rows.lowerBound)) }
        if let commandTag { events.append(.commandComplete(commandTag)) }
        if let status { events.append(.finished(status)) }
        return events
    }
}

extension PlainResults {
    /// What `next` would have said instead.
    fileprivate var events: [SessionEvent] {
        list.flatMap { result in
            var events: [SessionEvent] = []
            if result.rowCount > 0 { events.append(.rows(count: result.rowCount, offset: result.start)) }
            if result.tag >= 0 { events.append(.commandComplete(tags[result.tag])) }
            return events
        }
    }
}

extension RecordedSession.Outcome {
    mutating func take(_ session: inout Session) {
        guard session.hasOutput else { return }
        output += session.output.array
        let count = session.output.byteCount
        session.sent(count)
    }

    /// Rows and COPY data are split into single ones, so that the events do not depend on how the bytes arrived.
    mutating func add(_ event: SessionEvent, _ bytes: [UInt8], _ range: Range<Int>) {
        let (count, offset, name) =
            switch event {
            case .rows(let count, let offset): (count, offset, "row")
            case .copyData(let count, let offset): (count, offset, "data")
            default: (0, 0, "")
            }
        guard !name.isEmpty else { return events.append("\(event)") }
        var position = range.lowerBound + offset
        for _ in 0..<count {
            let length = Int(bytes.rawSpan.integer(at: position + 1, as: Int32.self) ?? 0)
            events.append("\(name) of \(length) at \(position)")
            position += 1 + length
        }
    }
}
