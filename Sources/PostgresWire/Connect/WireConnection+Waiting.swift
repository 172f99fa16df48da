internal import Synchronization

// How the tasks of a connection wait, are woken and cancelled, and how asides reach their handlers.
extension WireConnection {
    /// Waits for what `advance` asked for.
    ///
    /// If the task is cancelled meanwhile, the request is interrupted; see ``interrupt(_:because:)``.
    package func wait(_ wait: ResponseWait, for request: RequestID) async {
        switch wait {
        case .none: return
        case .transport(let sending): await self.wait(sending: sending) { self.taskWasCancelled(request) }
        case .turn: await waitForTurn(request)
        }
    }

    /// Waits without suspending for a short time, where that costs less: on the loop's own thread if that has nothing else to
    /// do, elsewhere for a lone task whose answers come fast.
    ///
    /// A cancelled task has to suspend, because only there is its request interrupted.
    ///
    /// - Returns: false where ``wait(_:for:)`` has to follow.
    package func waitBriefly(_ wait: ResponseWait) -> Bool {
        guard case .transport(let sending) = wait, !Task.isCancelled else { return false }
        return waitBriefly(sending: sending)
    }

    @inline(__always)
    private func waitBriefly(sending: Bool) -> Bool {
        defer {
            // The request may have been given up just before the loop was told not to look.
            if !isAttended.load(ordering: .sequentiallyConsistent) { transport.noticeArrivals() }
        }
        return transport.waitBriefly(sending: sending)
    }

    /// What to wait for right after a request was sent, without a look at the input: as a rule nothing is there yet.
    ///
    /// Where that can be done without suspending, it is done here. Whether the task is cancelled is looked at by who
    /// follows.
    ///
    /// - Returns: `none` where there may be something to look at.
    package func waitAfterSending() -> ResponseWait {
        guard isAnswerNext.load(ordering: .relaxed) else { return .none }
        return waitBriefly(sending: false) || transport.hasUnseenBytes ? .none : .transport(sending: false)
    }

    @inline(__always)
    func wait(sending: Bool, onCancel: @Sendable () -> Void) async {
        await withTaskCancellationHandler {
            await transport.wait(sending: sending)
        } onCancel: {
            onCancel()
        }
    }

    func waitForTurn(_ request: RequestID) async {
        await withTaskCancellationHandler {
            await waitForTurnShielded(request)
        } onCancel: {
            taskWasCancelled(request)
        }
    }

    private func waitForTurnShielded(_ request: RequestID) async {
        await withCheckedContinuation { continuation in
            locked { state in
                let isGone = request < state.session.head || state.session.isDiscarded(request)
                if state.failure != nil || isGone || state.session.firstLive == request {
                    state.toResume.append(continuation)
                } else {
                    state.turns[request] = continuation
                }
            }
        }
    }

    /// Waits for what `advance` asked for, whether the task is cancelled or not.
    ///
    /// For requests that must be answered, such as a ROLLBACK; the caller needs a deadline of its own.
    package func waitShielded(_ wait: ResponseWait, for request: RequestID) async {
        switch wait {
        case .none: return
        case .transport(let sending): await transport.wait(sending: sending)
        case .turn: await waitForTurnShielded(request)
        }
    }

    /// Hands the asides over, in order: whoever delivers goes on until there are none.
    func deliverAsides() {
        var batch: [SessionEvent] = []
        while true {
            // The empty array goes in where the full one comes out, so that their memory is used again.
            locked { state in
                guard !state.isDelivering else { return }
                state.isDelivering = !state.asides.isEmpty
                swap(&state.asides, &batch)
            }
            if batch.isEmpty { return }
            for event in batch {
                switch event {
                case .notice(let report): handlers.notice?(report)
                case .notification(let notification): handlers.notification?(notification)
                case .parameterStatus(let name, let value): handlers.parameterStatus?(name, value)
                default: break
                }
            }
            batch.removeAll(keepingCapacity: true)
            locked { $0.isDelivering = false }
        }
    }
}
