public import PostgresDriver

/// A borrowed connection that goes back to its pool exactly once: by ``release()``, or when it is dropped.
public struct PostgresLease: ~Copyable, Sendable {
    /// The connection.
    ///
    /// It must not be used after the lease has ended.
    public let connection: PostgresConnection
    private let grant: PoolGrant<PostgresConnection>
    private let pool: ConnectionPool

    init(grant: PoolGrant<PostgresConnection>, pool: ConnectionPool) {
        connection = grant.resource
        self.grant = grant
        self.pool = pool
    }

    deinit { pool.release(grant) }

    /// Gives the connection back now.
    public consuming func release() {}
}
