internal import Synchronization

/// A cancel request that is under way.
struct Cancellation {
    /// The newest request in flight; nobody wants the answer to it, nor to any before it.
    let request: RequestID
    /// Whether the connection that carries the cancel request has ended: the server has acted on it, or never got it.
    var isDelivered = false
}

// How requests are interrupted without losing the connection.
//
// The server cancels whatever it is running when the cancel request comes, so one is sent only where nobody wants any
// answer that is in flight, and nothing else is sent until both its connection and the requests have ended. An interrupted request in any
// other place is answered to the end, and the answer thrown away. Neither may take longer than `cancelTimeout`.
extension WireConnection {
    /// Ends the task's interest in a request: it throws `error`, at once.
    ///
    /// Without effect where the request is answered already.
    package func interrupt(_ request: RequestID, because error: PostgresError) {
        // The task may be waiting for the transport: from then on what arrives is the loop's to read.
        drop(request, isCancelled: true, { $0.interruptions[request] = error }, transport.wake)
    }

    /// Says that nobody wants the rest of a request's answer.
    ///
    /// A short rest is read and thrown away; the server is asked to stop where it is long, takes long, or the task was
    /// cancelled.
    package func abandon(_ request: RequestID) {
        drop(request, isCancelled: Task.isCancelled, { $0.interruptions[request] = nil }, {})
    }

    private func drop(
        _ request: RequestID, isCancelled: Bool, _ note: (inout State) -> Void, _ wake: () -> Void
    ) {
        let key = state.withLock { state -> BackendKeyData? in
            guard state.failure == nil, request >= state.session.head, request < state.session.nextID,
                !state.session.isDiscarded(request)
            else { return nil }
            note(&state)
            state.session.discard(request)
            flush(&state)
            state.turns.removeValue(forKey: request)?.resume()
            let key = isCancelled ? beginCancelling(&state) : nil
            if key == nil { watch(&state, after: isCancelled ? cancelTimeout : Self.patience) }
            passTurn(&state)
            return key
        }
        wake()
        if let key { sendCancelRequest(key) }
        readWhileIdle()
    }

    /// How long the rest of an abandoned answer is read before the server is asked to stop.
    private static let patience = Duration.seconds(1)

    /// Under the lock: claims the right to send a cancel request, if one is possible.
    private func beginCancelling(_ state: inout State) -> BackendKeyData? {
        guard state.failure == nil, state.cancellation == nil, let request = state.session.newestInFlight,
            state.session.firstLive == nil, let key = state.session.cancelKey, loop != nil, transport.hasSibling
        else { return nil }
        state.cancellation = Cancellation(request: request)
        watch(&state, after: cancelTimeout)
        return key
    }

    /// Stops an abandoned answer that turns out to be long.
    func limitDraining() {
        let key = state.withLock { state -> BackendKeyData? in
            guard state.session.discardedBytes > state.session.limits.discardedBytes / 4 else { return nil }
            return beginCancelling(&state)
        }
        if let key { sendCancelRequest(key) }
    }

    /// Under the lock: looks after `time` whether the discarded answer at the head has ended.
    private func watch(_ state: inout State, after time: Duration) {
        guard let loop else { return }
        if let timer = state.settleTimer { loop.cancel(timer) }
        let head = state.session.head
        let wasCancelling = state.cancellation != nil
        state.settleTimer = loop.schedule(after: time.wholeNanoseconds) { [weak self] in
            self?.settleTimeIsUp(head, wasCancelling: wasCancelling, time: time)
        }
    }

    private func settleTimeIsUp(_ head: RequestID, wasCancelling: Bool, time: Duration) {
        var isStuck = false
        let key = state.withLock { state -> BackendKeyData? in
            state.settleTimer = nil
            guard state.failure == nil else { return nil }
            if wasCancelling, state.cancellation != nil {
                isStuck = true
                return nil
            }
            guard state.session.hasDiscarded else { return nil }
            if let key = beginCancelling(&state) { return key }
            // Behind a request that is still wanted, an abandoned one may wait as long as that one takes.
            isStuck = state.session.head == head && state.session.isDiscarded(head) && time >= cancelTimeout
            if !isStuck { watch(&state, after: cancelTimeout) }
            return nil
        }
        if let key { sendCancelRequest(key) }
        guard isStuck else { return }
        close(
            because: PostgresError(
                .connectionClosed, "the server did not end a cancelled or abandoned request within \(cancelTimeout)"))
    }

    // MARK: The cancel request

    private func sendCancelRequest(_ key: BackendKeyData) {
        guard let loop else { return }
        Task(executorPreference: loop) {
            await CancelRequest(key: key).send(overSiblingOf: self.transport, loop: loop, timeout: self.cancelTimeout)
            self.state.withLock { state in
                state.cancellation?.isDelivered = true
                self.settle(&state)
            }
        }
    }

    /// Under the lock: ends what waits for the end of cancellations and requests, where it has come.
    func settle(_ state: inout State) {
        if let cancellation = state.cancellation, cancellation.isDelivered, state.session.head > cancellation.request {
            state.cancellation = nil
        }
        guard state.cancellation == nil else { return }
        for waiter in state.held.values { waiter.resume() }
        state.held.removeAll()
        guard state.session.isIdle || state.failure != nil else { return }
        if let timer = state.settleTimer { loop?.cancel(timer) }
        state.settleTimer = nil
        for waiter in state.settling { waiter.resume() }
        state.settling.removeAll()
    }

    // MARK: Waiting for the end

    /// Whether nothing runs but what nobody wants any more, so that the connection will soon be free or closed.
    package var isSettling: Bool {
        state.withLock {
            $0.failure == nil && $0.session.firstLive == nil && (!$0.session.isIdle || $0.cancellation != nil)
        }
    }

    /// Waits until no request runs and no cancel request is under way, or the connection is closed.
    ///
    /// Takes no longer than twice the cancel timeout where ``isSettling`` is true.
    package func whenSettled() async {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                if state.failure != nil || state.session.isIdle && state.cancellation == nil {
                    continuation.resume()
                } else {
                    state.settling.append(continuation)
                }
            }
        }
    }

    /// Waits for the end of a cancellation; returns early where the task is cancelled or `deadline` passes.
    package func whenUnheld(_ deadline: RequestDeadline? = nil) async {
        let ticket = state.withLock { state in
            defer { state.nextHeld &+= 1 }
            return state.nextHeld
        }
        deadline?.begin { [weak self] in self?.unhold(ticket) }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                state.withLock { state in
                    if state.cancellation == nil || Task.isCancelled || deadline?.isOver == true {
                        continuation.resume()
                    } else {
                        state.held[ticket] = continuation
                    }
                }
            }
        } onCancel: {
            unhold(ticket)
        }
    }

    private func unhold(_ ticket: UInt64) {
        state.withLock { $0.held.removeValue(forKey: ticket)?.resume() }
    }
}
