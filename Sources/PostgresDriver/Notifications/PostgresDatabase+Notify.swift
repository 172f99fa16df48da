public import PostgresWire

extension PostgresDatabase {
    /// Notifies all sessions that listen on a channel: one round trip.
    ///
    ///     try await tx.notify("user_changes", "\(id)")
    ///
    /// In a transaction, the notification is sent when it commits, and never if it rolls back; the same channel and
    /// payload twice in one transaction are one notification. The name is taken as it is, never folded to lower case:
    /// it is what ``PostgresConnection/listen(_:bufferSize:timeout:file:line:)`` takes.
    ///
    /// PostgreSQL: NOTIFY, `pg_notify`.
    ///
    /// - Parameters:
    ///   - channel: the name of the channel, of 1 to 63 bytes.
    ///   - payload: a text of less than 8,000 bytes; for more, send the key of a row.
    /// - Throws: ``PostgresError``; `invalidQuery` for a name that no channel can have, the server's with 22023 for a
    ///   payload that is too long.
    @inlinable
    public func notify(
        _ channel: String, _ payload: String = "", timeout: Duration? = nil, file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) {
        let query = try PostgresQuery.notifying(channel, payload, file: file, line: line)
        try await execute(query, timeout: timeout, file: file, line: line)
    }
}

extension PostgresQuery {
    /// A notification on a channel.
    ///
    /// - Throws: ``PostgresError``; `invalidQuery` for a name that no channel can have.
    @usableFromInline
    static func notifying(
        _ channel: String, _ payload: String, file: String, line: Int
    ) throws(PostgresError) -> PostgresQuery {
        do throws(PostgresError) {
            // A constant text, so that no query is put together for each notification.
            return PostgresQuery(
                unsafeSQL: "SELECT pg_notify($1, $2)", arguments: [try ChannelName(channel).text, payload])
        } catch {
            throw error.during(sql: nil, file: file, line: line)
        }
    }
}
