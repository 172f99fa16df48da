package import PostgresWire
internal import Synchronization

// How a query becomes a request, in each of the execution modes.
extension PostgresConnection {
    /// What came of an attempt to send a query.
    enum Attempt {
        case sent(RequestID, PreparedStatement?, ConnectionOwner?)
        /// The server has to be asked about the statement first.
        case unknownStatement
        /// A cancel request is under way, which could hit this query.
        case held
    }

    /// Tells an observer that a query begins.
    func observe(_ query: PostgresQuery, _ call: PostgresCall) -> ObservedOperation? {
        observation?.begin(
            .query, sql: query.sql, hasParameters: !query.arguments.isEmpty, file: call.file, line: call.line)
    }

    func observedDescription(
        of query: PostgresQuery, _ mode: PostgresExecutionMode, _ call: PostgresCall
    ) async throws(PostgresError) -> PreparedStatement {
        guard let observation else { return try await describe(query, mode, call) }
        return try await observation.observe(
            .prepare, sql: query.sql, hasParameters: !query.arguments.isEmpty, file: call.file, line: call.line
        ) { () throws(PostgresError) in try await describe(query, mode, call) }
    }

    /// Sends a query, if what is known of its statement allows it.
    ///
    /// - Parameters:
    ///   - description: what the server has just said about the statement.
    ///   - owning: whether the answer is to own the connection until it ends.
    func attempt(
        _ query: PostgresQuery, _ mode: PostgresExecutionMode, _ description: PreparedStatement?, owning: Bool,
        _ call: PostgresCall
    ) throws(PostgresError) -> Attempt {
        try state.withLock { (state: inout State) throws(PostgresError) in
            try checkFree(state, for: call.owner)
            let request: RequestID?
            var statement: PreparedStatement?
            switch mode {
            case .unnamed: request = try submitUnnamed(&state, query, call)
            case .simple: request = try submitSimple(&state, query, call)
            case .cachedStatement, .cachedDescription, .describedEachTime:
                let known = known(&state, query, mode, call)
                statement = known ?? description
                guard let statement else { return .unknownStatement }
                request = try submit(&state, query, statement, call)
                // Under the same lock, so that no other request can close the statement in between; what falls out,
                // and where nothing is kept that is the statement itself, is closed by a later request.
                // Where another task was quicker, its statement stays: others may be using it already.
                if request != nil, let description {
                    if known == nil {
                        keep(&state, description, mode)
                    } else if known !== description, !description.name.isEmpty {
                        state.toClose.append(description.name)
                    }
                }
            }
            guard let request else { return .held }
            state.statistics.queries += 1
            if statement != nil {
                if description == nil {
                    state.statistics.preparedHits += 1
                } else {
                    state.statistics.preparedMisses += 1
                }
            }
            let owner = owning ? state.owners.add(query.sql) : nil
            limit(request, call)
            return .sent(request, statement, owner)
        }
    }

    func known(
        _ state: inout State, _ query: PostgresQuery, _ mode: PostgresExecutionMode, _ call: PostgresCall
    ) -> PreparedStatement? {
        noteSearchPath(&state)
        if call.mode == nil, let statement = state.pinned.statement(for: query.sql) { return statement }
        switch mode {
        case .cachedStatement: return state.cache.statement(for: query.sql)
        case .cachedDescription: return state.descriptions.statement(for: query.sql)
        case .describedEachTime, .unnamed, .simple: return nil
        }
    }

    func keep(_ state: inout State, _ statement: PreparedStatement, _ mode: PostgresExecutionMode) {
        switch mode {
        case .cachedStatement:
            if let evicted = state.cache.insert(statement, for: statement.sql) { state.toClose.append(evicted.name) }
        case .cachedDescription: _ = state.descriptions.insert(statement, for: statement.sql)
        case .describedEachTime, .unnamed, .simple: break
        }
    }

