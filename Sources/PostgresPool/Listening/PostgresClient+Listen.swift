public import PostgresDriver
public import PostgresWire

extension PostgresClient {
    /// Listens on a channel: what is notified from now on comes as a sequence of events.
    ///
    ///     for try await event in try await db.listen("user_changes") {
    ///         switch event {
    ///         case .notification(let notification): try await reload(id: notification.payload)
    ///         case .gap: try await reloadAll()
    ///         }
    ///     }
    ///
    /// The client has one connection beside its pool for all listeners together, opened for the first one and closed
    /// behind the last. When it is lost, it is made again, with growing waits in between; then every listener receives
    /// `.gap(.reconnected)`, because notifications of the time in between are lost. Every `pool_health_check_period` it
    /// is asked whether it is still there. It must not go through a pooler that lends its connections for transactions.
    ///
    /// Returns when the server listens: the first listener waits for a connection and a round trip for `LISTEN`, one of a
    /// channel that has others for nothing. When the last listener of a channel has gone, `UNLISTEN` is sent.
    ///
    /// The sequence ends when the client is shut down.
    ///
    /// PostgreSQL: LISTEN.
    ///
    /// - Parameters:
    ///   - channel: the name of the channel, of 1 to 63 bytes; taken as it is, never folded to lower case.
    ///   - bufferSize: how many events wait for a slow reader; when there are more, the oldest are dropped and
    ///     `.gap(.overflow)` takes their place.
    ///   - timeout: how long it may take until the server listens; by default as long as the pool's acquire timeout.
    /// - Throws: ``PostgresError``; `invalidQuery` for a name that no channel can have, `clientClosed` after a shutdown,
    ///   `timedOut` where the server did not begin to listen in time, and why.
    public func listen(
        _ channel: String, bufferSize: Int = PostgresNotifications.defaultBufferSize, timeout: Duration? = nil,
        file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> PostgresNotifications {
        do throws(PostgresError) {
            return try await listening.listen(to: try ChannelName(channel), bufferSize: bufferSize, timeout: timeout)
        } catch {
            throw error.during(sql: nil, file: file, line: line)
        }
    }
}
