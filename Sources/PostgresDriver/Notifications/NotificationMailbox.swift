package import PostgresWire
internal import Synchronization

/// Where a connection puts events and a listening task takes them out.
package final class NotificationMailbox: Sendable {
    private enum Life {
        /// Can go to: ending, over.
        case open
        /// No more events come; those that wait are taken out first, then the error is thrown. Can go to: over.
        case ending(PostgresError?)
        /// Can go to: nothing.
        case over
    }

    private struct State {
        var buffer: NotificationBuffer
        var life = Life.open
        /// Tasks that wait for an event, oldest first; one as a rule.
        var waiters: [Suspension] = []
    }

    private enum Look {
        case event(PostgresNotificationEvent)
        case end(PostgresError?)
        case nothing
    }

    private let state: Mutex<State>

    /// - Parameter capacity: how many events may wait.
    package init(capacity: Int) {
        state = Mutex(State(buffer: NotificationBuffer(capacity: capacity)))
    }

    // MARK: The connection's side

    /// Adds an event; it is dropped where nobody will come for it.
    package func put(_ event: PostgresNotificationEvent) {
        let waiter = state.withLock { state -> Suspension? in
            guard case .open = state.life else { return nil }
            state.buffer.append(event)
            return state.waiters.isEmpty ? nil : state.waiters.removeFirst()
        }
        waiter?.resume()
    }

    /// No more events will come; what waits may still be taken out, then `error` is thrown, or the sequence ends.
    package func finish(_ error: PostgresError?) {
        close { state in
            if case .open = state.life { state.life = .ending(error) }
        }
    }

    /// Nobody wants what is there, or what would come.
    func discard() {
        close { state in
            state.life = .over
            state.buffer = NotificationBuffer(capacity: state.buffer.capacity)
        }
    }

    private func close(_ change: (inout State) -> Void) {
        let waiters = state.withLock { state in
            change(&state)
            defer { state.waiters.removeAll() }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    // MARK: The listener's side

    /// The next event; nil where there will be none.
    ///
    /// - Throws: ``PostgresError``: once, why there will be none, or `cancelled`.
    func next() async throws(PostgresError) -> PostgresNotificationEvent? {
        while true {
            if Task.isCancelled { throw .cancelled }
            switch state.withLock({ Self.look(&$0) }) {
            case .event(let event): return event
            case .end(let error?): throw error
            case .end(nil): return nil
            case .nothing: await whenSomethingComes()
            }
        }
    }

    private static func look(_ state: inout State) -> Look {
        if case .over = state.life { return .end(nil) }
        if let event = state.buffer.popFirst() { return .event(event) }
        guard case .ending(let error) = state.life else { return .nothing }
        state.life = .over
        return .end(error)
    }

    @inline(__always)
    private func whenSomethingComes() async {
        let waiter = Suspension()
        let mustWait = state.withLock { state in
            guard case .open = state.life, state.buffer.count == 0 else { return false }
            state.waiters.append(waiter)
            return true
        }
        guard mustWait else { return }
        await withTaskCancellationHandler {
            await waiter.wait()
        } onCancel: {
            state.withLock { $0.waiters.removeAll { $0 === waiter } }
            waiter.resume()
        }
    }
}
