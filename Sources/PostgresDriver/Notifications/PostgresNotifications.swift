public import PostgresWire

/// The notifications of a channel, and the gaps between them, as they come.
///
///     for try await event in try await db.listen("user_changes") {
///         switch event {
///         case .notification(let notification): try await reload(id: notification.payload)
///         case .gap: try await reloadAll()
///         }
///     }
///
/// Listening begins with the call that returned the value, so nothing is missed between it and the first iteration, and
/// ends when the value and its iterators are dropped, or when the task that iterates is cancelled. It is for one task:
/// several iterations share the events.
///
/// While the task is busy, events wait in a buffer. When that is full, the oldest are dropped, and `.gap(.overflow)`
/// takes their place.
public struct PostgresNotifications: AsyncSequence, Sendable {
    /// A notification or a gap.
    public typealias Element = PostgresNotificationEvent

    private let mailbox: NotificationMailbox
    private let subscription: NotificationSubscription

    package init(_ mailbox: NotificationMailbox, _ subscription: NotificationSubscription) {
        self.mailbox = mailbox
        self.subscription = subscription
    }

    /// How many events may wait, where nothing else is said.
    public static let defaultBufferSize = 1_024

    /// The payloads of the notifications alone, for those whom gaps do not concern.
    ///
    /// Nothing tells then that notifications are missing.
    public var payloads: PostgresNotificationPayloads { PostgresNotificationPayloads(base: self) }

    /// An iterator over the events.
    public func makeAsyncIterator() -> Iterator { Iterator(mailbox: mailbox, subscription: subscription) }

    /// Takes event after event.
    public struct Iterator: AsyncIteratorProtocol {
        private let mailbox: NotificationMailbox
        private let subscription: NotificationSubscription

        fileprivate init(mailbox: NotificationMailbox, subscription: NotificationSubscription) {
            self.mailbox = mailbox
            self.subscription = subscription
        }

        /// The next event; nil after a client was shut down.
        ///
        /// - Throws: ``PostgresError``: on a connection, why it has ended; `cancelled` where the task was cancelled.
        ///   After that there are no more events.
        public mutating func next() async throws(PostgresError) -> PostgresNotificationEvent? {
            do throws(PostgresError) {
                if let event = try await mailbox.next() { return event }
            } catch {
                end()
                throw error
            }
            end()
            return nil
        }

        /// The next event; see ``next()``.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(PostgresError) -> PostgresNotificationEvent? {
            try await next()
        }

        private func end() {
            mailbox.discard()
            subscription.end()
        }
    }
}
