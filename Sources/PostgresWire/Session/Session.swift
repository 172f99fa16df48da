/// One protocol session as a value: bytes and requests go in, bytes and events come out.
///
/// It knows no socket, clock, task or randomness, so the same machine runs under the event loop, a fixture replay, a
/// fuzzer, and a loop that feeds single bytes. Whoever drives it
///
/// - sends what is in ``output``,
/// - gives every received byte to ``next(_:consumed:)`` until that returns nil, and drops what was consumed,
/// - closes the connection after any thrown error: the session is of no use then.
///
/// Its properties are inlined wherever they are asked for, because a call would copy the whole session.
///
/// PostgreSQL: Message Flow.
package struct Session: ~Copyable {
    /// Where the session stands.
    enum Phase {
        /// Authentication and parameters. Can go to: running (ReadyForQuery), failed.
        case starting
        /// Requests and their answers. Can go to: failed.
        case running
        /// The protocol was broken or the server said goodbye. Can go to: nothing.
        case failed
    }

    var phase = Phase.starting
    /// What startup has come to; beside the phase, because every frame looks at that.
    var startup: StartupPhase?
    var encoder = RequestEncoder()
    let limits: Limits
    /// Parameters as the server reported them.
    package internal(set) var parameters = ServerParameters()
    /// The transaction status of the last ReadyForQuery.
    package internal(set) var transactionStatus = TransactionStatus.idle
    /// What a cancel request needs; some servers and proxies send none.
    package internal(set) var cancelKey: BackendKeyData?
    /// What SCRAM derived from the password, for a cache; nil where another method was used.
    package internal(set) var derivedKey: ScramKey?
    /// The last FATAL error, or warning of a shutdown: it explains the end of the connection better than the end itself.
    package internal(set) var fatalReport: ServerReport?

    /// The request whose answers are coming.
    package internal(set) var head = RequestID(number: 0)
    /// The number that the next request will get.
    package internal(set) var nextID = RequestID(number: 0)
    var discarded: Set<RequestID> = []
    /// How much of the abandoned answer that is coming has been thrown away.
    package var discardedBytes = 0

    /// Columns of the result that is coming, where a RowDescription told.
    var columnCount: Int?
    /// What the data of a COPY are doing.
    var copyPhase = CopyPhase.none
    /// The request, always the newest, that goes on and has no Sync yet.
    package internal(set) var openRequest: RequestID?
    /// Whether the server skips what is still sent of the open request.
    var openHasFailed = false
    /// How long the unread bytes must be before `next` can say anything more.
    package internal(set) var needed = 5

    /// A session whose first output is the startup packet.
    ///
    /// - Throws: ``WireError`` if a parameter holds a NUL byte or the packet is too long.
    package init(startup: StartupMessage, authenticator: Authenticator, limits: Limits) throws(WireError) {
        self.limits = limits
        self.startup = StartupPhase(authenticator: authenticator, version: startup.version)
        try StartupPacket.startup(startup).encode(into: &encoder.output)
    }

    /// Bytes that wait to be sent, valid until the next change.
    @inline(__always) package var output: RawSpan {
        @_lifetime(borrow self) borrowing get { encoder.output.bytes }
    }

    /// Whether there is something to send.
    @inline(__always) package var hasOutput: Bool { !encoder.output.isEmpty }

    /// Forgets the first `count` bytes of the output: they have been sent.
    package mutating func sent(_ count: Int) { encoder.output.removeFirst(count) }

    /// Whether no request is waiting for answers.
    @inline(__always) package var isIdle: Bool { head == nextID }

    /// Whether startup is over and nothing has failed.
    @inline(__always) package var isRunning: Bool { phase == .running }

    /// A word for the state, for errors and tests.
    package var stateName: String {
        switch phase {
        case .starting: "starting"
        case .running: encoder.steps.first.map { "waiting for \($0)" } ?? "idle"
        case .failed: "failed"
        }
    }

    /// Adds a request: `body` writes its messages, the session adds the Sync.
    ///
    /// An open request has no Sync yet and goes on with ``extend(_:isOpen:_:)``; until it is ended there must be no
    /// other one. If `body` throws, nothing of the request remains and the session is as it was before.
    package mutating func submit<Failure: Error>(
        isOpen: Bool = false, _ body: (inout RequestEncoder) throws(Failure) -> Void
    ) throws(Failure) -> RequestID {
        try write(isOpen: isOpen, body)
        if isOpen {
            openRequest = nextID
            openHasFailed = false
        }
        defer { nextID = nextID.next }
        return nextID
    }

    /// Adds messages to an open request, and the Sync unless it is to stay open.
    ///
    /// After an error the server skips everything up to the Sync, so nothing but that is sent then. If `body` throws,
    /// nothing of its messages remains, and the request is still open.
    package mutating func extend<Failure: Error>(
        _ request: RequestID, isOpen: Bool, _ body: (inout RequestEncoder) throws(Failure) -> Void
    ) throws(Failure) {
        guard openRequest == request else { return }
        if openHasFailed {
            if isOpen { return }
            writeSync()
        } else {
            try write(isOpen: isOpen, body)
        }
        if !isOpen { openRequest = nil }
    }

    private mutating func writeSync() {
        encoder.output.writeSync()
        encoder.steps.append(.sync)
    }

    private mutating func write<Failure: Error>(
        isOpen: Bool, _ body: (inout RequestEncoder) throws(Failure) -> Void
    ) throws(Failure) {
        let sentBefore = encoder.output.count
        let stepsBefore = encoder.steps.count
        do throws(Failure) {
            try body(&encoder)
        } catch {
            encoder.output.truncate(to: sentBefore)
            encoder.steps.truncate(to: stepsBefore)
            throw error
        }
        if isOpen { return }
        if encoder.steps.count == stepsBefore || encoder.steps.last?.isSimpleQuery != true { writeSync() }
    }

    /// Tells the server that we are leaving; the connection is to be closed once the output is sent.
    package mutating func terminate() {
        if isRunning { encoder.output.writeTerminate() }
    }

    /// Throws away all further events of a request that nobody waits for any more.
    ///
    /// An open one is ended by its Sync, a COPY IN by CopyFail.
    package mutating func discard(_ request: RequestID) {
        guard request >= head, request < nextID, discarded.insert(request).inserted else { return }
        if openRequest == request {
            writeSync()
            openRequest = nil
        }
        // The reason is a constant without NUL, so this cannot fail.
        try? copyFail(request, reason: Self.abandonedCopy)
    }

    /// Whether nobody waits for a request's answer any more.
    @inline(__always) package func isDiscarded(_ request: RequestID) -> Bool {
        !discarded.isEmpty && discarded.contains(request)
    }

    /// The request that was submitted last, if its answer is still to come.
    @inline(__always) package var newestInFlight: RequestID? {
        isIdle ? nil : RequestID(number: nextID.number &- 1)
    }

    /// Whether the answer to a request that nobody waits for is still to come.
    @inline(__always) package var hasDiscarded: Bool { !discarded.isEmpty }

    /// The oldest request that somebody still waits for.
    @inline(__always) package var firstLive: RequestID? {
        var candidate = head
        if discarded.isEmpty { return candidate < nextID ? candidate : nil }
        while candidate < nextID {
            if !discarded.contains(candidate) { return candidate }
            candidate = candidate.next
        }
        return nil
    }

    /// The next event in `bytes`, or nil where they hold no further complete one.
    ///
    /// - Parameters:
    ///   - bytes: everything received and not consumed yet.
    ///   - consumed: how many of the bytes are done with, whatever is returned or thrown. Rows are an exception in
    ///     name only: their bytes count as consumed, and the event says where they begin.
    package mutating func next(_ bytes: RawSpan, consumed: inout Int) throws(WireError) -> SessionEvent? {
        consumed = 0
        do throws(WireError) {
            while true {
                let authenticated = isRunning
                let rest = bytes.slice(from: consumed, to: bytes.byteCount)
                guard let frame = try FrameSplitter.backend(rest, limits: limits, authenticated: authenticated) else {
                    needed = 5
                    return nil
                }
                guard frame.totalLength <= rest.byteCount else {
                    needed = frame.totalLength
                    return nil
                }
                let offset = consumed
                let event: SessionEvent?
                if frame.kind == BackendKind.dataRow.rawValue, authenticated {
                    event = try rows(in: bytes, consumed: &consumed)
                } else if frame.kind == BackendKind.copyData.rawValue, copyPhase == .receiving {
                    event = try copyData(in: bytes, consumed: &consumed)
                } else {
                    consumed += frame.totalLength
                    event = try handle(frame.kind, rest.slice(from: 5, to: frame.totalLength))
                }
                try noteDiscarded(consumed - offset)
                if let event = try deliverable(event) { return event }
            }
        } catch {
            phase = .failed
            throw error
        }
    }

    private mutating func handle(_ kind: UInt8, _ body: RawSpan) throws(WireError) -> SessionEvent? {
        switch phase {
        case .starting:
            guard var startup else { throw unexpected(kind) }
            let event = try handleStartup(&startup, kind: kind, body: body)
            self.startup = event == .ready ? nil : startup
            if event == .ready { phase = .running }
            return event
        case .running:
            return try handleResponse(kind: kind, body: body)
        case .failed:
            throw .unexpectedMessage(BackendKind(rawValue: kind)?.name ?? "\(kind)", state: stateName)
        }
    }

    /// Events of a discarded request go nowhere; its end moves the head on like any other.
    private mutating func deliverable(_ event: SessionEvent?) throws(WireError) -> SessionEvent? {
        guard let event else { return nil }
        guard event.belongsToRequest else { return event }
        let isDiscarded = !discarded.isEmpty && discarded.contains(head)
        if case .finished(let status) = event {
            if isDiscarded { discarded.remove(head) }
            endRequest(status)
        }
        return isDiscarded ? nil : event
    }

    /// The answer to the oldest request is complete.
    mutating func endRequest(_ status: TransactionStatus) {
        transactionStatus = status
        discardedBytes = 0
        head = head.next
    }

    private mutating func noteDiscarded(_ count: Int) throws(WireError) {
        guard !discarded.isEmpty, discarded.contains(head) else { return }
        discardedBytes += count
        if discardedBytes > limits.discardedBytes { throw .discardLimit(limits.discardedBytes) }
    }
}
