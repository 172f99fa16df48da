@_exported public import PostgresDriver
@_exported public import PostgresWire

/// A pool of connections to one database, and the usual way to run queries from a server.
///
///     let client = try PostgresClient("postgres://app:secret@db.example/app?pool_max_conns=20")
///     try await client.run { db in
///         let names = try await db.query("SELECT name FROM users WHERE id = ANY(\(ids))", as: String.self)
///     }
///
/// A service that lives long stores the client and calls ``run()`` in a task of its own. A client that is not being
/// run opens no connections: who asks for one waits until the acquire timeout.
///
/// Connections are opened as they are needed, up to the maximum, and lent to one borrower at a time; who waits
/// longest is served first. A connection that comes back with an open transaction, with rows unread, or broken is
/// closed, never lent again.
public final class PostgresClient: Sendable {
    @usableFromInline let pool: ConnectionPool
    private let observation: Observation?
    let listening: ClientListening
    private let shutdownTimeout: Duration

    /// A client from a typed configuration.
    ///
    /// - Parameters:
    ///   - configuration: where and as whom to connect.
    ///   - pool: limits; by default what the `pool_*` keys of a connection string said.
    ///   - eventLoop: the loop of all connections; by default they are spread over the shared ones.
    ///   - dialer: how the server is reached; tests replace it by a recording.
    ///   - onNotice: receives notices and warnings of the server, from any thread.
    ///   - observer: sees operations begin and end.
    /// - Throws: ``PostgresError`` with the code `invalidConfiguration`.
    public init(
        _ configuration: PostgresConfiguration, pool: PoolConfiguration? = nil, eventLoop: EventLoop? = nil,
        dialer: PostgresDialer = .sockets, onNotice: (@Sendable (ServerReport) -> Void)? = nil,
        observer: (any PostgresObserver)? = nil
    ) throws(PostgresError) {
        let limits: PoolConfiguration
        do throws(PoolConfigurationError) {
            if let pool {
                limits = try pool.validated()
            } else {
                limits = try PoolConfiguration(parameters: configuration.poolParameters)
            }
        } catch {
            throw PostgresError(.invalidConfiguration, error.description, nothingWasSent: true)
        }
        let keyCache = ScramKeyCache()
        let types = PostgresTypeCatalog()
        let observation = Observation(observer, configuration)
        self.observation = observation
        shutdownTimeout = limits.shutdownTimeout
        let loop = eventLoop ?? .default
        let open = {
            @Sendable (closed: @escaping @Sendable (PostgresError) -> Void) async throws(PostgresError) in
            try await PostgresConnection.open(
                configuration, eventLoop: eventLoop, dialer: dialer, keyCache: keyCache, types: types,
                observation: observation, onNotice: onNotice, onClose: closed)
        }
        self.pool = ConnectionPool(configuration: limits, loop: loop, open: open)
        listening = ClientListening(configuration: limits, loop: loop, open: open)
    }

    /// A client from a connection string; see ``PostgresConfiguration`` for its forms and `PoolConfiguration` for the
    /// `pool_*` keys.
    ///
    /// - Throws: ``PostgresError`` with the code `invalidConfiguration`; the message never holds the password.
    public convenience init(
        _ connectionString: String, pool: PoolConfiguration? = nil, eventLoop: EventLoop? = nil,
        observer: (any PostgresObserver)? = nil
    ) throws(PostgresError) {
        let configuration: PostgresConfiguration
        do throws(ConnectionStringError) {
            configuration = try PostgresConfiguration(connectionString)
        } catch {
            throw PostgresError(.invalidConfiguration, error.description, nothingWasSent: true)
        }
        try self.init(configuration, pool: pool, eventLoop: eventLoop, observer: observer)
    }

    // MARK: Life

