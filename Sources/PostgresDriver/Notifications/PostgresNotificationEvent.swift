public import PostgresWire

/// What somebody who listens on a channel receives: a notification, or word that some may be missing.
///
/// After a gap, read again whatever the notifications are about: a table, a queue. A new listener does so too, for what
/// happened before it came.
///
/// PostgreSQL: NOTIFY.
public enum PostgresNotificationEvent: Hashable, Sendable {
    /// Another session, or this one, has notified the channel.
    case notification(PostgresNotification)
    /// Notifications may be missing here. The channel is listened on again by the time this comes, so that what is read
    /// from now on, together with the notifications that follow, is complete.
    case gap(Gap)

    /// Why notifications may be missing.
    ///
    /// More reasons may be added, so a `switch` over them needs a default.
    public enum Gap: Hashable, Sendable {
        /// The listener was too slow, its buffer was full, and the oldest notifications were dropped.
        case overflow
        /// The connection was lost, and a client has made another one.
        case reconnected
        /// A statement on the same connection, `UNLISTEN` or `DISCARD ALL`, had ended all listening for a while.
        case reset
    }
}
