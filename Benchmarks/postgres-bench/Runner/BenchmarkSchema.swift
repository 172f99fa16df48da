/// The tables that some workloads read or fill, in a schema of their own that is dropped at the end.
enum BenchmarkSchema {
    static let name = "postgres_bench"

    /// Creates the schema and the tables that the workloads need.
    ///
    /// - Parameter rows: how many rows the table of `copy_out` is to have.
    static func create(for workloads: [Workload], rows: Int, on target: Target) async throws {
        guard workloads.contains(where: \.needsTables) else { return }
        let tables = workloads.flatMap { statements(for: $0, rows: rows) }
        do {
            try await Administration.execute(
                ["DROP SCHEMA IF EXISTS \(name) CASCADE", "CREATE SCHEMA \(name)"] + tables, on: target.url)
        } catch BenchmarkError.runFailed(let text) {
            throw BenchmarkError.schema(text)
        }
    }

    /// Drops the schema if it is there; a server that is gone is no reason to complain.
    static func drop(from target: Target) async {
        try? await Administration.execute(
            ["SET statement_timeout = '15s'", "DROP SCHEMA IF EXISTS \(name) CASCADE"], on: target.url)
    }

    private static func statements(for workload: Workload, rows: Int) -> [String] {
        switch workload {
        case .poolSelect:
            [
                """
                CREATE TABLE \(name).accounts(
                    aid int4 PRIMARY KEY, abalance int4 NOT NULL, filler char(84) NOT NULL DEFAULT '')
                """,
                "INSERT INTO \(name).accounts SELECT i, (i * 7919) % 10000 FROM generate_series(1, \(accounts)) i",
                "VACUUM ANALYZE \(name).accounts",
            ]
        case .arrays:
            [
                "CREATE TABLE \(name).arrays(a int4[])",
                """
                INSERT INTO \(name).arrays
                SELECT (SELECT array_agg(i) FROM generate_series(1, 100) s(i)) FROM generate_series(1, 100)
                """,
                "VACUUM ANALYZE \(name).arrays",
            ]
        case .largeObject:
            [
                // Not compressed, so that the server has little to do and the client's part is what shows.
                "CREATE TABLE \(name).blobs(b bytea)",
                "ALTER TABLE \(name).blobs ALTER b SET STORAGE EXTERNAL",
                """
                INSERT INTO \(name).blobs
                SELECT convert_to(repeat('a', \(blobSize)), 'UTF8') FROM generate_series(1, 100)
                """,
            ]
        case .copyIn: ["CREATE UNLOGGED TABLE \(name).copied\(CopiedRow.columns)"]
        case .copyOut:
            [
                "CREATE UNLOGGED TABLE \(name).copy_source\(CopiedRow.columns)",
                "INSERT INTO \(name).copy_source \(CopiedRow.query(rows: rows))",
                "VACUUM ANALYZE \(name).copy_source",
            ]
        case .batchInsert:
            ["CREATE UNLOGGED TABLE \(name).batches(a int4, b int4, c int4, d text, e float8, f int4, g text)"]
        default: []
        }
    }

    /// How many rows the table of `pool_select` has; its keys begin with 1.
    static let accounts: UInt32 = 100_000

    /// What the row of a key holds, to check answers with.
    static func balance(of key: UInt32) -> Int32 { Int32(UInt64(key) * 7919 % 10_000) }

    /// The size of the values of `large_object`.
    static let blobSize = 1 << 20
}
