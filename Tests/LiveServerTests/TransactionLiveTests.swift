import PostgresFixtures
import PostgresPool
import Testing

@Suite(
    "Transactions", .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"),
    .timeLimit(.minutes(2)))
struct TransactionLiveTests {
    typealias Installation = TemporaryServer.Installation

    struct Refusal: Error, Equatable { var reason = "because" }

    @Test("what a closure did is kept when it returns and gone when it throws", arguments: LiveServer.installations)
    func commitAndRollback(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            try await connection.execute("CREATE TEMP TABLE kept (n int)")
            let count = try await connection.transaction { tx in
                #expect(connection.transactionStatus == .inTransaction)
                try await tx.execute("INSERT INTO kept VALUES (1)")
                return try await tx.queryOne("SELECT count(*) FROM kept", as: Int.self)
            }
            #expect(count == 1 && connection.transactionStatus == .idle && connection.isReusable)
            await #expect(throws: Refusal(reason: "own error")) {
                try await connection.transaction { tx in
                    try await tx.execute("INSERT INTO kept VALUES (2)")
                    throw Refusal(reason: "own error")
                }
            }
            #expect(connection.transactionStatus == .idle && connection.isReusable)
            #expect(try await connection.query("SELECT n FROM kept", as: Int.self) == [1])
        }
    }

    @Test("a client lends one connection to a transaction and gets it back", arguments: LiveServer.installations)
    func client(_ installation: Installation) async throws {
        try await LiveServer.withClient(installation, connections: 1) { client in
            for number in 0..<5 {
                let pid = try await client.transaction { tx in
                    try await tx.execute("SELECT \(number)::int4")
                    return try await tx.queryOne("SELECT pg_backend_pid()", as: Int.self)
                }
                #expect(pid > 0)
                await #expect(throws: Refusal.self) { try await client.transaction { _ in throw Refusal() } }
            }
            #expect(client.statistics.newConnectionCount == 1 && client.statistics.acquired == 0)
        }
    }

    @Test(
        "HARD-CASES 122: isolation, access mode and deferrable are what was asked for",
        arguments: LiveServer.installations)
    func options(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            for isolation in TransactionIsolation.allCases {
                for access in TransactionAccess.allCases {
                    for deferrable in [true, false] {
                        try await connection.transaction(isolation: isolation, access: access, deferrable: deferrable) {
                            let (level, readOnly, waits) = try await $0.queryOne(
                                """
                                SELECT current_setting('transaction_isolation'),
                                    current_setting('transaction_read_only'),
                                    current_setting('transaction_deferrable')
                                """, as: String.self, String.self, String.self)
                            #expect(level == isolation.rawValue.lowercased())
                            #expect(readOnly == (access == .readOnly ? "on" : "off"))
                            #expect(waits == (deferrable ? "on" : "off"))
                        }
                    }
                }
            }
        }
    }

    @Test("HARD-CASES 122: a read-only transaction refuses to write", arguments: LiveServer.installations)
    func readOnly(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            let error = try await postgresError {
                try await connection.transaction(access: .readOnly) { tx in
                    _ = try await tx.execute("CREATE TABLE no (n int)")
                }
            }
            #expect(error.server?.sqlState == .readOnlySQLTransaction)
            #expect(connection.transactionStatus == .idle)
        }
    }

    @Test(
        "HARD-CASES 122: a deferrable serializable read-only transaction waits for writers to end, then cannot fail",
        arguments: LiveServer.installations)
    func deferrable(_ installation: Installation) async throws {
        try await LiveServer.withClient(installation, connections: 3) { client in
            let reading = try await client.transaction(isolation: .serializable) { writer in
                try await writer.execute("SELECT count(*) FROM pg_class")
                let reading = Task {
                    try await client.transaction(isolation: .serializable, access: .readOnly, deferrable: true) {
                        try await $0.queryOne("SELECT count(*) FROM pg_class", as: Int.self)
                    }
                }
                let waiting: PostgresQuery = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SafeSnapshot'"
                while try await client.queryOne(waiting, as: Int.self) == 0 {
                    try await Task.sleep(for: .milliseconds(10))
                }
                return reading
            }
            #expect(try await reading.value > 0)
        }
    }

    @Test(
        "while a transaction has the connection, requests beside it are refused and say where it began",
        arguments: LiveServer.installations)
    func ownership(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            try await connection.transaction { tx in
                for request in 0..<4 {
                    let error = try await postgresError {
                        switch request {
                        case 0: try await connection.execute("SELECT 1")
                        case 1: try await connection.simpleQuery("SELECT 1")
                        case 2: _ = try await connection.query("SELECT 1")
                        default: try await connection.transaction { _ in }
                        }
                    }
                    #expect(error.code == .connectionBusy && error.nothingWasSent)
                    #expect(error.message.contains("LiveServerTests/TransactionLiveTests.swift"))
                }
                #expect(!connection.isReusable)
                #expect(try await tx.queryOne("SELECT 1", as: Int.self) == 1)
            }
            #expect(try await connection.queryOne("SELECT 1", as: Int.self) == 1)
        }
    }

    @Test("a transaction that is over refuses to be used", arguments: LiveServer.installations)
    func usedAfterEnd(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            let committed = try await connection.transaction { $0 }
            var savepoint: PostgresTransaction?
            var rolledBack: PostgresTransaction?
            try? await connection.transaction { tx in
                rolledBack = tx
                savepoint = try await tx.savepoint { $0 }
                let error = try await postgresError { try await savepoint?.execute("SELECT 1") }
                #expect(error.code == .transactionEnded)
                throw Refusal()
            }
            for ended in [committed, try #require(rolledBack), try #require(savepoint)] {
                let error = try await postgresError { try await ended.execute("SELECT 1") }
                #expect(error.code == .transactionEnded && error.nothingWasSent)
                let nested = try await postgresError { try await ended.savepoint { _ in } }
                #expect(nested.code == .transactionEnded)
            }
            try await connection.transaction { tx in
                let error = try await postgresError { try await committed.execute("SELECT 1") }
                #expect(error.code == .transactionEnded)
                #expect(try await tx.queryOne("SELECT 1", as: Int.self) == 1)
            }
        }
    }

    @Test(
        "a statement that ends the transaction is found out before anything runs outside of it",
        arguments: LiveServer.installations, ["COMMIT", "ROLLBACK"])
    func endedInside(_ installation: Installation, _ end: String) async throws {
        try await LiveServer.withConnection(installation) { connection in
            try await connection.execute("CREATE TEMP TABLE outside (n int)")
            let early = try await postgresError {
                try await connection.transaction { tx in
                    try await tx.execute(PostgresQuery(unsafeSQL: end))
                    try await tx.execute("INSERT INTO outside VALUES (1)")
                }
            }
            #expect(early.code == .transactionEnded && early.sql == "INSERT INTO outside VALUES (1)")
            let atEnd = try await postgresError {
                try await connection.transaction { _ = try await $0.execute(PostgresQuery(unsafeSQL: end)) }
            }
            #expect(atEnd.code == .transactionEnded && atEnd.message.contains("COMMIT or ROLLBACK"))
            #expect(try await connection.queryOne("SELECT count(*) FROM outside", as: Int.self) == 0)
            #expect(connection.isReusable)
        }
    }

    @Test("a transaction that a statement began is not taken over", arguments: LiveServer.installations)
    func alreadyOpen(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            try await connection.execute("BEGIN")
            let error = try await postgresError { try await connection.transaction { _ in } }
            #expect(error.code == .connectionBusy && error.nothingWasSent)
            try await connection.execute("ROLLBACK")
            try await connection.transaction { _ in }
        }
    }

    @Test("tasks of a closure share its transaction", arguments: LiveServer.installations)
    func sharing(_ installation: Installation) async throws {
        try await LiveServer.withClient(installation, connections: 1) { client in
            let sum = try await client.transaction { tx in
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for number in 1...20 {
                        group.addTask { try await tx.queryOne("SELECT \(number)::int4", as: Int.self) }
                    }
                    return try await group.reduce(0, +)
                }
            }
            #expect(sum == 210)
        }
    }

    @Test("several statements at once belong to the transaction", arguments: LiveServer.installations)
    func simpleQuery(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            await #expect(throws: Refusal.self) {
                try await connection.transaction { tx in
                    let results = try await tx.simpleQuery("CREATE TABLE not_kept (n int); SELECT 1; SELECT 2")
                    #expect(results.count == 3)
                    throw Refusal()
                }
            }
            let isGone = try await connection.queryOne("SELECT to_regclass('not_kept') IS NULL", as: Bool.self)
            #expect(isGone)
        }
    }

    @Test("rows of a query inside a transaction are read one by one", arguments: LiveServer.installations)
    func rows(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            let sum = try await connection.transaction { tx in
                var sum = 0
                for try await number in try await tx.query("SELECT generate_series(1, 1000)").decode(Int.self) {
                    if sum == 0 {
                        let error = try await postgresError { try await tx.execute("SELECT 1") }
                        #expect(error.code == .connectionBusy)
                    }
                    sum += number
                }
                return sum
            }
            #expect(sum == 500_500)
            await #expect(throws: Refusal.self) {
                try await connection.transaction { tx in
                    for try await _ in try await tx.query("SELECT generate_series(1, 100000)").decode(Int.self) {
                        throw Refusal()
                    }
                }
            }
            #expect(connection.failure == nil && connection.transactionStatus == .idle)
        }
    }

    @Test("rows that a closure lets out close the connection, since nothing can be sent behind them")
    func rowsLetOut() async throws {
        try await LiveServer.withConnection(try #require(LiveServer.installations.first)) { connection in
            let error = try await postgresError {
                _ = try await connection.transaction { tx in
                    try await tx.query("SELECT generate_series(1, 10000000)").decode(Int.self)
                }
            }
            #expect(error.code == .rollbackFailed && error.message.contains("generate_series"))
            #expect(connection.failure != nil)
        }
    }

    @Test("a transaction inside another one is a savepoint, and takes no options", arguments: LiveServer.installations)
    func nested(_ installation: Installation) async throws {
        func insert(_ number: Int, fail: Bool, in db: some PostgresDatabase) async throws {
            try await db.transaction(retrying: .serializationFailures()) { tx in
                try await tx.execute("INSERT INTO nested VALUES (\(number))")
                if fail { throw Refusal() }
            }
        }
        try await LiveServer.withConnection(installation) { connection in
            try await connection.execute("CREATE TEMP TABLE nested (n int)")
            try await connection.transaction { tx in
                try await insert(1, fail: false, in: tx)
                await #expect(throws: Refusal.self) { try await insert(2, fail: true, in: tx) }
                let error = try await postgresError { try await tx.transaction(isolation: .serializable) { _ in } }
                #expect(error.code == .invalidQuery && error.message.contains("ISOLATION LEVEL SERIALIZABLE"))
                let prepare = try await postgresError { try await tx.prepareTransaction("x") { _ in } }
                #expect(prepare.code == .invalidQuery && prepare.message.contains("PREPARE TRANSACTION"))
            }
            try await insert(3, fail: false, in: connection)
            #expect(try await connection.query("SELECT n FROM nested ORDER BY n", as: Int.self) == [1, 3])
        }
    }
}
