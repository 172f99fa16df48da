public import PostgresWire

/// The payloads of a channel's notifications, as they come: `for try await id in try await db.listen("jobs").payloads`.
///
/// Gaps are left out, so it is for those who look again from time to time anyway; see ``PostgresNotifications``.
public struct PostgresNotificationPayloads: AsyncSequence, Sendable {
    /// A payload.
    public typealias Element = String

    let base: PostgresNotifications

    /// An iterator over the payloads.
    public func makeAsyncIterator() -> Iterator { Iterator(base: base.makeAsyncIterator()) }

    /// Takes payload after payload.
    public struct Iterator: AsyncIteratorProtocol {
        var base: PostgresNotifications.Iterator

        /// The next payload; nil after a client was shut down.
        ///
        /// - Throws: ``PostgresError``, as ``PostgresNotifications/Iterator/next()`` does.
        public mutating func next() async throws(PostgresError) -> String? {
            while let event = try await base.next() {
                if case .notification(let notification) = event { return notification.payload }
            }
            return nil
        }

        /// The next payload; see ``next()``.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(PostgresError) -> String? {
            try await next()
        }
    }
}
