public import PostgresWire
internal import Synchronization

/// A statement that the application prepared on one connection.
///
///     let insert = try await connection.prepare("INSERT INTO users (name) VALUES ($1) RETURNING id")
///     let id = try await connection.queryOne(insert("Ada"), as: Int64.self)
///
/// The connection's cache prepares every query by itself; this is for who wants to know the types beforehand, or a
/// statement that no other query pushes out.
///
/// PostgreSQL: PREPARE.
public struct PostgresStatement: Sendable {
    /// The SQL text.
    public let sql: String
    /// The types of the parameters, in order.
    public let parameterTypes: [PostgresType]
    /// The columns of its rows; none for a command that returns no rows.
    public let columns: PostgresColumns

    /// The statement with values for its parameters, to be run as any query on the connection that it was prepared on.
    @inlinable
    public func callAsFunction<each Argument: PostgresEncodable>(_ argument: repeat each Argument) -> PostgresQuery {
        var arguments: [any PostgresEncodable] = []
        arguments.reserveCapacity(parameterTypes.count)
        for argument in repeat each argument { arguments.append(argument) }
        return PostgresQuery(unsafeSQL: sql, arguments: arguments)
    }
}

extension PostgresConnection {
    /// Prepares a statement that stays on the connection until ``deallocate(_:)``; one round trip.
    ///
    /// Preparing the same text again gives the same statement at no cost.
    ///
    /// - Throws: ``PostgresError``, as where the text is wrong.
    public func prepare(
        _ sql: String, timeout: Duration? = nil, file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> PostgresStatement {
        let query = PostgresQuery(unsafeSQL: sql)
        let call = PostgresCall(timeout: timeout, file: file, line: line)
        defer { call.deadline?.end() }
        do throws(PostgresError) {
            if let statement = state.withLock({ $0.pinned.statement(for: sql) }) { return PostgresStatement(statement) }
            let statement = try await describe(query, .cachedStatement, call)
            let kept = state.withLock { state in
                if let other = state.pinned.statement(for: sql) {
                    state.toClose.append(statement.name)
                    return other
                }
                _ = state.pinned.insert(statement, for: sql)
                return statement
            }
            return PostgresStatement(kept)
        } catch {
            throw error.during(query, call)
        }
    }

    /// Lets go of a statement; the server is told with the next request, so it costs no round trip.
    public func deallocate(_ statement: PostgresStatement) {
        state.withLock { state in
            guard let pinned = state.pinned.remove(statement.sql, where: { _ in true }) else { return }
            state.toClose.append(pinned.name)
        }
    }
}

extension PostgresStatement {
    fileprivate init(_ statement: PreparedStatement) {
        self.init(sql: statement.sql, parameterTypes: statement.parameterTypes, columns: statement.columns)
    }
}
