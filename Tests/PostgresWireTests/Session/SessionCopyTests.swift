import PostgresWire
import Testing

@Suite("A session that copies, and requests that stay open")
struct SessionCopyTests {
    private static let copying = SessionEvent.copyBegan(Sample.copy)

    /// Sends a COPY command.
    private func begin(_ direction: CopyDirection, _ probe: inout SessionProbe) throws -> RequestID {
        let request = try probe.submit(.copy(direction))
        #expect(probe.sent() == ["Query"])
        return request
    }

    @Test("COPY IN takes data until it is ended, and then awaits its result")
    func copyIn() throws {
        var probe = try SessionProbe.running()
        let request = try begin(.in, &probe)
        try probe.expectCopyingIn(request, false)
        #expect(try probe.feed([.copyInResponse(Sample.copy)]) == [Self.copying])
        try probe.expectCopyingIn(request, true)
        probe.endCopy(request)
        try probe.expectCopyingIn(request, false)
        #expect(probe.sent() == ["CopyDone"])
        #expect(try probe.feed([Sample.done, Sample.ready]) == [Sample.doneEvent, .finished(.idle)])
    }

    @Test("an error ends COPY IN: nothing more is taken, and ending it sends nothing")
    func copyInError() throws {
        var probe = try SessionProbe.running()
        let request = try begin(.in, &probe)
        _ = try probe.feed([.copyInResponse(Sample.copy)])
        #expect(try probe.feed([.errorResponse(Sample.error)]) == [.error(Sample.error, during: .copy(.in))])
        try probe.expectCopyingIn(request, false)
        probe.endCopy(request)
        #expect(probe.sent() == [])
        #expect(try probe.feed([Sample.ready]) == [.finished(.idle)])
    }

    @Test(
        "a COPY IN that is given up is failed, before and after the server has agreed to it", arguments: [true, false])
    func copyInDiscarded(agreed: Bool) throws {
        var probe = try SessionProbe.running()
        let request = try begin(.in, &probe)
        if agreed { _ = try probe.feed([.copyInResponse(Sample.copy)]) }
        probe.discard(request)
        if !agreed { #expect(try probe.feed([.copyInResponse(Sample.copy)]) == []) }
        #expect(probe.sent() == ["CopyFail"])
        #expect(try probe.feed([.errorResponse(Sample.error), Sample.ready]) == [])
        let isIdle = probe.session.isIdle
        #expect(isIdle)
    }

    @Test("messages of COPY OUT that come together are one event, also when they hold nothing")
    func copyOut() throws {
        var probe = try SessionProbe.running()
        _ = try begin(.out, &probe)
        #expect(try probe.feed([.copyOutResponse(Sample.copy)]) == [Self.copying])
        let events = try probe.feed([
            .copyData([1]), .copyData([]), .copyData([2, 3]), .copyDone, Sample.done, Sample.ready,
        ])
        #expect(events == [.copyData(count: 3, offset: 0), Sample.doneEvent, .finished(.idle)])
    }

    @Test(
        "notices and notifications may stand between any two messages of a COPY", arguments: [CopyDirection.in, .out])
    func asides(_ direction: CopyDirection) throws {
        var probe = try SessionProbe.running()
        let request = try begin(direction, &probe)
        let response: BackendMessage = direction == .in ? .copyInResponse(Sample.copy) : .copyOutResponse(Sample.copy)
        #expect(
            try probe.feed([.noticeResponse(Sample.notice), response, .noticeResponse(Sample.notice)])
                == [.notice(Sample.notice), Self.copying, .notice(Sample.notice)])
        if direction == .in { probe.endCopy(request) }
        let rest: [BackendMessage] = direction == .in ? [] : [.copyDone]
        #expect(
            try probe.feed(rest + [.noticeResponse(Sample.notice), Sample.done, Sample.ready])
                == [.notice(Sample.notice), Sample.doneEvent, .finished(.idle)])
    }

    @Test(
        "the other direction is refused, and the session goes on",
        arguments: [CopyDirection.in, .out])
    func otherDirection(_ direction: CopyDirection) throws {
        var probe = try SessionProbe.running()
        _ = try begin(direction, &probe)
        let response: BackendMessage = direction == .in ? .copyOutResponse(Sample.copy) : .copyInResponse(Sample.copy)
        #expect(try probe.feed([response]) == [.copyRefused(isIn: direction == .out)])
        if direction == .out {
            #expect(probe.sent() == ["CopyFail"])
            _ = try probe.feed([.errorResponse(Sample.error), Sample.ready])
        } else {
            #expect(try probe.feed([.copyData([1]), .copyDone, Sample.done]) == [Sample.doneEvent])
            _ = try probe.feed([Sample.ready])
        }
        try probe.submit(.execute(columns: 1))
        #expect(probe.sent() == ["Bind", "Execute", "Sync"])
    }

    @Test(
        "what belongs to no COPY, or comes twice, is refused",
        arguments: [
            [BackendMessage.copyData([1])], [.copyDone],
            [.copyOutResponse(Sample.copy), .copyOutResponse(Sample.copy)],
            [.copyBothResponse(Sample.copy)],
        ])
    func nonsense(_ messages: [BackendMessage]) throws {
        var probe = try SessionProbe.running()
        _ = try begin(.out, &probe)
        #expect(throws: WireError.self) { _ = try probe.feed(messages) }
    }

    @Test("an open request has no Sync until it is ended, and rows may be asked for in between")
    func open() throws {
        var probe = try SessionProbe.running()
        let request = try probe.submitOpen()
        #expect(probe.sent() == ["Bind", "Execute", "Flush"])
        #expect(
            try probe.feed([.bindComplete, Sample.row(1), .portalSuspended])
                == [.rows(count: 1, offset: 0), .portalSuspended])
        try probe.extend(request, isOpen: true)
        #expect(probe.sent() == ["Execute", "Flush"])
        #expect(try probe.feed([Sample.done]) == [Sample.doneEvent])
        try probe.extend(request, isOpen: false)
        #expect(probe.sent() == ["Execute", "Flush", "Sync"])
    }

    @Test("after an error nothing but the Sync of an open request is sent")
    func openError() throws {
        var probe = try SessionProbe.running()
        let request = try probe.submitOpen()
        _ = probe.sent()
        #expect(try probe.feed([.errorResponse(Sample.error)]) == [.error(Sample.error, during: .bind)])
        try probe.extend(request, isOpen: true)
        #expect(probe.sent() == [])
        try probe.extend(request, isOpen: false)
        #expect(probe.sent() == ["Sync"])
        #expect(try probe.feed([Sample.ready]) == [.finished(.idle)])
    }

    @Test("an error may come while an open request waits for nothing")
    func openIdleError() throws {
        var probe = try SessionProbe.running()
        _ = try probe.submitOpen()
        _ = try probe.feed([.bindComplete, .portalSuspended])
        #expect(try probe.feed([.errorResponse(Sample.error)]) == [.error(Sample.error, during: nil)])
    }

    @Test("an open request that is given up is ended by its Sync")
    func openDiscarded() throws {
        var probe = try SessionProbe.running()
        let request = try probe.submitOpen()
        _ = probe.sent()
        probe.discard(request)
        #expect(probe.sent() == ["Sync"])
        #expect(try probe.feed([.bindComplete, Sample.row(1), .portalSuspended, Sample.ready]) == [])
        let isIdle = probe.session.isIdle
        #expect(isIdle)
    }
}