    /// Submits a request as soon as no cancel request is in its way.
    func submitted(
        _ call: PostgresCall, _ submit: (inout State) throws(PostgresError) -> RequestID?
    ) async throws(PostgresError) -> RequestID {
        while true {
            try call.checkBeforeSending()
            let request = try state.withLock { (state: inout State) throws(PostgresError) in
                try checkFree(state, for: call.owner)
                return try submit(&state)
            }
            if let request {
                limit(request, call)
                return request
            }
            await wire.whenUnheld(call.deadline)
        }
    }

    /// Has a request interrupted when the call's time is up.
    private func limit(_ request: RequestID, _ call: PostgresCall) {
        guard let deadline = call.deadline else { return }
        let error = deadline.error
        deadline.begin { [wire] in wire.interrupt(request, because: error) }
    }

    // MARK: Owners

    /// Refuses a request while somebody else has the connection to itself.
    func checkFree(_ state: State, for owner: ConnectionOwner?) throws(PostgresError) {
        if let owner {
            if !state.owners.isOpen(owner) { throw .transactionEnded }
            if state.owners.isScope(owner), wire.transactionStatus == .idle { throw .transactionEndedInside }
        }
        guard let obstacle = state.owners.obstacle(for: owner) else { return }
        throw PostgresError(
            .connectionBusy, "the connection belongs to something else until that ends: \(obstacle.prefix(200))",
            nothingWasSent: true)
    }

    /// Gives the connection to somebody alone, until ``release(_:)``.
    ///
    /// - Parameter description: what `connectionBusy` names meanwhile.
    package func claim(_ description: String, for owner: ConnectionOwner? = nil) throws(PostgresError)
        -> ConnectionOwner
    {
        try state.withLock { (state: inout State) throws(PostgresError) in
            try checkFree(state, for: owner)
            return state.owners.add(description)
        }
    }

    /// Ends what ``claim(_:for:)``, or a query that owns the connection, began.
    package func release(_ owner: ConnectionOwner) {
        state.withLock { $0.owners.remove(owner) }
        tendListening()
    }

    // MARK: Asking about statements

    /// Parses and describes a statement: one round trip.
    ///
    /// Where it is not to be kept it has no name on the server.
    func describe(
        _ query: PostgresQuery, _ mode: PostgresExecutionMode, _ call: PostgresCall
    ) async throws(PostgresError) -> PreparedStatement {
        // Another client of a pooler may have left a statement of that name on the session; then the next name is tried.
        var attempts = 0
        while true {
            do throws(PostgresError) {
                return try await describeOnce(query, isNamed: mode == .cachedStatement, call)
            } catch {
                attempts += 1
                let isTaken = error.server?.sqlState == .duplicatePreparedStatement
                guard isTaken, attempts < 10, wire.transactionStatus == .idle else { throw error }
            }
        }
    }

    private func describeOnce(
        _ query: PostgresQuery, isNamed: Bool, _ call: PostgresCall
    ) async throws(PostgresError) -> PreparedStatement {
        let name = state.withLock { state in
            if isNamed { state.lastStatementNumber += 1 }
            return isNamed ? "s\(state.lastStatementNumber)" : ""
        }
        let request = try await submitted(call) { (state: inout State) throws(PostgresError) in
            try self.submit(&state) { (encoder: inout RequestEncoder) throws(WireError) in
                try encoder.parse(statement: name, sql: query.sql)
                try encoder.describe(statement: name)
            }
        }
        return try await description(of: query, name: name, from: request, call)
    }

    private func description(
        of query: PostgresQuery, name: String, from request: RequestID, _ call: PostgresCall
    ) async throws(PostgresError) -> PreparedStatement {
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
        try await loadTypes(parameterTypes, columns ?? [], call)
        return try PreparedStatement(
            name: name, sql: query.sql, parameterTypes: parameterTypes,
            columns: PostgresColumns(columns ?? [], format: call.resultFormat, types: types),
            returnsRows: columns != nil)
    }
}
