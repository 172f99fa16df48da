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
    private let requests: [[FrontendMessage]]

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
        var requests: [[FrontendMessage]] = []
        var current: [FrontendMessage] = []
        var client: [UInt8] = []
        for message in messages where message.side == .client {
            guard let tag = message.tag else {
                client += message.bytes
                continue
            }
            let decoded = try FrontendMessage.decode(kind: tag, body: message.body.rawSpan)
            if decoded == .terminate { break }
            client += message.bytes
            switch decoded {
            case .password: continue
            // The session refuses a COPY by itself; that is no request.
            case .copyFail: continue
            case .sync:
                if !current.isEmpty { requests.append(current) }
                current = []
            case .query:
                requests.append([decoded])
            default: current.append(decoded)
            }
        }
        self.client = client
        self.requests = requests
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

    /// Runs a session over bytes that arrive in pieces, making the recorded requests one after the other.
    ///
    /// - Parameter pieces: where the pieces end; the last one ends with the bytes.
    func play(_ bytes: [UInt8], pieces: [Int] = [], keepsEvents: Bool = true) throws -> Outcome {
        var session = try Session(
            startup: startup,
            authenticator: Authenticator(
                user: startup["user"] ?? "", password: password, rawPassword: password, nonce: nonce,
                scramKey: scramKey),
            limits: Limits())
        var outcome = Outcome()
        var nextRequest = 0
        // What a driver's cache knows: how many columns the rows of a statement have.
        var columns: [String: Int] = [:]
        var start = 0
        for end in pieces + [bytes.count] {
            while start < end {
                var consumed = 0
                let event: SessionEvent?
                do throws(WireError) {
                    event = try session.next(bytes.rawSpan.slice(from: start, to: end), consumed: &consumed)
                } catch {
                    outcome.error = error
                    return outcome
                }
                let range = start..<(start + consumed)
                start = range.upperBound
                outcome.take(&session)
                guard let event else { break }
                if keepsEvents { outcome.add(event, bytes, range) }
                switch event {
                case .rowDescription(let description):
                    if let name = describedStatement(in: nextRequest - 1) { columns[name] = description.columns.count }
                case .ready, .finished:
                    try submit(nextRequest, to: &session, columns)
                    nextRequest += 1
                    outcome.take(&session)
                default: break
                }
            }
        }
        outcome.unread = bytes.count - start
        return outcome
    }

    private func describedStatement(in number: Int) -> String? {
        guard requests.indices.contains(number) else { return nil }
        for case .describe(.statement(let name)) in requests[number] { return name }
        return nil
    }

    private func submit(_ number: Int, to session: inout Session, _ columns: [String: Int]) throws {
        guard number < requests.count else { return }
        var bound: String?
        _ = try session.submit { (encoder: inout RequestEncoder) throws in
            for message in requests[number] {
                if case .bind(_, let statement, _, _, _) = message { bound = statement }
                try Self.add(message, to: &encoder, columns: bound.flatMap { columns[$0] })
            }
        }
    }

    private static func add(_ message: FrontendMessage, to encoder: inout RequestEncoder, columns: Int?) throws {
        switch message {
        case .parse(let statement, let sql, let types):
            try encoder.parse(statement: statement, sql: sql, parameterTypes: types)
        case .describe(.statement(let name)): try encoder.describe(statement: name)
        case .describe(.portal(let name)): try encoder.describe(portal: name)
        case .bind(_, let statement, let formats, let parameters, let resultFormats):
            let columns = resultFormats.compactMap(WireFormat.init(rawValue:))
            try encoder.bind(statement: statement, resultFormats: columns) { writer in
                writer.write(UInt16(formats.count))
                for format in formats { writer.write(format) }
                writer.write(UInt16(parameters.count))
                for parameter in parameters {
                    writer.write(Int32(parameter?.count ?? -1))
                    writer.write(parameter ?? [])
                }
            }
        case .execute(_, let maximumRows): try encoder.execute(columns: columns, maximumRows: maximumRows)
        case .close(.statement(let name)): try encoder.close(statement: name)
        case .query(let sql): try encoder.query(sql)
        default: throw UnexpectedMessage(message: message)
        }
    }

    struct MissingStartup: Error {}

    struct UnexpectedMessage: Error {
        var message: FrontendMessage
    }
}

extension RecordedSession.Outcome {
    mutating func take(_ session: inout Session) {
        guard session.hasOutput else { return }
        output += session.output.array
        let count = session.output.byteCount
        session.sent(count)
    }

    /// Rows are split into single ones, so that the events do not depend on how the bytes arrived.
    mutating func add(_ event: SessionEvent, _ bytes: [UInt8], _ range: Range<Int>) {
        guard case .rows(let count, let offset) = event else { return events.append("\(event)") }
        var position = range.lowerBound + offset
        for _ in 0..<count {
            let length = Int(bytes.rawSpan.integer(at: position + 1, as: Int32.self) ?? 0)
            events.append("row of \(length) at \(position)")
            position += 1 + length
        }
    }
}
