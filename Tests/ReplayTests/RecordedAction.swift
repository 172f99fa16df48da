import PostgresFixtures
import PostgresWire

/// Something that the client did in a recording, as it is done with the pure session.
struct RecordedAction: Sendable {
    enum Kind: Sendable {
        /// A new request, or more of the open one; without a Sync it stays open.
        case request([FrontendMessage], isNew: Bool, isOpen: Bool)
        case copy(sql: String, CopyDirection)
        case copyData([UInt8])
        case copyDone
        case copyFail(reason: String)
    }

    /// Which of the server's bytes have come before.
    var offset: Int
    var kind: Kind

    /// The actions in a recording, in order.
    static func all(in messages: [Fixture.Message]) throws -> [RecordedAction] {
        var actions: [RecordedAction] = []
        var offset = 0
        var current: [FrontendMessage] = []
        var isOpen = false
        func end(open: Bool) {
            if !current.isEmpty || isOpen {
                let kind = Kind.request(current, isNew: !isOpen, isOpen: open)
                actions.append(RecordedAction(offset: offset, kind: kind))
            }
            // A Sync that belongs to nothing was added by the session, which refused a COPY.
            current = []
            isOpen = open
        }
        for (index, message) in messages.enumerated() {
            guard message.side == .client else {
                if !current.isEmpty { end(open: true) }
                offset += message.bytes.count
                continue
            }
            guard let tag = message.tag else { continue }
            let decoded = try FrontendMessage.decode(kind: tag, body: message.body.rawSpan)
            switch decoded {
            case .terminate: return actions
            case .password: continue
            case .sync: end(open: false)
            case .query(let sql):
                if let direction = copyDirection(behind: index, in: messages) {
                    actions.append(RecordedAction(offset: offset, kind: .copy(sql: sql, direction)))
                } else {
                    current = [decoded]
                    end(open: false)
                }
            case .copyData: actions.append(RecordedAction(offset: offset, kind: .copyData(message.bytes)))
            case .copyDone: actions.append(RecordedAction(offset: offset, kind: .copyDone))
            case .copyFail(let reason):
                if !isRefusal(reason) {
                    actions.append(RecordedAction(offset: offset, kind: .copyFail(reason: reason)))
                }
            default: current.append(decoded)
            }
        }
        return actions
    }

    /// Whether the session itself gives this reason; that is no action of the client.
    private static func isRefusal(_ reason: String) -> Bool { reason.hasPrefix("COPY FROM STDIN needs") }

    /// Which COPY a simple query is; nil where it is none, or one that nobody expected.
    private static func copyDirection(behind index: Int, in messages: [Fixture.Message]) -> CopyDirection? {
        let isRefused = messages.contains { message in
            guard message.side == .client, message.tag == FrontendKind.copyFail.rawValue,
                case .copyFail(let reason)? = try? FrontendMessage.decode(
                    kind: FrontendKind.copyFail.rawValue, body: message.body.rawSpan)
            else { return false }
            return isRefusal(reason)
        }
        guard !isRefused else { return nil }
        let answer = messages[(index + 1)...].first { $0.side == .server }
        switch answer?.tag {
        case BackendKind.copyInResponse.rawValue?: return .in
        case BackendKind.copyOutResponse.rawValue?: return .out
        default: return nil
        }
    }
}

/// Does the actions of a recording, one after the other, with what a driver knows of its statements.
struct RecordedActionPlayer: ~Copyable {
    private let actions: [RecordedAction]
    private var next = 0
    private var request: RequestID?
    /// How many columns the rows of a statement have.
    private var columns: [String: Int] = [:]
    /// What each request that is not over yet has described; portals have no name.
    private var described: [[String]] = []
    private var bound = ""

    init(_ actions: [RecordedAction]) { self.actions = actions }

    /// How much must have come before the next action; more than there is where there is none.
    var nextOffset: Int { next < actions.count ? actions[next].offset : .max }

    /// Learns from what the server said.
    mutating func note(_ event: SessionEvent) {
        switch event {
        case .rowDescription(let description):
            if described.first?.isEmpty == false { columns[described[0].removeFirst()] = description.columns.count }
        case .noData: if described.first?.isEmpty == false { described[0].removeFirst() }
        case .finished: if !described.isEmpty { described.removeFirst() }
        default: break
        }
    }

    /// Does the next action, unless the session is of no use; the data of a COPY go past it.
    mutating func playNext(on session: inout Session, send: ([UInt8]) -> Void) throws {
        let action = actions[next]
        next += 1
        guard session.isRunning else { return }
        switch action.kind {
        case .request(let messages, let isNew, let isOpen):
            if isNew {
                described.append([])
                request = try session.submit(isOpen: isOpen) { (encoder: inout RequestEncoder) throws in
                    for message in messages { try add(message, to: &encoder) }
                }
            } else if let request {
                try session.extend(request, isOpen: isOpen) { (encoder: inout RequestEncoder) throws in
                    for message in messages { try add(message, to: &encoder) }
                }
            }
        case .copy(let sql, let direction):
            described.append([])
            request = try session.submit { (encoder: inout RequestEncoder) throws in
                try encoder.copy(sql, direction)
            }
        case .copyData(let bytes):
            if let request, session.isCopyingIn(request) { send(bytes) }
        case .copyDone:
            if let request { session.copyDone(request) }
        case .copyFail(let reason):
            if let request { try session.copyFail(request, reason: reason) }
        }
    }

    private mutating func add(_ message: FrontendMessage, to encoder: inout RequestEncoder) throws {
        switch message {
        case .parse(let statement, let sql, let types):
            try encoder.parse(statement: statement, sql: sql, parameterTypes: types)
        case .describe(.statement(let name)):
            try encoder.describe(statement: name)
            described[described.count - 1].append(name)
        case .describe(.portal(let name)):
            try encoder.describe(portal: name)
            described[described.count - 1].append("")
        case .bind(_, let statement, let formats, let parameters, let resultFormats):
            bound = statement
            let columns = resultFormats.compactMap(WireFormat.init(rawValue:))
            try encoder.bind(PreparedBind(statement: statement, resultFormats: columns)) { writer in
                writer.write(UInt16(formats.count))
                for format in formats { writer.write(format) }
                writer.write(UInt16(parameters.count))
                for parameter in parameters {
                    writer.write(Int32(parameter?.count ?? -1))
                    writer.write(parameter ?? [])
                }
            }
        case .execute(_, let maximumRows): try encoder.execute(columns: columns[bound], maximumRows: maximumRows)
        case .close(.statement(let name)): try encoder.close(statement: name)
        case .flush: encoder.flush()
        case .query(let sql): try encoder.query(sql)
        default: throw UnexpectedMessage(message: message)
        }
    }

    struct UnexpectedMessage: Error {
        var message: FrontendMessage
    }
}
