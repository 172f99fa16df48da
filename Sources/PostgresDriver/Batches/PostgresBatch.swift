public import PostgresWire

/// Queries that are sent together, without waiting for the answer to one before sending the next.
///
///     var batch = PostgresBatch()
///     for user in users { batch.add("INSERT INTO users (name) VALUES (\(user.name))") }
///     try await db.execute(batch)
///
/// All queries of a batch run in one transaction, unless it contains sync points: each part between two of them is a
/// transaction of its own, and a query that fails takes only its own part with it. (Inside of a transaction that was
/// begun before, everything is part of that.)
///
/// PostgreSQL: Message Flow, Pipelining.
public struct PostgresBatch: Sendable {
    /// The queries in order.
    public private(set) var queries: [PostgresQuery] = []
    /// How many queries stand in front of each sync point.
    private(set) var syncPoints: [Int] = []

    /// An empty batch.
    public init() {}

    /// A batch of some queries.
    public init(_ queries: some Sequence<PostgresQuery>) { self.queries = Array(queries) }

    /// How many queries there are.
    public var count: Int { queries.count }

    /// Adds a query.
    public mutating func add(_ query: consuming PostgresQuery) { queries.append(query) }

    /// Ends the transaction of the queries so far; what follows is independent of it.
    public mutating func addSyncPoint() {
        if queries.count > (syncPoints.last ?? 0) { syncPoints.append(queries.count) }
    }

    /// The parts between the sync points.
    var parts: [Range<Int>] {
        var parts: [Range<Int>] = []
        var start = 0
        for end in syncPoints + [queries.count] where end > start {
            parts.append(start..<end)
            start = end
        }
        return parts
    }
}

/// What became of one query of a batch.
public struct PostgresBatchResult: Sendable {
    /// How a query of a batch can end.
    public enum Outcome: Sendable {
        /// It ran to its end.
        case success(CommandTag)
        /// It failed, and took the other queries of its part with it.
        case failure(PostgresError)
        /// It did not run, because a query in front of it in its part failed.
        case skipped
    }

    /// The number of the query in the batch, from 0.
    public let index: Int
    /// The columns of its rows; none for a command that returns no rows.
    public let columns: PostgresColumns
    /// Its rows.
    public let rows: [PostgresRow]
    /// How it ended.
    public let outcome: Outcome
}
