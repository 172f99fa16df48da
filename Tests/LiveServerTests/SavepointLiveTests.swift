import PostgresFixtures
import PostgresPool
import Testing

@Suite(
    "Savepoints", .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"),
    .timeLimit(.minutes(2)))
struct SavepointLiveTests {
    typealias Installation = TemporaryServer.Installation

    struct Refusal: Error {}

    @Test("HARD-CASES 121: after an error inside, the transaction goes on", arguments: LiveServer.installations)
    func afterError(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            try await connection.execute("CREATE TEMP TABLE points (n int PRIMARY KEY)")
            try await connection.transaction { tx in
                try await tx.execute("INSERT INTO points VALUES (1)")
                let duplicate = try await postgresError {
                    try await tx.savepoint { sp in
                        try await sp.execute("INSERT INTO points VALUES (2)")
                        try await sp.execute("INSERT INTO points VALUES (1)")
                    }
                }
                #expect(duplicate.server?.sqlState == .uniqueViolation && !tx.hasFailed)
                let value = try await tx.savepoint { sp in
                    try await sp.execute("INSERT INTO points VALUES (3)")
                    return "kept"
                }
                #expect(value == "kept")
            }
            #expect(try await connection.query("SELECT n FROM points ORDER BY n", as: Int.self) == [1, 3])
        }
    }

    @Test(
        "HARD-CASES 121: savepoints nest, also under one name, and each rolls back only itself",
        arguments: LiveServer.installations)
    func nestedNames(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            try await connection.execute("CREATE TEMP TABLE points (n int)")
            try await connection.transaction { tx in
                try await tx.savepoint("same \"name\"") { first in
                    try await first.execute("INSERT INTO points VALUES (1)")
                    await #expect(throws: Refusal.self) {
                        try await first.savepoint("same \"name\"") { second in
                            try await second.execute("INSERT INTO points VALUES (2)")
                            try await second.savepoint("same \"name\"") { third in
                                try await third.execute("INSERT INTO points VALUES (3)")
                            }
                            let busy = try await postgresError {
                                try await second.savepoint { _ in _ = try await first.execute("SELECT 1") }
                            }
                            #expect(busy.code == .connectionBusy && busy.message.contains("savepoint"))
                            throw Refusal()
                        }
                    }
                    try await first.execute("INSERT INTO points VALUES (4)")
                }
                try await tx.savepoint("same \"name\"") { try await $0.execute("INSERT INTO points VALUES (5)") }
            }
            #expect(try await connection.query("SELECT n FROM points ORDER BY n", as: Int.self) == [1, 4, 5])
        }
    }

    @Test("an error that the closure hides is told, and the transaction goes on", arguments: LiveServer.installations)
    func hiddenError(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            try await connection.transaction { tx in
                let error = try await postgresError {
                    try await tx.savepoint { sp in
                        _ = try? await sp.execute("SELECT 1/0")
                        #expect(sp.hasFailed)
                    }
                }
                #expect(error.code == .commitRolledBack)
                #expect(try await tx.queryOne("SELECT 1", as: Int.self) == 1)
            }
        }
    }

    @Test(
        "a savepoint that statements have removed fails its transaction, with both errors kept",
        arguments: LiveServer.installations)
    func removed(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            try await connection.execute("CREATE TEMP TABLE points (n int)")
            let ended = try await postgresError {
                try await connection.transaction { tx in
                    try await tx.execute("INSERT INTO points VALUES (1)")
                    let error = try await postgresError {
                        try await tx.savepoint("gone") { sp in
                            try await sp.execute("RELEASE SAVEPOINT gone")
                            throw Refusal()
                        }
                    }
                    #expect(error.code == .rollbackFailed && error.causes.count == 2 && error.causes.first is Refusal)
                    #expect(error.server?.sqlState == .invalidSavepointSpecification)
                }
            }
            #expect(ended.code == .commitRolledBack)
            #expect(try await connection.queryOne("SELECT count(*) FROM points", as: Int.self) == 0)
        }
    }

    @Test("a transaction that ends while a task still has a savepoint rolls back", arguments: LiveServer.installations)
    func leftOpen(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            let (opened, tellOpened) = AsyncStream.makeStream(of: Void.self)
            let (ended, tellEnded) = AsyncStream.makeStream(of: Void.self)
            var left: Task<Void, any Error>?
            let error = try await postgresError {
                try await connection.transaction { tx in
                    left = Task {
                        try await tx.savepoint { sp in
                            tellOpened.finish()
                            for await _ in ended {}
                            try await sp.execute("SELECT 1")
                        }
                    }
                    for await _ in opened {}
                }
            }
            #expect(error.code == .connectionBusy && error.message.contains("savepoint"))
            #expect(connection.failure == nil && connection.transactionStatus == .idle)
            tellEnded.finish()
            let late = try await postgresError { try await left?.value }
            #expect(late.code == .transactionEnded)
            #expect(try await connection.queryOne("SELECT 1", as: Int.self) == 1)
        }
    }
}
