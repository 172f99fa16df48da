import JobQueue
import PostgresFixtures
import PostgresPool

/// A recorded server whose table of jobs is new; `record` records the sessions in `Fixtures` again.
enum RecordedQueue {
    /// Lends one connection to it.
    static func withConnection(
        _ name: String, _ body: nonisolated(nonsending) (PostgresConnection) async throws -> Void
    ) async throws {
        try await withSession(name) { session in
            let connection = try await PostgresConnection.connect(session.configuration, dialer: session.dialer)
            defer { connection.close() }
            try await makeNew(in: connection)
            try await body(connection)
        }
    }

    /// Lends two connections to it.
    static func withConnections(
        _ name: String, _ body: nonisolated(nonsending) (PostgresConnection, PostgresConnection) async throws -> Void
    ) async throws {
        try await withSession(name) { session in
            let first = try await PostgresConnection.connect(session.configuration, dialer: session.dialer)
            defer { first.close() }
            let second = try await PostgresConnection.connect(session.configuration, dialer: session.dialer)
            defer { second.close() }
            try await makeNew(in: first)
            try await body(first, second)
        }
    }

    /// Lends a client of it: one connection for its queries, and one to listen.
    static func withClient(
        _ name: String, _ body: nonisolated(nonsending) (PostgresClient) async throws -> Void
    ) async throws {
        try await withSession(name) { session in
            var pool = PoolConfiguration()
            pool.maximumConnections = 1
            let client = try PostgresClient(session.configuration, pool: pool, dialer: session.dialer)
            try await client.run { db in
                try await makeNew(in: db)
                try await body(db)
            }
        }
    }

    private static func makeNew(in db: some PostgresDatabase) async throws {
        try await db.execute("DROP TABLE IF EXISTS jobs")
        try await JobQueue.install(in: db)
    }

    private static func withSession(
        _ name: String, _ body: nonisolated(nonsending) (FixtureSession) async throws -> Void
    ) async throws {
        let session = try FixtureSession("Fixtures/\(name).session")
        do {
            try await body(session)
        } catch {
            // Where the code no longer does what was recorded, that is the better news.
            try session.finish()
            throw error
        }
        try session.finish()
    }
}
