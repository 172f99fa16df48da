import Foundation
import PostgresDriver

// COPY in both directions, as native values.
extension SwiftPostgresPeer {
    func copyIn() async throws -> Measurement {
        let rows = CopiedRow.all(isFixed ? CopiedRow.recorded : request.rows)
        let administration = isFixed ? nil : try await PostgresConnection.connect(configuration, dialer: dialer)
        defer { administration?.close() }
        let measurement = try await onConnection { connection, tally in
            while tally.goesOn {
                tally.pause()
                _ = try await administration?.execute(PostgresQuery(unsafeSQL: request.workload.truncateSQL))
                tally.resume()
                let count = try await connection.copyIn(
                    "copied", schema: BenchmarkSchema.name, columns: ["id", "big", "txt", "f", "ts"]
                ) { writer in
                    for row in rows { try await writer.write(row.id, row.big, row.text, row.number, row.time) }
                }
                guard count == rows.count else { throw BenchmarkError.wrongAnswer }
                tally.finish(operations: count, rows: count)
            }
        }
        if let administration {
            let check = try await administration.queryOne(PostgresQuery(unsafeSQL: CopiedRow.check), as: String.self)
            guard check == CopiedRow.expected(rows: rows.count) else { throw BenchmarkError.wrongAnswer }
        }
        return measurement
    }

    func copyOut() async throws -> Measurement {
        let wanted = isFixed ? CopiedRow.recorded : request.rows
        return try await onConnection { connection, tally in
            while tally.goesOn {
                var sum = CopiedSum()
                // Like the program of libpq, it looks at the text where it was received.
                try await connection.copyOut(
                    "SELECT id, big, txt, f, ts FROM \(unsafeSQL: BenchmarkSchema.name).copy_source"
                ).forEach { row in
                    sum.count += 1
                    sum.ids &+= Int(try row.next(Int32.self))
                    sum.bigs &+= Int(try row.next(Int64.self))
                    sum.lengths &+= try row.nextBytes()?.byteCount ?? 0
                    sum.numbers += try row.next(Double.self)
                    sum.times += try row.next(Date.self).timeIntervalSince1970
                }
                guard sum.isOf(rows: wanted) else { throw BenchmarkError.wrongAnswer }
                tally.finish(operations: sum.count, rows: sum.count)
            }
        }
    }
}
