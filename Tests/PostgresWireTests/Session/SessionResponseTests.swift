import PostgresWire
import Testing

@Suite("Session: answers")
struct SessionResponseTests {
    static let conversations: [(String, SessionProbe.Request, [BackendMessage], [SessionEvent])] = [
        (
            "a simple query", .query("SELECT 1"),
            [.rowDescription(Sample.columns(1)), Sample.row(1), Sample.row(1), Sample.done, Sample.ready],
            [
                .rowDescription(Sample.columns(1)), .rows(count: 2, offset: 0), Sample.doneEvent, .finished(.idle),
            ]
        ),
        (
            "several statements", .query("SELECT 1; ; SELECT"),
            [
                .rowDescription(Sample.columns(1)), Sample.done, .emptyQueryResponse,
                .rowDescription(Sample.columns(0)),
                Sample.row(0), Sample.done, .readyForQuery(.inTransaction),
            ],
            [
                .rowDescription(Sample.columns(1)), Sample.doneEvent, .emptyQuery, .rowDescription(Sample.columns(0)),
                .rows(count: 1, offset: 0), Sample.doneEvent, .finished(.inTransaction),
            ]
        ),
        (
            "a prepared statement", .prepare,
            [.parseComplete, .parameterDescription([23, 25]), .rowDescription(Sample.columns(2)), Sample.ready],
            [.parameterDescription([23, 25]), .rowDescription(Sample.columns(2)), .finished(.idle)]
        ),
        (
            "a statement without rows", .prepare, [.parseComplete, .parameterDescription([]), .noData, Sample.ready],
            [.parameterDescription([]), .noData, .finished(.idle)]
        ),
        (
            "a run whose columns are known", .execute(columns: 2),
            [.bindComplete, Sample.row(2), Sample.done, Sample.ready],
            [.rows(count: 1, offset: 0), Sample.doneEvent, .finished(.idle)]
        ),
        (
            "a run up to the row limit", .execute(columns: 1),
            [.bindComplete, Sample.row(1), .portalSuspended, Sample.ready],
            [.rows(count: 1, offset: 0), .portalSuspended, .finished(.idle)]
        ),
        (
            "everything at once", .prepareAndExecute,
            [
                .parseComplete, .bindComplete, .rowDescription(Sample.columns(3)), Sample.row(3), Sample.done,
                Sample.ready,
            ],
            [
                .rowDescription(Sample.columns(3)), .rows(count: 1, offset: 0), Sample.doneEvent, .finished(.idle),
            ]
        ),
        (
            "an error among the rows", .execute(columns: 1),
            [.bindComplete, Sample.row(1), .errorResponse(Sample.error), .readyForQuery(.failed)],
            [
                .rows(count: 1, offset: 0), .error(Sample.error, during: .execute(columns: 1)), .finished(.failed),
            ]
        ),
        (
            "an error that skips the rest", .prepareAndExecute, [.errorResponse(Sample.error), Sample.ready],
            [.error(Sample.error, during: .parse), .finished(.idle)]
        ),
    ]

    @Test("an answer becomes events", arguments: conversations)
    func events(
        _ what: String, _ request: SessionProbe.Request, _ answer: [BackendMessage], _ expected: [SessionEvent]
    ) throws {
        var probe = try SessionProbe.running()
        try probe.submit(request)
        #expect(try probe.feed(answer) == expected, "\(what)")
        let isIdle = probe.session.isIdle
        #expect(isIdle)
    }

    @Test("notices, notifications and parameters may come between any two messages", arguments: conversations)
    func asides(
        _ what: String, _ request: SessionProbe.Request, _ answer: [BackendMessage], _ expected: [SessionEvent]
    ) throws {
        let note = PostgresNotification(processID: 1, channel: "c", payload: "p")
        let asides: [BackendMessage] = [
            .noticeResponse(Sample.notice), .notificationResponse(note), .parameterStatus(.init(name: "n", value: "v")),
        ]
        var probe = try SessionProbe.running()
        try probe.submit(request)
        var events: [SessionEvent] = []
        var asideCount = 0
        for message in answer {
            for event in try probe.feed(asides + [message] + asides) {
                switch event {
                case .notice(Sample.notice), .notification(note), .parameterStatus("n", "v"): asideCount += 1
                // The asides part rows that would have come together.
                case .rows(let count, _):
                    if case .rows(let before, _)? = events.last {
                        events[events.count - 1] = .rows(count: before + count, offset: 0)
                    } else {
                        events.append(event)
                    }
                default: events.append(event)
                }
            }
        }
        #expect(events == expected, "\(what)")
        #expect(asideCount == 6 * answer.count)
    }

    static let encodings: [(name: String, isRefused: Bool)] = [
        ("UTF8", false), ("utf8", false), ("UTF-8", false), ("UNICODE", false), ("LATIN1", true), ("SQL_ASCII", true),
        ("", true), ("UTF16", true), ("a\nb", true),
    ]

