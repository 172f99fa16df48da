import PostgresWire
import Testing

@Suite("Session: pipelines, COPY and the end")
struct SessionPipelineTests {
    private static let answer: [BackendMessage] = [.bindComplete, Sample.row(1), Sample.done, Sample.ready]
    private static let events: [SessionEvent] = [.rows(count: 1, offset: 0), Sample.doneEvent, .finished(.idle)]

    @Test("an error skips the rest of its request and nothing of the next")
    func errorInPipeline() throws {
        var probe = try SessionProbe.running()
        for _ in 0..<3 { try probe.submit(.execute(columns: 1)) }
        #expect(probe.sent() == ["Bind", "Execute", "Sync", "Bind", "Execute", "Sync", "Bind", "Execute", "Sync"])
        let middle: [BackendMessage] = [.errorResponse(Sample.error), Sample.ready]
        #expect(
            try probe.feed(Self.answer + middle + Self.answer) == Self.events
                + [.error(Sample.error, during: .bind), .finished(.idle)] + Self.events)
        let isIdle = probe.session.isIdle
        #expect(isIdle)
    }

    @Test("many requests in flight are answered in order, also when the ring of answers grows")
    func longPipeline() throws {
        var probe = try SessionProbe.running()
        for round in 0..<3 {
            for _ in 0..<(20 << round) { try probe.submit(.execute(columns: 1)) }
            for _ in 0..<(20 << round) { #expect(try probe.feed(Self.answer) == Self.events) }
        }
    }

    @Test("a discarded request is silent, and its neighbours are not")
    func discard() throws {
        var probe = try SessionProbe.running()
        try probe.submit(.execute(columns: 1))
        let second = try probe.submit(.execute(columns: 1))
        let third = try probe.submit(.execute(columns: 1))
        probe.discard(second)
        #expect(try probe.feed(Self.answer) == Self.events)
        let live = probe.session.firstLive
        #expect(live == third)
        let notice = BackendMessage.noticeResponse(Sample.notice)
        let silent: [BackendMessage] = [
            .bindComplete, notice, Sample.row(1), .errorResponse(Sample.error), Sample.ready,
        ]
        #expect(try probe.feed(silent) == [.notice(Sample.notice)])
        #expect(try probe.feed(Self.answer) == Self.events)
    }

    @Test("a discarded result is skipped up to a limit")
    func discardLimit() throws {
        var limits = Limits()
        limits.discardedBytes = 100
        var probe = try SessionProbe.running(limits: limits)
        let request = try probe.submit(.execute(columns: 1))
        probe.discard(request)
        _ = try probe.feed([.bindComplete] + Array(repeating: Sample.row(1), count: 5))
        var error: WireError?
        do { for _ in 0..<5 { _ = try probe.feed([Sample.row(1)]) } } catch let thrown as WireError { error = thrown }
        #expect(error == .discardLimit(100))
    }

    @Test("a request that cannot be written leaves no trace")
    func rollback() throws {
        var probe = try SessionProbe.running()
        #expect(throws: WireError.self) { try probe.submitFailing() }
        #expect(probe.sent() == [])
        let isIdle = probe.session.isIdle
        #expect(isIdle)
        try probe.submit(.execute(columns: 1))
        #expect(try probe.feed(Self.answer) == Self.events)
    }

    @Test("COPY FROM STDIN is refused at once; behind an extended query the lost Sync is sent again")
    func copyIn() throws {
        var probe = try SessionProbe.running()
        try probe.submit(.query("COPY t FROM STDIN"))
        #expect(probe.sent() == ["Query"])
        #expect(try probe.feed([.copyInResponse(Sample.copy)]) == [.copyRefused(isIn: true)])
        #expect(probe.sent() == ["CopyFail"])
        #expect(
            try probe.feed([.errorResponse(Sample.error), Sample.ready])
                == [.error(Sample.error, during: .query), .finished(.idle)])

        try probe.submit(.execute(columns: nil))
        #expect(probe.sent() == ["Bind", "Execute", "Sync"])
        #expect(try probe.feed([.bindComplete, .copyInResponse(Sample.copy)]) == [.copyRefused(isIn: true)])
        #expect(probe.sent() == ["CopyFail", "Sync"])
        #expect(
            try probe.feed([.errorResponse(Sample.error), Sample.ready])
                == [.error(Sample.error, during: .execute(columns: nil)), .finished(.idle)])
    }

    @Test("COPY FROM STDIN in front of another request ends the session, for that one's messages are lost")
    func copyInPipeline() throws {
        var probe = try SessionProbe.running()
        try probe.submit(.execute(columns: nil))
        try probe.submit(.execute(columns: nil))
        var error: (any Error)?
        do { _ = try probe.feed([.bindComplete, .copyInResponse(Sample.copy)]) } catch let thrown { error = thrown }
        #expect(error is WireError)
    }

    @Test("the data of COPY TO STDOUT are dropped", arguments: [true, false])
    func copyOut(simple: Bool) throws {
        var probe = try SessionProbe.running()
        try probe.submit(simple ? .query("COPY t TO STDOUT") : .execute(columns: nil))
        let data: [BackendMessage] = [.copyOutResponse(Sample.copy), .copyData([]), .copyData([1, 2]), .copyDone]
        let answer = (simple ? [] : [.bindComplete]) + data + [Sample.done, Sample.ready]
        #expect(try probe.feed(answer) == [.copyRefused(isIn: false), Sample.doneEvent, .finished(.idle)])
    }

    @Test("a FATAL error while nothing runs is the server's goodbye; an ERROR there is nonsense")
    func fatalWhileIdle() throws {
        var probe = try SessionProbe.running()
        #expect(try probe.feed([.errorResponse(Sample.fatal)]) == [.closing(Sample.fatal)])
        let fatal = probe.session.fatalReport
        #expect(fatal == Sample.fatal)
        var other = try SessionProbe.running()
        #expect(throws: WireError.self) { _ = try other.feed([.errorResponse(Sample.error)]) }
    }

    @Test("a FATAL error while a request runs is its error, and is remembered")
    func fatalWhileRunning() throws {
        var probe = try SessionProbe.running()
        try probe.submit(.execute(columns: 1))
        let events = try probe.feed([.bindComplete, .errorResponse(Sample.fatal)])
        #expect(events == [.error(Sample.fatal, during: .execute(columns: 1))])
        let fatal = probe.session.fatalReport
        #expect(fatal == Sample.fatal)
    }

    @Test(
        "HARD-CASES 91: a warning that the server shuts down is remembered as its last word, any other is not",
        arguments: [
            (SQLState.crashShutdown, true), (.adminShutdown, true), (.warning, false), (.connectionException, false),
        ], [true, false])
    func shutdownWarning(_ warning: (state: SQLState, isLast: Bool), isRunning: Bool) throws {
        var probe = try SessionProbe.running()
        if isRunning { try probe.submit(.execute(columns: 1)) }
        let report = ServerReport(severity: "WARNING", sqlState: warning.state, message: "the server goes")
        #expect(try probe.feed([.noticeResponse(report)]) == [.notice(report)])
        let last = probe.session.fatalReport
        #expect(last == (warning.isLast ? report : nil))
    }

    static let unaskedMessages: [BackendMessage] = [
        Sample.ready, Sample.done, Sample.row(0), .rowDescription(Sample.columns(0)), .parseComplete, .bindComplete,
        .closeComplete, .noData, .portalSuspended, .emptyQueryResponse, .parameterDescription([]), .copyDone,
        .copyData([]), .copyInResponse(Sample.copy), .copyOutResponse(Sample.copy), .copyBothResponse(Sample.copy),
        .functionCallResponse(nil), .authentication(.ok), .authentication(.cleartextPassword),
        .backendKeyData(.init(processID: 1, secretKey: [1, 2, 3, 4])),
        .negotiateProtocolVersion(.init(newestMinor: 0x30000, unrecognizedOptions: [])),
    ]

    @Test("what nobody asked for is refused", arguments: unaskedMessages)
    func unasked(_ message: BackendMessage) throws {
        var probe = try SessionProbe.running()
        #expect(throws: WireError.self) { _ = try probe.feed([message]) }
        #expect(probe.sent() == [])
    }
}
