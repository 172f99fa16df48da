internal import Synchronization

/// A cancel request that is under way.
struct Cancellation {
    /// The newest request in flight; nobody wants the answer to it, nor to any before it.
    let request: RequestID
    /// Whether the connection that carries the cancel request has ended: the server has acted on it, or never got it.
    var isDelivered = false
    /// How often the request has been sent: one that comes before its query does is without effect.
    var attempts = 1
    static let mostAttempts = 4
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

    /// Interrupts a request from its task's cancellation handler.
    ///
    /// Not in the handler itself: that runs under the runtime's lock of its task, and to resume another task, whose
    /// turn it is next, takes that one's lock. Two tasks that are cancelled at once would wait for each other.
    func taskWasCancelled(_ request: RequestID) {
        _ = (loop ?? .default).schedule(after: 0) { [weak self] in self?.interrupt(request, because: .cancelled) }
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
        let key = locked { state -> BackendKeyData? in
            guard state.failure == nil, request >= state.session.head, request < state.session.nextID,
                !state.session.isDiscarded(request)
            else { return nil }
            note(&state)
            state.session.discard(request)
            flush(&state)
            if let turn = state.turns.removeValue(forKey: request) { state.toResume.append(turn) }
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
        guard canCancel(state), let request = state.session.newestInFlight, let key = state.session.cancelKey else {
            return nil
        }
        state.cancellation = Cancellation(request: request)
        watch(&state, after: cancelTimeout / Cancellation.mostAttempts)
        return key
    }

    private func canCancel(_ state: borrowing State) -> Bool {
        state.failure == nil && state.cancellation == nil && state.session.newestInFlight != nil
            && state.session.firstLive == nil && state.session.cancelKey != nil && loop != nil && transport.hasSibling
    }

    private static func isLong(_ state: borrowing State) -> Bool {
        state.session.discardedBytes > state.session.limits.discardedBytes / 4
    }

    /// Whether an abandoned answer turns out to be so long that the server is to be asked to stop.
    func isTooLong(_ state: borrowing State) -> Bool { Self.isLong(state) && canCancel(state) }

    /// Whether reading on would be in vain: the server has not been told yet to stop a long answer.
    func waitsForCancelRequest(_ state: borrowing State) -> Bool {
        guard let cancellation = state.cancellation else { return false }
        return !cancellation.isDelivered && Self.isLong(state)
    }

    /// Asks the server to stop a long answer; reading goes on when it has been told.
    func stopDraining() {
        let key = locked { beginCancelling(&$0) }
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
        let key = locked { state -> BackendKeyData? in
            state.settleTimer = nil
            guard state.failure == nil else { return nil }
            if wasCancelling, let cancellation = state.cancellation {
                isStuck = cancellation.attempts >= Cancellation.mostAttempts
                return isStuck ? nil : cancelAgain(&state)
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

    /// Under the lock: sends the cancel request once more, unless the last one is still on its way.
    private func cancelAgain(_ state: inout State) -> BackendKeyData? {
        state.cancellation?.attempts += 1
        watch(&state, after: cancelTimeout / Cancellation.mostAttempts)
        guard state.cancellation?.isDelivered == true, !state.session.isIdle else { return nil }
        state.cancellation?.isDelivered = false
        return state.session.cancelKey
    }

    // MARK: The cancel request

    private func sendCancelRequest(_ key: BackendKeyData) {
        guard let loop else { return }
        Task(executorPreference: loop) {
            await CancelRequest(key: key).send(overSiblingOf: self.transport, loop: loop, timeout: self.cancelTimeout)
            self.locked { state in
                state.cancellation?.isDelivered = true
                // What was on its way already may fill the buffers of both sides.
                state.session.discardedBytes = 0
                self.settle(&state)
            }
            self.readWhileIdle()
        }
    }

    /// Under the lock: ends what waits for the end of cancellations and requests, where it has come.
    func settle(_ state: inout State) {
        if let cancellation = state.cancellation, cancellation.isDelivered, state.session.head > cancellation.request {
            state.cancellation = nil
        }
        guard !isHeld(state) else { return }
        state.toResume += state.held.values
        state.held.removeAll()
        guard state.session.isIdle || state.failure != nil else { return }
        if let timer = state.settleTimer { loop?.cancel(timer) }
        state.settleTimer = nil
        state.toResume += state.settling
        state.settling.removeAll()
    }

    // MARK: Waiting for the end

    /// Whether nothing runs but what nobody wants any more, so that the connection will soon be free or closed.
    package var isSettling: Bool {
        locked {
            $0.failure == nil && $0.session.firstLive == nil && (!$0.session.isIdle || $0.cancellation != nil)
        }
    }

    /// Waits until no request runs and no cancel request is under way, or the connection is closed.
    ///
    /// Takes no longer than twice the cancel timeout where ``isSettling`` is true.
    package func whenSettled() async {
        await withCheckedContinuation { continuation in
            locked { state in
                if state.failure != nil || state.session.isIdle && state.cancellation == nil {
                    state.toResume.append(continuation)
                } else {
                    state.settling.append(continuation)
                }
            }
        }
    }

    /// Whether a request would stand in the way: a cancel request could hit it, or it would keep one from being sent.
    @inline(__always)
    func isHeld(_ state: borrowing State) -> Bool {
        guard state.cancellation != nil || state.session.hasDiscarded else { return false }
        return state.failure == nil && (state.cancellation != nil || state.session.firstLive == nil)
    }

    /// Waits until requests are taken again; returns early where the task is cancelled or `deadline` passes.
    package func whenUnheld(_ deadline: RequestDeadline? = nil) async {
        let ticket = locked { state in
            defer { state.nextHeld &+= 1 }
            return state.nextHeld
        }
        deadline?.begin { [weak self] in self?.unhold(ticket) }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                locked { state in
                    if !isHeld(state) || Task.isCancelled || deadline?.isOver == true {
                        state.toResume.append(continuation)
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
        locked { state in
            if let waiter = state.held.removeValue(forKey: ticket) { state.toResume.append(waiter) }
        }
    }
}