    @Test(
        "a client encoding other than UTF-8 ends the session, before, between and inside answers", arguments: encodings,
        [0, 1, 2])
    func clientEncoding(_ encoding: (name: String, isRefused: Bool), _ moment: Int) throws {
        let parameter = BackendMessage.parameterStatus(.init(name: "client_encoding", value: encoding.name))
        var error: WireError?
        if moment == 0 {
            var probe = try SessionProbe()
            do { _ = try probe.feed([.authentication(.ok), parameter]) } catch let thrown as WireError {
                error = thrown
            }
        } else {
            var probe = try SessionProbe.running()
            if moment == 2 { try probe.submit(.execute(columns: 1)) }
            do { _ = try probe.feed([parameter]) } catch let thrown as WireError { error = thrown }
            let isRunning = probe.session.isRunning
            #expect(isRunning != encoding.isRefused)
        }
        #expect(error == (encoding.isRefused ? .clientEncoding(encoding.name) : nil))
        #expect(error?.description.contains("\n") != true)
    }

    static let wrongRows: [(String, SessionProbe.Request, [BackendMessage])] = [
        ("one value too few", .execute(columns: 2), [.bindComplete, Sample.row(1)]),
        ("one value too many", .execute(columns: 2), [.bindComplete, Sample.row(3)]),
        ("no value", .execute(columns: 1), [.bindComplete, Sample.row(0)]),
        ("other columns than described", .query("q"), [.rowDescription(Sample.columns(1)), Sample.row(2)]),
        ("rows without a description", .query("q"), [Sample.row(1)]),
        ("rows of a command without rows", .execute(columns: nil), [.bindComplete, Sample.row(1)]),
        ("rows before the portal is bound", .execute(columns: 1), [Sample.row(1)]),
        (
            "rows of the statement before", .query("q"),
            [.rowDescription(Sample.columns(1)), Sample.row(1), Sample.done, Sample.row(1)]
        ),
        ("two descriptions", .query("q"), [.rowDescription(Sample.columns(1)), .rowDescription(Sample.columns(1))]),
        ("the end before the portal is bound", .execute(columns: 1), [Sample.done]),
        ("ready before the end", .execute(columns: 1), [.bindComplete, Sample.ready]),
        ("an answer to what was not asked", .execute(columns: 1), [.parseComplete]),
        ("a result after the error", .execute(columns: 1), [.errorResponse(Sample.error), .bindComplete]),
        ("COPY data out of nothing", .query("q"), [.copyData([1])]),
        ("the end of a COPY that never began", .query("q"), [.copyDone]),
        ("COPY both ways", .query("q"), [.copyBothResponse(Sample.copy)]),
        ("COPY where a statement is prepared", .prepare, [.copyInResponse(Sample.copy)]),
        ("authentication again", .query("q"), [.authentication(.ok)]),
        ("a cancel key again", .query("q"), [.backendKeyData(.init(processID: 1, secretKey: [1, 2, 3, 4]))]),
        ("the answer to a function call", .query("q"), [.functionCallResponse(nil)]),
    ]

    @Test("an answer that does not fit the request is refused, for good", arguments: wrongRows)
    func refused(_ what: String, _ request: SessionProbe.Request, _ answer: [BackendMessage]) throws {
        var probe = try SessionProbe.running()
        try probe.submit(request)
        var isRefused = false
        do { _ = try probe.feed(answer) } catch { isRefused = true }
        #expect(isRefused, "\(what)")
        let isRunning = probe.session.isRunning
        #expect(!isRunning)
        isRefused = false
        do { _ = try probe.feed([Sample.ready]) } catch { isRefused = true }
        #expect(isRefused, "\(what)")
    }

    static let rowBodies: [(String, [Piece])] = [
        ("a negative count", [.i16(-1)]),
        ("a negative length", [.i16(1), .i32(-2)]),
        ("the lowest length", [.i16(1), .i32(.min)]),
        ("the highest length", [.i16(1), .i32(.max)]),
        ("a value longer than the row", [.i16(1), .i32(2), "x"]),
        ("bytes behind the last value", [.i16(1), .i32(1), "xy"]),
        ("no length", [.i16(1)]),
        ("half a length", [.i16(1), .i16(0)]),
    ]

    @Test("rows whose lengths do not add up are refused", arguments: rowBodies)
    func rowLengths(_ what: String, _ pieces: [Piece]) throws {
        var probe = try SessionProbe.running()
        try probe.submit(.execute(columns: 1))
        _ = try probe.feed([.bindComplete])
        let body = pieces.flatMap(\.bytes)
        var error: (any Error)?
        do { _ = try probe.feed(bytes: raw("D", .i32(Int32(body.count + 4)), .bytes(body))) } catch let thrown {
            error = thrown
        }
        #expect(error is WireError, "\(what)")
    }
}
