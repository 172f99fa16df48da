package import PostgresWire
internal import Synchronization

/// Who is told what a connection's server notifies.
package struct NotificationListener: Sendable {
    /// Receives the events in order; must not block.
    package var receive: @Sendable (PostgresNotificationEvent) -> Void
    /// The connection has ended.
    package var end: @Sendable (PostgresError) -> Void

    package init(
        receive: @escaping @Sendable (PostgresNotificationEvent) -> Void,
        end: @escaping @Sendable (PostgresError) -> Void
    ) {
        self.receive = receive
        self.end = end
    }
}

/// The listeners of a connection.
///
/// Its lock may be taken under the connection's, never the other way round; listeners are called under neither.
final class NotificationHub: Sendable {
    typealias Channels = ListenedChannels<NotificationListener>

    private struct State: Sendable {
        var channels = Channels()
        var failure: PostgresError?
        /// Whether a statement of the application's own may have left the server listening on any channel.
        var hasOwnListen = false
    }

    private let state = Mutex(State())
    /// Whether the server is to be told something; a hint that can be read without the lock.
    private let mayBeDue = Atomic<Bool>(false)

    var isDue: Bool { mayBeDue.load(ordering: .acquiring) }

    /// Whether the session listens on nothing at all.
    var isClean: Bool { state.withLock { $0.channels.isEmpty && !$0.hasOwnListen } }

    /// Whether anybody listens, or something was done that is beyond being cleaned up.
    var isInUse: Bool { state.withLock { $0.channels.hasListeners || $0.hasOwnListen } }

    /// Changes what is known.
    func change<Result: Sendable>(_ body: (inout Channels) -> Result) -> Result {
        state.withLock { state in
            defer { mayBeDue.store(state.failure == nil && state.channels.isDue, ordering: .releasing) }
            return body(&state.channels)
        }
    }

    /// Adds a listener.
    ///
    /// - Throws: why the connection has ended.
    func add(_ listener: NotificationListener, on name: ChannelName) throws(PostgresError) -> UInt64 {
        let result = state.withLock { state -> Result<UInt64, PostgresError> in
            if let failure = state.failure { return .failure(failure.beforeSending()) }
            return .success(state.channels.add(listener, on: name))
        }
        return try result.get()
    }

    // MARK: What the connection tells

    func receive(_ notification: PostgresNotification) {
        tell(.notification(notification), on: notification.channel)
    }

    func tell(_ event: PostgresNotificationEvent, on channel: String) {
        for listener in state.withLock({ $0.channels.listeners(on: channel) }) { listener.receive(event) }
    }

    func finish(_ error: PostgresError) {
        let listeners = state.withLock { state in
            state.failure = state.failure ?? error
            mayBeDue.store(false, ordering: .releasing)
            defer { state.channels = Channels() }
            return state.channels.allListeners
        }
        for listener in listeners { listener.end(error) }
    }

    /// Ends the listeners of one channel.
    func finish(_ name: ChannelName, _ error: PostgresError) {
        for listener in state.withLock({ $0.channels.listeners(on: name.text) }) { listener.end(error) }
    }

    /// The application has run a LISTEN of its own.
    func noteOwnListen() { state.withLock { $0.hasOwnListen = true } }

    /// The application has run UNLISTEN, or DISCARD ALL, which ends all listening.
    func noteReset(isComplete: Bool) {
        state.withLock { state in
            if isComplete { state.hasOwnListen = false }
            state.channels.sessionWasReset()
            mayBeDue.store(state.failure == nil && state.channels.isDue, ordering: .releasing)
        }
    }
}
