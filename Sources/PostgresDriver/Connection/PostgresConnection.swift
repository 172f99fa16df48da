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
        /// Names of statements that fell out of the cache; the next request closes them.
        var toClose: [String] = []
        var lastStatementNumber = 0
        /// The SQL of the row stream that owns the connection.
        var owner: String?
    }

    package init(wire: WireConnection, statementCacheCapacity: Int) {
        self.wire = wire
        state = Mutex(State(cache: StatementCache(capacity: statementCacheCapacity)))
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
    /// - Throws: ``PostgresError`` with the code `connectionFailed`, `authenticationFailed` or `timedOut`; the message
    ///   lists every address that was tried.
    public static func connect(
        _ configuration: PostgresConfiguration, eventLoop: EventLoop? = nil, dialer: PostgresDialer = .sockets,
        onNotice: (@Sendable (ServerReport) -> Void)? = nil, file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> PostgresConnection {
        do throws(PostgresError) {
            return try await open(configuration, eventLoop: eventLoop, dialer: dialer, onNotice: onNotice)
        } catch {
            throw error.during(sql: nil, file: file, line: line)
        }
    }

    /// Opens a connection for a pool, which wants to know when it ends and keeps the keys of SCRAM.
    package static func open(
        _ configuration: PostgresConfiguration, eventLoop: EventLoop?, dialer: PostgresDialer,
        keyCache: ScramKeyCache? = nil, onNotice: (@Sendable (ServerReport) -> Void)? = nil,
        onClose: (@Sendable (PostgresError) -> Void)? = nil
    ) async throws(PostgresError) -> PostgresConnection {
        var handlers = ConnectionHandlers()
        handlers.notice = onNotice
        handlers.closed = onClose
        let connector = Connector(configuration, handlers: handlers, keyCache: keyCache, dialer: dialer)
        let wire = try await connector.connect(on: eventLoop)
        return PostgresConnection(wire: wire, statementCacheCapacity: configuration.statementCacheCapacity)
    }

    /// What the server reports about itself and the session.
    public var parameters: ServerParameters { wire.parameters }

    /// Whether the session is in a transaction, as of the last answer.
    public var transactionStatus: TransactionStatus { wire.transactionStatus }

    /// Why the connection can no longer be used; nil while it can.
    public var failure: PostgresError? { wire.failure }

    /// Whether the connection can be handed to somebody else: open, no request running, no rows being read, no
    /// transaction open.
    public var isReusable: Bool {
        wire.isReusable && state.withLock { $0.owner == nil }
    }

    /// Says goodbye to the server and closes the connection.
    ///
    /// Requests that wait fail. May be called again.
    public func close() { wire.close() }

    // MARK: Sending queries

    /// Sends a query, preparing it first where the connection has not seen it yet.
    ///
    /// - Parameter owning: whether the answer is to own the connection until ``release()``.
    @usableFromInline
    func send(_ query: PostgresQuery, owning: Bool, file: String, line: Int) async throws(PostgresError) -> Response {
        let call = CallSite(file: file, line: line)
        do throws(PostgresError) {
            if let response = try sendCached(query, owning: owning, call) { return response }
            return try await prepareAndSend(query, owning: owning, call)
        } catch {
            throw error.during(sql: query.sql, file: file, line: line)
        }
    }

    private func sendCached(
        _ query: PostgresQuery, owning: Bool, _ call: CallSite
    ) throws(PostgresError) -> Response? {
        try state.withLock { (state: inout State) throws(PostgresError) in
            try checkFree(state)
            guard let statement = state.cache.statement(for: query.sql) else { return nil }
            return try execute(statement, query, owning: owning, call, &state)
        }
    }

    /// Refuses a request while rows are being read.
    func checkFree(_ state: State) throws(PostgresError) {
        guard let owner = state.owner else { return }
        throw PostgresError(
            .connectionBusy, "the rows of another query are still being read on this connection: \(owner.prefix(200))",
            nothingWasSent: true)
    }

    private func prepareAndSend(
        _ query: PostgresQuery, owning: Bool, _ call: CallSite
    ) async throws(PostgresError) -> Response {
        let name = state.withLock { state in
            state.lastStatementNumber += 1
            return "s\(state.lastStatementNumber)"
        }
        let statement = try await prepare(query, name: name, call)
        return try state.withLock { (state: inout State) throws(PostgresError) in
            // The request goes out under the same lock as the insertion, so that no other one can close the statement
            // in between; what falls out is closed by a later request.
            let evicted = state.cache.insert(statement, for: query.sql)
            defer { if let evicted { state.toClose.append(evicted.name) } }
            try checkFree(state)
            return try execute(statement, query, owning: owning, call, &state)
        }
    }

    /// Parses and describes a statement: one round trip.
    private func prepare(
        _ query: PostgresQuery, name: String, _ call: CallSite
    ) async throws(PostgresError) -> PreparedStatement {
        let request = try state.withLock { (state: inout State) throws(PostgresError) in
            try submit(&state) { (encoder: inout RequestEncoder) throws(WireError) in
                try encoder.parse(statement: name, sql: query.sql)
                try encoder.describe(statement: name)
            }
        }
        var parameterTypes: [PostgresType] = []
        var columns: [ColumnDescription]?
        var failure: PostgresError?
        events: while true {
            switch try await wire.nextEvent(for: request) {
            case .other(.parameterDescription(let types)): parameterTypes = types.map(PostgresType.init(rawValue:))
            case .other(.rowDescription(let description)): columns = description.columns
            case .other(.error(let report, _)): failure = PostgresError(server: report)
            case .other(.finished): break events
            default: continue
            }
        }
        if let failure { throw failure }
        return PreparedStatement(
            name: name, sql: query.sql, parameterTypes: parameterTypes,
            columns: PostgresColumns(columns ?? [], format: .binary), returnsRows: columns != nil)
    }

    private func execute(
        _ statement: PreparedStatement, _ query: PostgresQuery, owning: Bool, _ call: CallSite, _ state: inout State
    ) throws(PostgresError) -> Response {
        let count = statement.parameterTypes.count
        guard query.arguments.count == count else {
            throw PostgresError(
                .invalidQuery, "the query has \(count) parameters, but \(query.arguments.count) arguments were given",
                nothingWasSent: true)
        }
        let request = try submit(&state) { (encoder: inout RequestEncoder) throws(PostgresError) in
            do throws(RequestFailure<PostgresError>) {
                try encoder.bind(statement: statement.name) { (writer: inout ByteWriter) throws(PostgresError) in
                    try writer.writeParameters(query.arguments, as: statement.parameterTypes)
                }
            } catch {
                switch error {
                case .wire(let error): throw PostgresError(error)
                case .parameter(let error): throw error
                }
            }
            do throws(WireError) {
                try encoder.execute(columns: statement.returnsRows ? statement.columns.count : nil)
            } catch {
                throw PostgresError(error)
            }
        }
        if owning { state.owner = query.sql }
        return Response(wire: wire, request: request, columns: statement.columns, sql: query.sql, call: call)
    }

    /// Submits a request; statements that fell out of the cache are closed on the way.
    func submit<Failure: Error>(
        _ state: inout State, _ body: (inout RequestEncoder) throws(Failure) -> Void
    ) throws(PostgresError) -> RequestID {
        let names = state.toClose
        let request = try wire.submit { (encoder: inout RequestEncoder) throws(PostgresError) in
            do {
                for name in names { try encoder.close(statement: name) }
                try body(&encoder)
            } catch let error as PostgresError {
                throw error
            } catch let error as WireError {
                throw PostgresError(error)
            } catch {
                throw PostgresError(.invalidQuery, "\(error)", nothingWasSent: true)
            }
        }
        if !names.isEmpty { state.toClose.removeAll() }
        return request
    }

    /// Ends the ownership that `send(owning: true)` began.
    func release() { state.withLock { $0.owner = nil } }
}
