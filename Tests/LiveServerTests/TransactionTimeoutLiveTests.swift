import PostgresFixtures
import PostgresPool
import Testing

@Suite(
    "The time of a transaction", .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"),
    .timeLimit(.minutes(2)))
struct TransactionTimeoutLiveTests {
    typealias Installation = TemporaryServer.Installation

    private struct Own: Error {}

    /// What the closure of a transaction does until its time is up.
    enum Doing: CaseIterable {
        case query, hiddenQuery, rows, copyIn, batch, savepoint, nothing, ownTimeout

        func run(in tx: PostgresTransaction) async throws {
            switch self {
            case .query: try await tx.execute("SELECT pg_sleep(600)")
            case .hiddenQuery: _ = try? await tx.execute("SELECT pg_sleep(600)")
            case .rows:
                var rows = try await tx.query("SELECT pg_sleep(0.01) FROM generate_series(1, 100000)")
                while try await rows.next() != nil {}
            case .copyIn:
                try await tx.copyIn(raw: "COPY kept FROM STDIN") { writer in
                    while true {
                        try await writer.write(String(repeating: "1\n", count: 50_000))
                        try await Task.sleep(for: .milliseconds(10))
                    }
                }
            case .batch: try await tx.execute(PostgresBatch(["SELECT 1", "SELECT pg_sleep(600)"]))
            case .savepoint:
                try await tx.savepoint { sp in _ = try await sp.execute("SELECT pg_sleep(600)", timeout: .seconds(600))
                }
            case .nothing: try await Task.sleep(for: .milliseconds(400))
            case .ownTimeout:
                try await tx.transaction(timeout: .seconds(600)) { inner in
                    _ = try await inner.execute("SELECT pg_sleep(600)")
                }
            }
        }
    }

    @Test(
        "when it is up, what runs inside stops, everything is rolled back, and the connection goes on",
        arguments: Doing.allCases, LiveServer.installations)
    func timeIsUp(_ doing: Doing, _ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            try await connection.execute("CREATE TEMPORARY TABLE kept (n int)")
            let begin = ContinuousClock.now
            let error = try await postgresError {
                try await connection.transaction(retrying: .serializationFailures(), timeout: .milliseconds(300)) {
                    tx in
                    try await tx.execute("INSERT INTO kept VALUES (1)")
                    try await doing.run(in: tx)
                }
            }
            #expect(error.code == .timedOut && error.message.contains("transaction"), "\(error)")
            #expect(error.file?.contains("TransactionTimeoutLiveTests") == true)
            let took = ContinuousClock.now - begin
            #expect(took >= .milliseconds(300) && took < .seconds(60))
            await connection.whenSettled()
            #expect(connection.isReusable)
            #expect(try await connection.queryOne("SELECT count(*) FROM kept", as: Int.self) == 0)
        }
    }

    @Test("what ends in time is committed, and a call inside may have less of it", arguments: LiveServer.installations)
    func inTime(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            try await connection.execute("CREATE TEMPORARY TABLE kept (n int)")
            try await connection.transaction(timeout: .seconds(100)) { tx in
                try await tx.execute("INSERT INTO kept VALUES (1)")
                let call = try await postgresError {
                    try await tx.savepoint { sp in
                        _ = try await sp.execute("SELECT pg_sleep(600)", timeout: .milliseconds(50))
                    }
                }
                #expect(call.code == .timedOut && call.message.contains("the call"))
                let savepoint = try await postgresError {
                    try await tx.savepoint(timeout: .milliseconds(50)) { sp in
                        try await sp.execute("INSERT INTO kept VALUES (2)")
                        _ = try await sp.execute("SELECT pg_sleep(600)")
                    }
                }
                #expect(savepoint.code == .timedOut && savepoint.message.contains("the savepoint"))
                let never = try await postgresError {
                    try await tx.savepoint(timeout: .zero) { _ in _ = Issue.record("it ran without any time") }
                }
                #expect(never.code == .timedOut && never.nothingWasSent)
                let inner = try await postgresError {
                    try await tx.transaction(timeout: .milliseconds(50)) { inner in
                        try await inner.execute("INSERT INTO kept VALUES (2)")
                        _ = try await inner.execute("SELECT pg_sleep(600)")
                    }
                }
                #expect(inner.code == .timedOut && inner.message.contains("the transaction"))
                try await tx.execute("INSERT INTO kept VALUES (3)")
            }
            #expect(try await connection.query("SELECT n FROM kept ORDER BY n", as: Int.self) == [1, 3])
            let forever = try await connection.transaction(timeout: .seconds(Int64.max)) { tx in
                try await tx.queryOne("SELECT 1", as: Int.self)
            }
            #expect(forever == 1)
            let never = try await postgresError {
                try await connection.transaction(timeout: .zero) { _ in _ = Issue.record("it ran without any time") }
            }
            #expect(never.code == .timedOut && never.nothingWasSent)
        }
    }

    @Test("waiting for a connection, and running again, are part of it")
    func waiting() async throws {
        try await LiveServer.withClient(try #require(LiveServer.installations.first), connections: 1) { client in
            try await client.withConnection { _ in
                let error = try await postgresError {
                    try await client.transaction(timeout: .milliseconds(50)) { _ in
                        _ = Issue.record("there was no connection")
                    }
                }
                #expect(error.code == .timedOut && error.nothingWasSent)
                let prepared = try await postgresError {
                    try await client.commitPrepared("nobody's", timeout: .milliseconds(50))
                }
                #expect(prepared.code == .timedOut && prepared.nothingWasSent)
            }
            let attempts = Counter()
            let retrying = TransactionRetrying.serializationFailures(
                attempts: 100_000, firstDelay: .milliseconds(20), longestDelay: .milliseconds(20))
            let error = try await postgresError {
                try await client.transaction(retrying: retrying, timeout: .seconds(4)) { tx in
                    attempts.increment()
                    _ = try await tx.execute("DO 'BEGIN RAISE serialization_failure; END'")
                }
            }
            #expect(error.isRetryableConflict || error.code == .timedOut)
            #expect(attempts.value > 1 && attempts.value < 1000)
            #expect(try await client.queryOne("SELECT 1", as: Int.self) == 1)
        }
    }

    @Test("a COMMIT that is on its way counts, unless it takes even longer", arguments: [true, false])
    func commit(_ isPatient: Bool) async throws {
        try await LiveServer.withConnection(
            try #require(LiveServer.installations.first),
            change: { $0.cancelTimeout = isPatient ? .seconds(60) : .milliseconds(100) }
        ) { connection in
            try await connection.simpleQuery(
                """
                CREATE TEMPORARY TABLE slow (n int);
                CREATE FUNCTION pg_temp.wait() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN PERFORM pg_sleep(NEW.n); RETURN NULL; END';
                CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW EXECUTE FUNCTION pg_temp.wait()
                """)
            let seconds = isPatient ? 9 : 600
            let result = await Task {
                try await connection.transaction(timeout: .seconds(7)) { tx in
                    _ = try await tx.execute("INSERT INTO slow VALUES (\(seconds))", mode: .simple)
                }
            }.result
            switch result {
            case .success: #expect(isPatient && connection.isReusable)
            case .failure(let error):
                #expect(!isPatient && (error as? PostgresError)?.code == .commitOutcomeUnknown, "\(error)")
                #expect(connection.failure?.code == .timedOut)
            }
        }
    }
}
