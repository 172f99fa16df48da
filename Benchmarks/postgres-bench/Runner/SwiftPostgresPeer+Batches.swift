import PostgresDriver
import PostgresWire

// Many queries in one round trip.
extension SwiftPostgresPeer {
    /// How many queries a batch has; a recording makes do with fewer.
    private var batchSize: Int { isFixed ? 50 : BatchValues.count }

    func batchInsert() async throws -> Measurement {
        let values = BatchValues()
        let administration = isFixed ? nil : try await PostgresConnection.connect(configuration, dialer: dialer)
        defer { administration?.close() }
        let measurement = try await onConnection { connection, tally in
            let insert = try await connection.prepare(Workload.batchInsert.sql)
            while tally.goesOn {
                tally.pause()
                _ = try await administration?.execute(PostgresQuery(unsafeSQL: request.workload.truncateSQL))
                tally.resume()
                var batch = PostgresBatch()
                for _ in 0..<batchSize {
                    batch.add(insert(values.a, values.b, values.c, values.d, values.e, values.f, values.g))
                }
                let tags = try await connection.execute(batch)
                guard tags.count == batchSize, tags.last?.rowsAffected == 1 else { throw BenchmarkError.wrongAnswer }
                tally.finish(operations: batchSize)
            }
        }
        if let administration {
            let check = try await administration.queryOne(
                PostgresQuery(unsafeSQL: BatchValues.check), as: String.self)
            guard check == BatchValues.expected else { throw BenchmarkError.wrongAnswer }
        }
        return measurement
    }

    func pipeline() async throws -> Measurement {
        try await onConnection { connection, tally in
            let select = try await connection.prepare(Workload.pipeline.sql)
            while tally.goesOn {
                var batch = PostgresBatch()
                for index in 0..<batchSize { batch.add(select(Int32(index))) }
                var next: Int32 = 0
                try await connection.query(batch) { result throws(PostgresError) in
                    if try result.rows.first?.decode(Int32.self, at: 0) == next { next += 1 }
                }
                guard next == Int32(batchSize) else { throw BenchmarkError.wrongAnswer }
                tally.finish(operations: batchSize)
            }
        }
    }
}

/// What the statements of `batch_insert` insert.
struct BatchValues: Sendable {
    let a: Int32 = 10
    let b: Int32 = 11
    let c: Int32 = 10
    let d = "TESTTESTTEST"
    let e = 10.333
    let f: Int32 = 12_341_234
    let g = "123412341234"

    /// How many statements a batch has.
    static let count = 1000

    /// Says what has arrived in the table, in one text.
    static let check = """
        SELECT concat_ws('/', count(*), sum(a), sum(b), sum(c), min(d), max(d), max(e), sum(f), max(g)) \
        FROM \(BenchmarkSchema.name).batches
        """

    /// What ``check`` must say.
    static let expected =
        "\(count)/\(count * 10)/\(count * 11)/\(count * 10)/TESTTESTTEST/TESTTESTTEST/10.333/\(count * 12_341_234)/"
        + "123412341234"
}
