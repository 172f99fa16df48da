internal import Synchronization

// Requests: how tasks send them and take in the answers.
extension WireConnection {
    /// Writes a request and sends as much of it as the socket takes.
    ///
    /// - Parameter isOpen: whether the request goes on with ``extend(_:isOpen:_:)`` and gets its Sync there.
    /// - Returns: nil while nothing runs but what was cancelled or abandoned; the caller then waits for
    ///   ``whenUnheld(_:)`` and tries again.
    /// - Throws: what `body` throws, or why the connection is closed; nothing of the request has been sent then.
    package func submit(
        isOpen: Bool = false, _ body: (inout RequestEncoder) throws(PostgresError) -> Void
    ) throws(PostgresError) -> RequestID? {
        try locked { (state: inout State) throws(PostgresError) in
            if let failure = state.failure { throw failure.beforeSending() }
            if isHeld(state) { return nil }
            guard state.session.openRequest == nil else { throw .openRequest }
            let request = try state.session.submit(isOpen: isOpen, body)
            isAttended.store(true, ordering: .sequentiallyConsistent)
            flush(&state)
            isAnswerNext.store(
                state.session.firstLive == request && state.input.unreadCount == 0 && !state.session.hasOutput,
                ordering: .relaxed)
            return request
        }
    }

    /// Adds messages to an open request and sends as much as the socket takes.
    ///
    /// Once the server has reported an error, `body` is not called: nothing but the Sync would be of any use.
    ///
    /// - Returns: how many bytes wait to be sent.
    /// - Throws: what `body` throws, or why the connection is closed.
    @discardableResult
    package func extend(
        _ request: RequestID, isOpen: Bool, _ body: (inout RequestEncoder) throws(PostgresError) -> Void
    ) throws(PostgresError) -> Int {
        try locked { (state: inout State) throws(PostgresError) in
            try check(&state, request)
            try state.session.extend(request, isOpen: isOpen, body)
            flush(&state)
            return state.session.output.byteCount
        }
    }

    /// Takes in what has come of an answer, up to the first rows and what came together with them.
    ///
    /// One look under the lock serves a whole small answer. Right after sending, nothing has been announced, and no
    /// system call is made to look for it.
    package func advance(
        _ request: RequestID, _ progress: inout ResponseProgress
    ) throws(PostgresError) -> ResponseWait {
        try look(request, &progress)
    }

    /// The same for an answer with many results.
    package func advance(
        _ request: RequestID, _ progress: inout BatchProgress
    ) throws(PostgresError) -> ResponseWait {
        try look(request, &progress)
    }

    @inline(__always)
    private func look<Collector: ResponseCollector>(
        _ request: RequestID, _ progress: inout Collector
    ) throws(PostgresError) -> ResponseWait {
        let (wait, hasAsides, hasUnread) = try locked { (state: inout State) throws(PostgresError) in
            let wait = try take(&state, request, &progress)
            return (wait, !state.asides.isEmpty, state.input.unreadCount > 0)
        }
        if hasAsides { deliverAsides() }
        if progress.isFinished, hasUnread || transport.hasUnseenBytes { readWhileIdle() }
        return wait
    }

    @inline(__always)
    private func take<Collector: ResponseCollector>(
        _ state: inout State, _ request: RequestID, _ progress: inout Collector
    ) throws(PostgresError) -> sending ResponseWait {
        try check(&state, request)
        guard state.session.firstLive == request else { return .turn }
        do throws(PostgresError) {
            while true {
                if try !progress.takeResults(&state), try !takePlain(&state, &progress) {
                    switch try parse(&state, as: .request) {
                    case .event(let event): progress.add(event)
                    case .rows(let run): progress.add(run)
                    case .copyData: continue
                    case .exhausted:
                        // With rows in hand nothing more is received, but what lies in the buffer is taken along.
                        if progress.hasSomething { return .none }
                        switch try receive(&state, as: .request) {
                        case nil: continue
                        case .wait(let sending)?: return .transport(sending: sending)
                        default: return .none
                        }
                    case .wait, .notYourTurn, .deliverAsides, .tooLong: return .none
                    }
                }
                if progress.isFinished || progress.isPaused { return .none }
            }
        } catch {
            fail(&state, error)
            // The rows first; the next look finds the failure.
            if progress.hasSomething { return .none }
            throw error
        }
    }

    /// Takes in the part of an answer that is as usual; false where the next message is not, or has not come.
    @inline(__always)
    private func takePlain<Collector: ResponseCollector>(
        _ state: inout State, _ progress: inout Collector
    ) throws(PostgresError) -> Bool {
        guard state.input.unreadCount > 0, !state.isSettling else { return false }
        let answer: PlainAnswer
        do throws(WireError) {
            answer = try Self.nextPlain(&state.session, state.input)
        } catch {
            throw PostgresError(error)
        }
        guard answer.consumed > 0 else { return false }
        if answer.rowCount > 0 {
            let start = state.input.start
            progress.add(
                RowRun(
                    block: state.input.block, start: start + answer.rows.lowerBound,
                    end: start + answer.rows.upperBound, count: answer.rowCount))
        }
        state.input.consume(answer.consumed)
        if let tag = answer.commandTag { progress.add(.commandComplete(tag)) }
        if let status = answer.status {
            progress.add(.finished(status))
            passTurn(&state)
        }
        return true
    }

    private static func nextPlain(
        _ session: inout Session, _ input: borrowing ReceiveBuffer
    ) throws(WireError) -> PlainAnswer {
        try session.nextPlain(input.unread)
    }

    func check(_ state: inout State, _ request: RequestID) throws(PostgresError) {
        if request < state.session.head || state.session.isDiscarded(request) {
            throw state.interruptions.removeValue(forKey: request) ?? .cancelled
        }
        if let failure = state.failure { throw failure }
    }

    /// The next event of a request; the last one is `.finished`.
    ///
    /// If the task is cancelled while it waits, the request is interrupted; see ``interrupt(_:because:)``.
    package func nextEvent(for request: RequestID) async throws(PostgresError) -> ResponseEvent {
        while true {
            switch try step(request) {
            case .rows(let run): return .rows(run)
            case .copyData(let run): return .copyData(run)
            case .event(let event): return .other(event)
            case .wait(let sending):
                if waitBriefly(.transport(sending: sending)) { continue }
                await wait(sending: sending) { self.taskWasCancelled(request) }
            case .notYourTurn: await waitForTurn(request)
            case .deliverAsides, .tooLong, .exhausted: continue
            }
        }
    }

    func step(_ request: RequestID) throws(PostgresError) -> Step {
        let (step, hasAsides) = try locked { (state: inout State) throws(PostgresError) in
            try check(&state, request)
            guard state.session.firstLive == request else { return (Step.notYourTurn, false) }
            let step = try read(&state, as: .request)
            return (step, !state.asides.isEmpty)
        }
        if hasAsides { deliverAsides() }
        if case .event(.finished) = step { readUnseen() }
        return step
    }

    /// Hands on what was announced, or received, while somebody attended.
    func readUnseen() {
        if transport.hasUnseenBytes || locked({ $0.input.unreadCount > 0 }) { readWhileIdle() }
    }
}
