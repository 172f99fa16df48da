import PostgresWire
import Testing

/// A session with its input written as messages and its output read as text.
struct SessionProbe: ~Copyable {
    private(set) var session: Session

    /// A session that has sent its startup packet.
    init(version: ProtocolVersion = .v3_0, limits: Limits = Limits()) throws {
        session = try Session(
            startup: StartupMessage(version: version, parameters: [.init("user", "alice")]),
            authenticator: Authenticator(
                user: "alice", password: Array("secret".utf8), rawPassword: Array("secret".utf8), nonce: "nonce"),
            limits: limits)
        _ = sent()
    }

    /// A session that takes requests.
    static func running(limits: Limits = Limits()) throws -> SessionProbe {
        var probe = try SessionProbe(limits: limits)
        let events = try probe.feed([.authentication(.ok), .readyForQuery(.idle)])
        #expect(events == [.ready])
        return probe
    }

    /// What a request consists of.
    enum Request: Sendable {
        case query(String)
        case copy(CopyDirection)
        case prepare
        case execute(columns: Int?)
        /// As a batch does it, for results of one column.
        case executeMany(Int)
        case prepareAndExecute
    }

    @discardableResult
    mutating func submit(_ request: Request) throws -> RequestID {
        try session.submit { (encoder: inout RequestEncoder) throws in
            switch request {
            case .query(let sql): try encoder.query(sql)
            case .copy(let direction): try encoder.copy("COPY", direction)
            case .prepare: try Self.prepare(&encoder)
            case .execute(let columns): try Self.execute(&encoder, columns)
            case .executeMany(let count):
                let bind = try PreparedBind(statement: "s")
                for _ in 0..<count {
                    let start = encoder.beginRun(bind)
                    encoder.output.write(0 as UInt32)
                    try encoder.endRun(start, bind, columns: 1)
                }
            case .prepareAndExecute:
                try encoder.parse(statement: "", sql: "SELECT")
                try Self.bind(&encoder)
                try encoder.describe(portal: "")
                try encoder.execute(columns: nil)
            }
        }
    }

    private static func prepare(_ encoder: inout RequestEncoder) throws {
        try encoder.parse(statement: "s", sql: "SELECT")
        try encoder.describe(statement: "s")
    }

    private static func execute(_ encoder: inout RequestEncoder, _ columns: Int?) throws {
        try bind(&encoder)
        try encoder.execute(columns: columns)
    }

    private static func bind(_ encoder: inout RequestEncoder) throws {
        try encoder.bind(PreparedBind(statement: "s")) { writer in writer.write(0 as UInt32) }
    }

    /// Takes the results in a row at the front of the bytes; says how many of them they were.
    mutating func results(_ bytes: [UInt8]) throws(WireError) -> (PlainResults, Int) {
        var results = PlainResults()
        let consumed = try self.results(bytes, into: &results)
        return (results, consumed)
    }

    @discardableResult
    mutating func results(_ bytes: [UInt8], into results: inout PlainResults) throws(WireError) -> Int {
        try session.nextResults(bytes.rawSpan, base: 0, into: &results)
    }

    /// Submits a request whose writing fails half-way.
    mutating func submitFailing() throws {
        _ = try session.submit { (encoder: inout RequestEncoder) throws in
            try encoder.query("SELECT 1")
            try encoder.parse(statement: "", sql: "a NUL: \0")
        }
    }

    /// Submits a request that stays open: one portion of a portal's rows.
    mutating func submitOpen() throws -> RequestID {
        try session.submit(isOpen: true) { (encoder: inout RequestEncoder) throws in
            try Self.bind(&encoder)
            try encoder.execute(columns: 1, maximumRows: 1)
            encoder.flush()
        }
    }

    /// Asks for the next portion of an open request's rows.
    mutating func extend(_ request: RequestID, isOpen: Bool) throws {
        try session.extend(request, isOpen: isOpen) { (encoder: inout RequestEncoder) throws in
            try encoder.execute(columns: 1, maximumRows: 1)
            encoder.flush()
        }
    }

    /// Checks whether the server takes the COPY data of a request.
    func expectCopyingIn(_ request: RequestID, _ expected: Bool) throws {
        let isCopying = session.isCopyingIn(request)
        try #require(isCopying == expected)
    }

    mutating func endCopy(_ request: RequestID) { session.copyDone(request) }

    mutating func discard(_ request: RequestID) { session.discard(request) }

    /// The events of some messages.
    mutating func feed(_ messages: [BackendMessage]) throws -> [SessionEvent] {
        var writer = ByteWriter()
        for message in messages { try message.encode(into: &writer) }
        return try feed(bytes: writer.bytes.array)
    }

    /// The events of bytes; all of them must be used up.
    mutating func feed(bytes: [UInt8]) throws -> [SessionEvent] {
        var events: [SessionEvent] = []
        var start = 0
        while start < bytes.count {
            var consumed = 0
            let event = try session.next(bytes.rawSpan.slice(from: start, to: bytes.count), consumed: &consumed)
            start += consumed
            guard let event else { break }
            // Where rows lie is another test's concern.
            switch event {
            case .rows(let count, _): events.append(.rows(count: count, offset: 0))
            case .copyData(let count, _): events.append(.copyData(count: count, offset: 0))
            default: events.append(event)
            }
        }
        #expect(start == bytes.count)
        return events
    }

    /// The names of the messages that wait to be sent, which are then sent.
    mutating func sent() -> [String] {
        let bytes = session.output.array
        session.sent(bytes.count)
        guard !bytes.isEmpty else { return [] }
        var names: [String] = []
        var start = 0
        while start + 5 <= bytes.count, let kind = FrontendKind(rawValue: bytes[start]),
            let length = bytes.rawSpan.integer(at: start + 1, as: Int32.self)
        {
            names.append(kind.name)
            start += 1 + Int(length)
        }
        return names
    }
}

/// Messages that many tests need.
enum Sample {
    static func columns(_ count: Int) -> RowDescription {
        RowDescription(
            columns: (0..<count).map { index in
                ColumnDescription(name: "c\(index)", typeOID: 23, typeSize: 4)
            })
    }

    static func row(_ count: Int) -> BackendMessage { .dataRow(Array(repeating: [0x31], count: count)) }
    static let done = BackendMessage.commandComplete(CommandTag("SELECT 1"))
    static let ready = BackendMessage.readyForQuery(.idle)
    static let error = ServerReport(severity: "ERROR", sqlState: .divisionByZero, message: "division by zero")
    static let fatal = ServerReport(severity: "FATAL", sqlState: .adminShutdown, message: "terminating connection")
    static let notice = ServerReport(severity: "NOTICE", sqlState: SQLState(rawValue: "00000"), message: "by the way")
    static let copy = CopyResponse(format: .text, columnFormats: [.text])
    static let doneEvent = SessionEvent.commandComplete(CommandTag("SELECT 1"))
}
