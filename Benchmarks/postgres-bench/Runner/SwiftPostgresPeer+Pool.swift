import PostgresPool

// The workloads in which many tasks share a few connections.
extension SwiftPostgresPeer {
    func poolSelect() async throws -> Measurement {
        try await onPool { client, tally, keys in
            while tally.goesOn {
                let key = isFixed ? 1 : Int32(keys.next())
                let balance = try await client.queryOne(
                    "SELECT abalance FROM postgres_bench.accounts WHERE aid = \(key)", as: Int32.self)
                guard balance == BenchmarkSchema.balance(of: UInt32(key)) else { throw BenchmarkError.wrongAnswer }
                tally.finish(rows: 1)
            }
        }
    }

    func poolAcquire() async throws -> Measurement {
        try await onPool { client, tally, _ in
            while tally.goesOn {
                try await client.withConnection { connection in blackHole(connection) }
                tally.finish()
            }
        }
    }

    /// Runs the body in every task at once, each with its own tally and keys.
    private func onPool(
        _ body: @escaping @Sendable (PostgresClient, inout Tally, inout Keys) async throws -> Void
    ) async throws -> Measurement {
        var pool = PoolConfiguration()
        pool.maximumConnections = request.isRecording ? 1 : request.connections
        let client = try PostgresClient(configuration, pool: pool, dialer: dialer)
        return try await client.run { client in
            try await Measurement.take(request) { pass in
                try await withThrowingTaskGroup(of: Tally.self) { group in
                    for task in 0..<(request.isRecording ? 1 : request.tasks) {
                        group.addTask {
                            var tally = Tally(pass)
                            var keys = Keys(stream: UInt64(task))
                            try await body(client, &tally, &keys)
                            return tally
                        }
                    }
                    var sum = Tally(pass)
                    for try await tally in group { sum.merge(tally) }
                    return sum
                }
            }
        }
    }
}
