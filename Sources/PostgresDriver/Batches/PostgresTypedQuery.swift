public import PostgresWire

/// A query that knows what its result is decoded to; see ``PostgresDatabase/pipeline(_:timeout:file:line:)``.
public struct PostgresTypedQuery<Output>: Sendable {
    let query: PostgresQuery
    let makeCollector: @Sendable () -> Collector

    /// Makes an output of the result as it comes.
    struct Collector {
        let add: (RowBatch, PostgresColumns) throws(PostgresError) -> Void
        let finish: (CommandTag) throws(PostgresError) -> Output
    }
}

/// Rows that are being collected.
private final class RowList<Row> {
    var rows: [Row] = []
}

extension PostgresQuery {
    /// The query with all its rows decoded: values where there is one column, else tuples.
    public func returning<each Value: PostgresDecodable & SendableMetatype>(
        _ type: repeat (each Value).Type
    ) -> PostgresTypedQuery<[(repeat each Value)]> {
        PostgresTypedQuery(query: self) {
            let list = RowList<(repeat each Value)>()
            return .init { (batch, columns) throws(PostgresError) in
                var batch = batch
                try batch.forEach(columns) { (row) throws(PostgresError) in
                    let values: (repeat each Value) = try row.decode(repeat (each Value).self)
                    list.rows.append(values)
                }
            } finish: { (_) throws(PostgresError) in
                list.rows
            }
        }
    }

    /// The query with its only row decoded: a value where there is one column, else a tuple.
    ///
    /// The pipeline throws `noRows` or `tooManyRows` where there is not exactly one.
    public func returningOne<each Value: PostgresDecodable & SendableMetatype>(
        _ type: repeat (each Value).Type
    ) -> PostgresTypedQuery<(repeat each Value)> {
        let all = returning(repeat (each Value).self)
        return PostgresTypedQuery(query: self) {
            let collector = all.makeCollector()
            return .init(add: collector.add) { (tag) throws(PostgresError) in
                let rows = try collector.finish(tag)
                guard rows.count == 1 else {
                    throw PostgresError(
                        rows.isEmpty ? .noRows : .tooManyRows, "exactly one row was expected, \(rows.count) came")
                }
                return rows[0]
            }
        }
    }

    /// The query as a command, with its tag as the result.
    public var returningTag: PostgresTypedQuery<CommandTag> {
        PostgresTypedQuery(query: self) {
            .init { (_, _) throws(PostgresError) in
            } finish: { (tag) throws(PostgresError) in
                tag
            }
        }
    }
}

extension PostgresDatabase {
    /// Runs several queries in one round trip, each with a result of its own type.
    ///
    ///     let (ids, total) = try await db.pipeline(
    ///         "INSERT INTO users (name) VALUES (\(name)) RETURNING id".returning(Int64.self),
    ///         "SELECT count(*) FROM users".returningOne(Int.self))
    ///
    /// The queries run in order and in one transaction. Texts that are new to the connection cost one more round trip.
    ///
    /// PostgreSQL: Message Flow, Pipelining.
    ///
    /// - Throws: ``PostgresError`` of the first query that failed; `batchIndex` says which. None has had any effect
    ///   then, unless its rows could not be decoded: then all have run.
    public func pipeline<each Output>(
        _ query: repeat PostgresTypedQuery<each Output>, timeout: Duration? = nil, file: String = #fileID,
        line: Int = #line
    ) async throws(PostgresError) -> (repeat each Output) {
        var batch = PostgresBatch()
        for query in repeat each query { batch.add(query.query) }
        let collectors = (repeat (each query).makeCollector())
        var add: [(RowBatch, PostgresColumns) throws(PostgresError) -> Void] = []
        for collector in repeat each collectors { add.append(collector.add) }
        let sent = batch
        let call = PostgresCall(timeout: timeout, file: file, line: line)
        let tags = try await withConnection(call: call) { (connection, call) throws(PostgresError) in
            var tags: [CommandTag] = []
            var failure: PostgresError?
            try await connection.run(sent, call) { (index, piece) throws(PostgresError) in
                if !piece.rows.isEmpty, failure == nil {
                    do throws(PostgresError) {
                        try add[index](piece.rows, piece.columns)
                    } catch {
                        failure = error.inBatch(index).during(sent.queries[index], call)
                    }
                }
                if piece.isOpen { return }
                switch piece.outcome {
                case .success(let tag): tags.append(tag)
                case .failure(let error): failure = failure ?? error
                case .skipped: break
                }
            }
            if let failure { throw failure }
            return tags
        }
        var index = -1
        return (repeat try Self.output(each collectors, tags, sent, call, &index))
    }

    private static func output<Output>(
        _ collector: PostgresTypedQuery<Output>.Collector, _ tags: [CommandTag], _ batch: PostgresBatch,
        _ call: PostgresCall, _ index: inout Int
    ) throws(PostgresError) -> Output {
        index += 1
        do throws(PostgresError) {
            return try collector.finish(index < tags.count ? tags[index] : CommandTag(""))
        } catch {
            throw error.inBatch(index).during(batch.queries[index], call)
        }
    }
}
