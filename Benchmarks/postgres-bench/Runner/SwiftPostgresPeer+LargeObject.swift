import PostgresDriver
import PostgresWire

// Large values, looked at where they were received.
extension SwiftPostgresPeer {
    func largeObject() async throws -> Measurement {
        try await onConnection { connection, tally in
            while tally.goesOn {
                var rows = try await connection.query(PostgresQuery(unsafeSQL: Workload.largeObject.sql))
                var count = 0
                var bytes = 0
                while let row = try await rows.next() {
                    guard let value = try row.bytes(at: 0), Self.isBlob(value) else { throw BenchmarkError.wrongAnswer }
                    count += 1
                    bytes += value.byteCount
                }
                tally.finish(rows: count, bytes: bytes)
            }
        }
    }

    private static func isBlob(_ value: RawSpan) -> Bool {
        value.byteCount == BenchmarkSchema.blobSize && value.integer(at: 0, as: UInt8.self) == UInt8(ascii: "a")
            && value.integer(at: value.byteCount - 1, as: UInt8.self) == UInt8(ascii: "a")
    }
}