    /// Runs the client around `body`: connections are opened when needed, and all are closed when `body` has ended.
    ///
    /// - Throws: what `body` throws, and ``PostgresError`` with the code `clientClosed` if the client ran before.
    public func run<Result>(
        _ body: nonisolated(nonsending) (PostgresClient) async throws -> Result
    ) async throws -> Result {
        try begin()
        async let openings: Void = pool.openConnections()
        async let listens: Void = listening.run()
        do {
            let result = try await body(self)
            await shutdown()
            await openings
            await listens
            return result
        } catch {
            await shutdown()
            await openings
            await listens
            throw error
        }
    }

    /// Runs the client until the task is cancelled or ``shutdown()`` is called; then borrowed connections are waited
    /// for, up to the configured shutdown timeout.
    ///
    /// - Throws: ``PostgresError`` with the code `clientClosed` if the client ran before.
    public func run() async throws(PostgresError) {
        try begin()
        async let listens: Void = listening.run()
        await pool.openConnections()
        await shutdown()
        await listens
    }

    /// Ends a running client: sequences of notifications end, new borrowers are refused, borrowed connections are waited
    /// for, up to the configured shutdown timeout.
    ///
    /// May be called again.
    public func shutdown() async {
        listening.shutDown()
        await pool.shutDown(timeout: shutdownTimeout)
    }

    private func begin() throws(PostgresError) {
        guard pool.start() else {
            throw PostgresError(.clientClosed, "the client was run before; a client runs once", nothingWasSent: true)
        }
    }

    /// The state of the pool at this moment.
    public var statistics: PoolStatistics { pool.statistics }

    // MARK: Borrowing

    /// Lends one connection to `body`, for everything that must happen on one and the same session.
    ///
    /// - Throws: what `body` throws, and ``PostgresError`` where no connection could be had in time.
    public func withConnection<Result>(
        _ body: nonisolated(nonsending) (PostgresConnection) async throws -> Result
    ) async throws -> Result {
        let grant = try await grant(deadline: nil, file: nil, line: nil)
        defer { pool.release(grant) }
        return try await body(grant.resource)
    }

    /// Borrows a connection until the lease is released or dropped.
    ///
    /// ``withConnection(_:)`` is the safer form; this one is for code whose scopes do not nest.
    ///
    /// - Throws: ``PostgresError`` where no connection could be had in time.
    public func acquire() async throws(PostgresError) -> PostgresLease {
        let grant = try await grant(deadline: nil, file: nil, line: nil)
        return PostgresLease(grant: grant, pool: pool)
    }
}

extension PostgresClient: PostgresDatabase {
    /// Lends one connection until the loan is ended.
    ///
    /// - Throws: ``PostgresError``: why no connection could be had.
    public func borrow(call: PostgresCall) async throws(PostgresError) -> PostgresLoan {
        let grant = try await acquire(call)
        let pool = pool
        return PostgresLoan(connection: grant.resource, call: call) { pool.release(grant) }
    }

    /// Lends one connection to `body`.
    ///
    /// - Throws: ``PostgresError``: what `body` throws, or why no connection could be had.
    @inlinable
    public func withConnection<Result>(
        call: PostgresCall,
        _ body: nonisolated(nonsending) (PostgresConnection, PostgresCall) async throws(PostgresError) -> Result
    ) async throws(PostgresError) -> Result {
        let grant = try await acquire(call)
        defer { pool.release(grant) }
        return try await body(grant.resource, call)
    }

    @usableFromInline
    func acquire(_ call: PostgresCall) async throws(PostgresError) -> PoolGrant<PostgresConnection> {
        do throws(PostgresError) {
            return try await grant(deadline: call.deadline, file: call.file, line: call.line)
        } catch {
            throw error.during(nil, call)
        }
    }

    @inline(__always)
    private func grant(
        deadline: RequestDeadline?, file: String?, line: Int?
    ) async throws(PostgresError) -> PoolGrant<PostgresConnection> {
        guard let observation else { return try await pool.acquire(deadline: deadline) }
        return try await observation.observe(.acquire, file: file, line: line) { () throws(PostgresError) in
            try await pool.acquire(deadline: deadline)
        }
    }
}
