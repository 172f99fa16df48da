import PostgresPool

/// A queue of jobs in a table.
///
/// Everything works on a client, a connection or a transaction: a job that is enqueued in a transaction exists if that
/// commits, and the workers are woken then.
public enum JobQueue {
    /// The channel that tells of new jobs.
    public static let channel = "jobs"

    /// Makes the table where there is none.
    public static func install(in db: some PostgresDatabase) async throws {
        try await db.execute(
            """
            CREATE TABLE IF NOT EXISTS jobs (
                id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                kind text NOT NULL,
                payload text NOT NULL,
                state text NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'done', 'dead')),
                attempts int NOT NULL DEFAULT 0,
                run_at timestamptz NOT NULL DEFAULT now(),
                last_error text
            )
            """)
        try await db.execute("CREATE INDEX IF NOT EXISTS jobs_ready ON jobs (run_at, id) WHERE state = 'ready'")
    }

    /// Adds a job and wakes the workers.
    ///
    /// - Parameter delay: how many seconds it waits at least.
    @discardableResult
    public static func enqueue(
        _ kind: String, _ payload: String, delay: Double = 0, in db: some PostgresDatabase
    ) async throws -> Int64 {
        try await db.transaction { tx in
            let id = try await tx.queryOne(
                """
                INSERT INTO jobs (kind, payload, run_at)
                VALUES (\(kind), \(payload), now() + make_interval(secs => \(delay))) RETURNING id
                """, as: Int64.self)
            try await tx.notify(channel, kind)
            return id
        }
    }

    /// Locks the job that is due for the longest time and that no other worker has; nil where there is none.
    static func claim(in tx: PostgresTransaction) async throws -> Job? {
        try await tx.queryOptional(
            """
            SELECT id, kind, payload, attempts FROM jobs WHERE state = 'ready' AND run_at <= now()
            ORDER BY run_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
            """, as: Job.self)
    }

    static func complete(_ job: Job, in tx: PostgresTransaction) async throws {
        try await tx.execute("UPDATE jobs SET state = 'done', attempts = attempts + 1 WHERE id = \(job.id)")
    }

    /// Notes a failure; the job is tried again after `delay` seconds, or never.
    static func fail(_ job: Job, _ reason: String, delay: Double?, in tx: PostgresTransaction) async throws {
        try await tx.execute(
            """
            UPDATE jobs SET attempts = attempts + 1, last_error = \(reason), state = \(delay == nil ? "dead" : "ready"),
                run_at = now() + make_interval(secs => \(delay ?? 0)) WHERE id = \(job.id)
            """)
    }

    /// How many jobs there are in each state.
    public static func counts(in db: some PostgresDatabase) async throws -> [String: Int] {
        let rows = try await db.query(
            "SELECT state, count(*) FROM jobs GROUP BY state", as: String.self, Int.self)
        return Dictionary(uniqueKeysWithValues: rows)
    }
}
