internal import Synchronization

// How the tasks of a connection wait, are woken and cancelled, and how asides reach their handlers.
extension WireConnection {
    /// Waits for what `advance` asked for.
    ///
    /// If the task is cancelled meanwhile, the connection is closed, unless other requests come first: then the answer
    /// is thrown away when it arrives.
    package func wait(_ wait: ResponseWait, for request: RequestID) async {
        switch wait {
        case .none: return
        case .transport(let sending): await self.wait(sending: sending) { self.cancel(request) }
        case .turn: await waitForTurn(request)
        }
    }

    func wait(sending: Bool, onCancel: @Sendable () -> Void) async {
        await withTaskCancellationHandler {
            await transport.wait(sending: sending)
        } onCancel: {
            onCancel()
        }
    }

    func waitForTurn(_ request: RequestID) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                state.withLock { state in
                    let isGone = request < state.session.head || state.session.isDiscarded(request)
                    if state.failure != nil || isGone || state.session.firstLive == request {
                        continuation.resume()
                    } else {
                        state.turns[request] = continuation
                    }
                }
            }
        } onCancel: {
            cancel(request)
        }
    }

    func cancel(_ request: RequestID) {
        let mustClose = state.withLock { state in
            if state.session.firstLive == request { return true }
            state.session.discard(request)
            state.turns.removeValue(forKey: request)?.resume()
            passTurn(&state)
            return false
        }
        if mustClose { close(because: .cancelled) }
    }

    /// Hands the asides over, in order: whoever delivers goes on until there are none.
    func deliverAsides() {
        while true {
            let batch: [SessionEvent] = state.withLock { state in
                guard !state.isDelivering else { return [] }
                state.isDelivering = !state.asides.isEmpty
                defer { state.asides.removeAll() }
                return state.asides
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
            state.withLock { $0.isDelivering = false }
        }
    }
}
