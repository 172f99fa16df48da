internal import Synchronization

/// A session over a transport.
///
/// Tasks submit requests in any number; the server answers them in order. The task of the oldest request reads and,
/// should output be waiting, sends; the others wait for their turn. When nobody waits, the event loop reads, so that
/// notifications and a server's goodbye are noticed and abandoned results are thrown away.
package final class WireConnection: IdleReader {
    struct State: ~Copyable {
        var session: Session
        var input = ReceiveBuffer()
        /// Why the connection is of no use any more.
        var failure: PostgresError?
        /// A send that failed.
        ///
        /// The server may have said why before it closed, so reading goes on to the end.
        var sendError: SystemError?
        /// The cancel request that is under way; nothing is sent meanwhile, because it could hit that.
        var cancellation: Cancellation?
        /// Ends a cancellation, or a wait for the end of an abandoned answer, that takes too long.
        var settleTimer: EventLoop.Timer?
        /// Why requests were interrupted, until their tasks have been told.
        var interruptions: [RequestID: PostgresError] = [:]
        /// Tasks that wait for the end of a cancellation.
        var held: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var nextHeld: UInt64 = 0
        /// Tasks that wait until no request is running.
        var settling: [CheckedContinuation<Void, Never>] = []
        /// Tasks whose request is not the oldest one yet.
        var turns: [RequestID: CheckedContinuation<Void, Never>] = [:]
        /// Events that belong to no request, to be delivered once the lock is free.
        var asides: [SessionEvent] = []
        /// What is done once the lock is free: tasks to be resumed, and whether the transport is to be closed.
        var toResume: [CheckedContinuation<Void, Never>] = []
        var mustClose = false
        var isDelivering = false

        /// Whether somebody may wait for the end of what runs.
        var isSettling: Bool { !settling.isEmpty || !held.isEmpty || cancellation != nil }
    }

    /// What one look at the input came to.
    enum Step {
        case event(SessionEvent)
        case rows(RowRun)
        case copyData(RowRun)
        case wait(sending: Bool)
        case notYourTurn
        case deliverAsides
        /// More of an abandoned answer has come than is worth reading.
        case tooLong
        /// All that was received has been looked at.
        case exhausted
    }

    /// Whose events a look at the input is for.
    enum Reader {
        case startup
        case request
        case nobody
    }

    let state: Mutex<State>
    /// Whether startup goes on or a task waits for the oldest answer: then it reads, and the loop need not.
    ///
    /// Changed under the lock, read without it, so that the loop does not wait for a lock that is held over a send.
    let isAttended = Atomic<Bool>(true)
    /// Whether the answer to what was sent last is what comes next: all of the request is on its way, it is the oldest, and
    /// nothing that came before is unread.
    let isAnswerNext = Atomic<Bool>(false)
    let transport: any Transport
    let handlers: ConnectionHandlers
    /// Keeps the time of cancellations; nil where there is none to keep, as in replays.
    let loop: EventLoop?
    /// How long a cancelled or abandoned request may take to end before the connection is closed.
    package let cancelTimeout: Duration
    /// How many asides are collected before they are delivered.
    private static let asideBatch = 64

    package init(
        session: consuming sending Session, transport: any Transport, handlers: ConnectionHandlers,
        loop: EventLoop? = nil, cancelTimeout: Duration = .seconds(10)
    ) {
        state = Mutex(State(session: session))
        self.transport = transport
        self.handlers = handlers
        self.loop = loop
        self.cancelTimeout = cancelTimeout
        transport.setIdleReader(self)
    }

    deinit { transport.close() }

    // MARK: The lock

    /// Runs `body` under the lock, and then what it left to be done without it.
    ///
    /// Resuming a task takes the runtime's lock of that task, which the runtime holds while it calls a cancellation
    /// handler; and such a handler waits for our lock. So nothing is resumed, or closed, under it.
    @inline(__always)
    func locked<Result, Failure: Error>(
        _ body: (inout State) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        var toResume: [CheckedContinuation<Void, Never>] = []
        var mustClose = false
        defer {
            if mustClose { transport.close() }
            for continuation in toResume { continuation.resume() }
            if mustClose { tellEnd() }
        }
        return try state.withLock { (state: inout State) throws(Failure) -> sending Result in
            defer {
                if !state.toResume.isEmpty { swap(&toResume, &state.toResume) }
                if state.mustClose {
                    mustClose = true
                    state.mustClose = false
                }
            }
            return try body(&state)
        }
    }

    // MARK: What is known about the session

    package var parameters: ServerParameters { locked { $0.session.parameters } }
    package var transactionStatus: TransactionStatus { locked { $0.session.transactionStatus } }
    package var cancelKey: BackendKeyData? { locked { $0.session.cancelKey } }
    package var derivedKey: ScramKey? { locked { $0.session.derivedKey } }
    /// Why the connection can no longer be used; nil while it can.
    package var failure: PostgresError? { locked { $0.failure } }
    /// Whether somebody else may have the connection: open, no answer outstanding, no transaction.
    package var isReusable: Bool {
        locked {
            $0.failure == nil && $0.session.isIdle && $0.cancellation == nil && $0.session.transactionStatus == .idle
        }
    }

    // MARK: Life

    /// Sends the startup packet and answers the server until it is ready for queries.
    package func start() async throws(PostgresError) {
        while true {
            let step = try locked { (state: inout State) throws(PostgresError) in
                try read(&state, as: .startup)
            }
            switch step {
            case .event(.closing(let report)):
                let code: PostgresError.Code =
                    report.sqlState.classCode == "28" ? .authenticationFailed : .connectionFailed
                let error = PostgresError(code, report.description, server: report)
                close(because: error)
                throw error
            case .event:
                deliverAsides()
                readUnseen()
                return
            case .wait(let sending): await wait(sending: sending) { self.close(because: .cancelled) }
            case .deliverAsides: deliverAsides()
            case .rows, .copyData, .notYourTurn, .tooLong, .exhausted: continue
            }
        }
    }

    /// Says goodbye to the server and closes the connection.
    ///
    /// Requests that wait fail.
    package func close() {
        locked { state in
            guard state.failure == nil else { return }
            state.session.terminate()
            flush(&state)
        }
        close(because: PostgresError(.connectionClosed, "the connection was closed by the application"))
    }

    /// Closes the connection at once; requests that wait fail with `error`.
    package func close(because error: PostgresError) {
        locked { fail(&$0, error) }
    }

    /// The connection has just failed, wherever that was noticed: hands over what had come, and then says so.
    @inline(never)
    private func tellEnd() {
        deliverAsides()
        if let failure { handlers.closed?(failure) }
    }

    // MARK: Reading

    /// Handles what has been received, and receives more, until there is something to say.
    func read(
        _ state: inout State, as reader: Reader
    ) throws(PostgresError) -> sending Step {
        if let failure = state.failure { throw failure }
        do throws(PostgresError) {
            while true {
                let step = try parse(&state, as: reader)
                guard case .exhausted = step else { return step }
                if let step = try receive(&state, as: reader) { return step }
            }
        } catch {
            fail(&state, error)
            throw error
        }
    }

    /// Receives more; says why there is nothing more where there is not.
    func receive(_ state: inout State, as reader: Reader) throws(PostgresError) -> sending Step? {
        flush(&state)
        if state.asides.count >= Self.asideBatch { return .deliverAsides }
        let result: ReceiveResult
        do throws(SystemError) {
            result = try transport.receive(into: &state.input, needed: state.session.needed)
        } catch {
            throw endError(state, PostgresError(error))
        }
        switch result {
        case .bytes:
            if case .nobody = reader, isTooLong(state) { return .tooLong }
            return nil
        case .wouldBlock:
            if let error = state.sendError { throw endError(state, PostgresError(error)) }
            if !state.asides.isEmpty { return .deliverAsides }
            return .wait(sending: state.session.hasOutput)
        case .end:
            let inside = state.input.unreadCount > 0
            throw endError(state, PostgresError(WireError.endOfStream(insideMessage: inside)))
        }
    }

    private static func next(
        _ session: inout Session, _ input: borrowing ReceiveBuffer, _ consumed: inout Int
    ) throws(WireError) -> SessionEvent? {
        try session.next(input.unread, consumed: &consumed)
    }

    /// The next event that is for the reader; what is for nobody in particular goes to `asides`.
    func parse(_ state: inout State, as reader: Reader) throws(PostgresError) -> sending Step {
        while state.input.unreadCount > 0 {
            var consumed = 0
            let event: SessionEvent?
            do throws(WireError) {
                event = try Self.next(&state.session, state.input, &consumed)
            } catch {
                throw PostgresError(error)
            }
            let start = state.input.start
            // The run holds the block before its bytes are consumed, so that they stay where they are.
            switch event {
            case .rows(let count, let offset):
                let run = RowRun(
                    block: state.input.block, start: start + offset, end: start + consumed, count: count)
                state.input.consume(consumed)
                return .rows(run)
            case .copyData(let count, let offset):
                let run = RowRun(
                    block: state.input.block, start: start + offset, end: start + consumed, count: count)
                state.input.consume(consumed)
                return .copyData(run)
            default: state.input.consume(consumed)
            }
            if state.isSettling { settle(&state) }
            guard let event else { return .exhausted }
            switch event {
            case .finished:
                passTurn(&state)
                return .event(event)
            case .ready:
                // A server that did not wait for our last answer gets it all the same, before anything else.
                flush(&state)
                passTurn(&state)
                return .event(event)
            case .closing(let report):
                if case .startup = reader { return .event(event) }
                state.asides.append(event)
                throw PostgresError(.connectionClosed, report.description, server: report)
            case .notice, .notification, .parameterStatus:
                state.asides.append(event)
                if state.asides.count >= Self.asideBatch { return .deliverAsides }
            default:
                return .event(event)
            }
        }
        return .exhausted
    }

    /// The loop's turn: reads while no task does.
    package func readWhileIdle() {
        // Whoever attends comes here when done, so what arrives meanwhile is not forgotten.
        while !isAttended.load(ordering: .sequentiallyConsistent) {
            let (step, hasUnread) = locked { state in
                // A closed connection is nobody's, and the oldest live request's task reads itself.
                guard state.failure == nil, state.session.isRunning, state.session.firstLive == nil,
                    !waitsForCancelRequest(state)
                else {
                    return (Step?.none, false)
                }
                return (try? read(&state, as: .nobody), state.input.unreadCount > 0)
            }
            switch step {
            case .deliverAsides?:
                deliverAsides()
                // As a rule that was all.
                if !hasUnread, !transport.hasUnseenBytes { return }
            case .event?, .rows?, .copyData?: continue
            case .tooLong?: return stopDraining()
            case .wait?, .notYourTurn?, .exhausted?, nil: return
            }
        }
    }

    /// Looks whether the server has said something, or left, that the loop has not come to yet: one system call.
    ///
    /// For a connection that nobody uses.
    package func lookWhileIdle() {
        transport.expectBytes()
        readWhileIdle()
    }

    // MARK: Under the lock

    func flush(_ state: inout State) {
        do throws(SystemError) {
            while state.session.hasOutput, state.sendError == nil {
                let count = try transport.send(state.session.output)
                if count == 0 { return }
                state.session.sent(count)
            }
        } catch {
            state.sendError = error
        }
    }

    func fail(_ state: inout State, _ error: PostgresError) {
        guard state.failure == nil else { return }
        state.failure = error
        state.mustClose = true
        state.toResume += state.turns.values
        state.turns.removeAll()
        state.cancellation = nil
        settle(&state)
    }

    /// Wakes the task whose request is the oldest now; where there is none, the loop reads from now on.
    func passTurn(_ state: inout State) {
        guard let request = state.session.firstLive else {
            isAttended.store(false, ordering: .sequentiallyConsistent)
            if !state.session.isIdle { transport.noticeArrivals() }
            return
        }
        if !state.turns.isEmpty, let turn = state.turns.removeValue(forKey: request) { state.toResume.append(turn) }
    }

    /// The end of a connection, explained by the server's last words where there are any.
    private func endError(_ state: borrowing State, _ error: PostgresError) -> PostgresError {
        guard let report = state.session.fatalReport else { return error }
        return PostgresError(.connectionClosed, report.description, server: report)
    }
}

extension PostgresError {
    package static let cancelled = PostgresError(.cancelled, "the task was cancelled")
    static let openRequest = PostgresError(
        .connectionBusy, "another request is still being written on this connection", nothingWasSent: true)
}
