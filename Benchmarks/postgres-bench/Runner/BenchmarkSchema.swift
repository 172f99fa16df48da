/// The tables that some workloads read, in a schema of their own that is dropped at the end.
enum BenchmarkSchema {
    static let name = "postgres_bench"

    /// Creates the schema and its tables if one of the workloads needs them.
    static func create(for workloads: [Workload], on target: Target) async throws {
        guard workloads.contains(where: \.needsTables) else { return }
        do {
            try await Administration.execute(statements, on: target.url)
        } catch BenchmarkError.runFailed(let text) {
            throw BenchmarkError.schema(text)
        }
    }

    /// Drops the schema if it is there; a server that is gone is no reason to complain.
    static func drop(from target: Target) async {
        try? await Administration.execute(
            ["SET statement_timeout = '15s'", "DROP SCHEMA IF EXISTS \(name) CASCADE"], on: target.url)
    }

    private static let statements = [
        "DROP SCHEMA IF EXISTS \(name) CASCADE",
        "CREATE SCHEMA \(name)",
        """
        CREATE TABLE \(name).accounts(aid int4 PRIMARY KEY, abalance int4 NOT NULL, filler char(84) NOT NULL DEFAULT '')
        """,
        "INSERT INTO \(name).accounts SELECT i, (i * 7919) % 10000 FROM generate_series(1, \(accounts)) i",
        "CREATE TABLE \(name).arrays(a int4[])",
        """
        INSERT INTO \(name).arrays
        SELECT (SELECT array_agg(i) FROM generate_series(1, 100) s(i)) FROM generate_series(1, 100)
        """,
        "VACUUM ANALYZE \(name).accounts, \(name).arrays",
    ]

    /// How many rows the table of `pool_select` has; its keys begin with 1.
    static let accounts: UInt32 = 100_000

    /// What the row of a key holds, to check answers with.
    static func balance(of key: UInt32) -> Int32 { Int32(UInt64(key) * 7919 % 10_000) }
}
