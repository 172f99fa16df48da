public import PostgresWire
internal import Synchronization

/// One connection to a PostgreSQL server.
///
///     let connection = try await PostgresConnection.connect("postgres://app:secret@db.example/app")
///     let one = try await connection.queryOne("SELECT \(1)::int4", as: Int.self)
///     connection.close()
///
/// Several tasks may use a connection at once: their queries are sent without waiting for each other and answered in
/// order, and one that fails leaves the others alone. A ``PostgresRows`` owns the connection until it has been read;
/// another query meanwhile throws `connectionBusy` at once.
///
/// A server usually wants a pool: see `PostgresClient`.
public final class PostgresConnection: Sendable {
    let wire: WireConnection
    let state: Mutex<State>

    struct State {
        var cache: StatementCache<PreparedStatement>
        /// What is known of texts whose statements are not kept.
        var descriptions: StatementCache<PreparedStatement>
        /// Statements that were prepared by name of the application, by their text; they stay until it lets go of them.
        var pinned = StatementCache<PreparedStatement>(capacity: .max)
        /// Names of statements that fell out of the cache; the next request closes them.
        var toClose: [String] = []
        var lastStatementNumber = 0
        /// How many changes of search_path the statements have been brought up to.
        var searchPathChanges = 0
        var statistics = PostgresConnectionStatistics()
        /// Who has the connection to itself.
        var owners = ConnectionOwners()
        /// Tells the server on which channels nobody listens any more; nil where nothing is to be told, or can be now.
        var listeningTask: Task<Void, Never>?
    }

    /// Who listens to notifications.
    let notifications: NotificationHub

    /// How queries run that do not say so themselves.
    let executionMode: PostgresExecutionMode
    /// Who wants to see operations begin and end; nil for nobody.
    let observation: Observation?
    /// Rows are counted when an answer ends, where the lock is not held.
    let rowCount = Atomic<Int>(0)

    /// How often the server has said that search_path changed; servers before 18 do not say so.
    let searchPathChanges: SearchPathChanges

    /// What is known of the types of the database that are not built in.
    public let types: PostgresTypeCatalog

    init(
        wire: WireConnection, configuration: PostgresConfiguration, types: PostgresTypeCatalog,
        searchPathChanges: SearchPathChanges = SearchPathChanges(), observation: Observation? = nil,
        notifications: NotificationHub
    ) {
        self.wire = wire
        self.types = types
        self.notifications = notifications
        self.searchPathChanges = searchPathChanges
        self.observation = observation
        executionMode = configuration.executionMode
        let capacity = configuration.statementCacheCapacity
        state = Mutex(
            State(cache: StatementCache(capacity: capacity), descriptions: StatementCache(capacity: capacity)))
    }

    deinit { wire.close() }

    /// Opens a connection.
    ///
    /// Costs the TCP handshake and, with SCRAM, three round trips.
    ///
    /// - Parameters:
    ///   - configuration: where and as whom to connect.
    ///   - eventLoop: the loop that watches the socket; by default the caller's own or one of the shared ones.
    ///   - dialer: how the server is reached; tests replace it by a recording.
    ///   - onNotice: receives notices and warnings of the server, from any thread.
    ///   - observer: sees operations begin and end.
    /// - Throws: ``PostgresError`` with the code `connectionFailed`, `authenticationFailed` or `timedOut`; the message
    ///   lists every address that was tried.
    public static func connect(
        _ configuration: PostgresConfiguration, eventLoop: EventLoop? = nil, dialer: PostgresDialer = .sockets,
        onNotice: (@Sendable (ServerReport) -> Void)? = nil, observer: (any PostgresObserver)? = nil,
        file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> PostgresConnection {
        do throws(PostgresError) {
            return try await open(
                configuration, eventLoop: eventLoop, dialer: dialer,
                observation: Observation(observer, configuration), onNotice: onNotice)
        } catch {
            throw error.during(sql: nil, file: file, line: line)
        }
    }

    /// Opens a connection for a pool, which wants to know when it ends and keeps the keys of SCRAM.
    package static func open(
        _ configuration: PostgresConfiguration, eventLoop: EventLoop?, dialer: PostgresDialer,
        keyCache: ScramKeyCache? = nil, types: PostgresTypeCatalog = PostgresTypeCatalog(),
        observation: Observation? = nil,
        onNotice: (@Sendable (ServerReport) -> Void)? = nil,
        onClose: (@Sendable (PostgresError) -> Void)? = nil
    ) async throws(PostgresError) -> PostgresConnection {
        var handlers = ConnectionHandlers()
        handlers.notice = onNotice
        let notifications = NotificationHub()
        handlers.notification = { notifications.receive($0) }
        handlers.closed = { error in
            notifications.finish(error)
            onClose?(error)
        }
        let searchPathChanges = SearchPathChanges()
        handlers.parameterStatus = { name, _ in
            if name == "search_path" { searchPathChanges.add() }
        }
        let connector = Connector(configuration, handlers: handlers, keyCache: keyCache, dialer: dialer)
        let connecting = observation?.begin(.connect, file: nil, line: nil)
        do throws(PostgresError) {
            let wire = try await connector.connect(on: eventLoop)
            connecting?.end()
            return PostgresConnection(
                wire: wire, configuration: configuration, types: types, searchPathChanges: searchPathChanges,
                observation: observation, notifications: notifications)
        } catch {
            connecting?.end(error: error)
            throw error
        }
    }

    /// What the server reports about itself and the session.
    public var parameters: ServerParameters { wire.parameters }

    /// What the connection has done since it was opened.
    public var statistics: PostgresConnectionStatistics {
        var statistics = state.withLock { $0.statistics }
        statistics.rows = rowCount.load(ordering: .relaxed)
        return statistics
    }

    /// Whether the session is in a transaction, as of the last answer.
    public var transactionStatus: TransactionStatus { wire.transactionStatus }

    /// Why the connection can no longer be used; nil while it can.
    public var failure: PostgresError? { wire.failure }

    /// Whether the connection can be handed to somebody else: open, no request running, no rows being read, no
    /// transaction open, nobody listening.
    public var isReusable: Bool {
        wire.isReusable && notifications.isClean && state.withLock { $0.owners.isEmpty && $0.listeningTask == nil }
    }

    /// Whether the connection will soon be reusable or closed: nothing runs but the rest of what was cancelled or
    /// abandoned, or an UNLISTEN.
    package var isSettling: Bool {
        let isSettling = wire.isSettling || isTendingListening && wire.failure == nil
        return isSettling && state.withLock { $0.owners.isEmpty } && !notifications.isInUse
    }

    /// Whether the server has not left meanwhile; asks the socket, without waiting.
    package func isStillOpen() -> Bool {
        wire.lookWhileIdle()
        return wire.failure == nil
    }

    /// Waits until nothing runs any more on a connection that is settling.
    package func whenSettled() async {
        await state.withLock { $0.listeningTask }?.value
        await wire.whenSettled()
    }

    /// Says goodbye to the server and closes the connection.
    ///
    /// Requests that wait fail. May be called again.
    public func close() { wire.close() }
}
