import Foundation
import PostgresFixtures
import PostgresPool
import Testing

@Suite("Batches and pipelines on a server", .enabled(if: LiveServer.isPossible))
struct BatchLiveTests {
    typealias Installation = TemporaryServer.Installation
    static let modes: [PostgresExecutionMode] = [.cachedStatement, .cachedDescription, .describedEachTime, .unnamed]

    private func withTable<Result>(
        _ installation: Installation,
        _ body: nonisolated(nonsending) (PostgresConnection) async throws -> Result
    ) async throws -> Result {
        try await LiveServer.withConnection(installation) { connection in
            try await connection.simpleQuery("CREATE TEMPORARY TABLE batched (id int PRIMARY KEY, name text)")
            return try await body(connection)
        }
    }

    @Test("thousands of queries run in order, in every mode", arguments: LiveServer.installations, modes)
    func many(_ installation: Installation, _ mode: PostgresExecutionMode) async throws {
        try await withTable(installation) { connection in
            var batch = PostgresBatch()
            for id in 0..<3000 { batch.add("INSERT INTO batched VALUES (\(id), \("name \(id)"))") }
            batch.add("UPDATE batched SET name = 'x' WHERE id < \(10)")
            let tags = try await connection.execute(batch, mode: mode)
            #expect(tags.count == 3001)
            #expect(tags.dropLast().allSatisfy { $0.rowsAffected == 1 } && tags.last?.rowsAffected == 10)
            #expect(try await connection.queryOne("SELECT count(*) FROM batched", as: Int.self) == 3000)
            #expect(connection.isReusable)
        }
    }

    @Test("results that are kept stay as they were, others are handed out in the same room")
    func kept() async throws {
        guard let installation = LiveServer.installations.first else { return }
        try await LiveServer.withConnection(installation) { connection in
            var batch = PostgresBatch()
            for number in 0..<300 {
                batch.add("SELECT \(number)::int4, n FROM generate_series(1, \(number % 4)::int4) n")
            }
            var kept: [PostgresBatchResult] = []
            try await connection.query(batch) { result in
                if result.index % 3 != 1 { kept.append(result) }
            }
            for result in kept {
                #expect(result.rows.count == result.index % 4)
                for (position, row) in result.rows.enumerated() {
                    #expect(try row.decode(Int32.self, Int32.self) == (Int32(result.index), Int32(position + 1)))
                    #expect(try row.decode(Int32.self, at: 1) == Int32(position + 1) && row.number == position)
                }
            }
            #expect(kept.count == 200)
        }
    }

    @Test("results differ in type and come from one round trip", arguments: LiveServer.installations)
    func typed(_ installation: Installation) async throws {
        try await withTable(installation) { connection in
            let insert: PostgresQuery = "INSERT INTO batched VALUES (\(1), 'a'), (\(2), NULL) RETURNING id, name"
            let (rows, count, tag) = try await connection.pipeline(
                insert.returning(Int.self, String?.self),
                ("SELECT count(*) FROM batched" as PostgresQuery).returningOne(Int.self),
                ("DELETE FROM batched" as PostgresQuery).returningTag)
            #expect(rows.map(\.0) == [1, 2] && rows.map(\.1) == ["a", nil])
            #expect(count == 2 && tag.rowsAffected == 2)
            let error = try await postgresError {
                _ = try await connection.pipeline(
                    ("SELECT 1" as PostgresQuery).returningOne(Int.self),
                    ("SELECT 1 WHERE false" as PostgresQuery).returningOne(Int.self))
            }
            #expect(error.code == .noRows && error.batchIndex == 1)
        }
    }

    @Test("an error in the middle says where, undoes its part, and leaves the other parts alone", arguments: modes)
    func errorInTheMiddle(_ mode: PostgresExecutionMode) async throws {
        let installation = try #require(LiveServer.installations.first)
        try await withTable(installation) { connection in
            var batch = PostgresBatch()
            batch.add("INSERT INTO batched VALUES (\(1))")
            batch.addSyncPoint()
            for id in [2, 1, 3] { batch.add("INSERT INTO batched VALUES (\(id))") }
            batch.addSyncPoint()
            batch.add("INSERT INTO batched VALUES (\(4))")
            var outcomes: [String] = []
            try await connection.query(batch, mode: mode) { result in
                switch result.outcome {
                case .success: outcomes.append("success")
                case .skipped: outcomes.append("skipped")
                case .failure(let error):
                    outcomes.append(error.server?.constraintName ?? "")
                    #expect(error.batchIndex == 2 && error.sql?.contains("INSERT") == true)
                }
            }
            #expect(outcomes == ["success", "success", "batched_pkey", "skipped", "success"])
            let ids = try await connection.query("SELECT id FROM batched ORDER BY id", as: Int.self)
            #expect(ids == [1, 4])
            let error = try await postgresError { try await connection.execute(batch, mode: mode) }
            #expect(error.batchIndex == 0 && error.server?.sqlState == .uniqueViolation)
            #expect(connection.isReusable)
        }
    }

    @Test("a text that the server cannot parse is an error with its place, and nothing has run")
    func syntaxError() async throws {
        let installation = try #require(LiveServer.installations.first)
        try await withTable(installation) { connection in
            let batch = PostgresBatch(["INSERT INTO batched VALUES (1)", "SELEKT", "SELECT 1"])
            let error = try await postgresError { try await connection.execute(batch) }
            #expect(error.batchIndex == 1 && error.server?.sqlState == .syntaxError && error.sql == "SELEKT")
            #expect(try await connection.queryOne("SELECT count(*) FROM batched", as: Int.self) == 0)
        }
    }

    @Test("50 MB each way do not block", arguments: LiveServer.installations)
    func largeBothWays(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            let text = String(repeating: "x", count: 1 << 20)
            var batch = PostgresBatch()
            for index in 0..<50 { batch.add("SELECT \(text)::text || \(index)::int4") }
            var received = 0
            try await connection.query(batch) { result in
                #expect(result.rows.count == 1)
                received += (try? result.rows.first?.decode(String.self, at: 0).utf8.count) ?? 0
            }
            #expect(received > 50 << 20)
            #expect(connection.isReusable)
        }
    }

    @Test("a consumer that has enough stops the batch, and the connection is used again")
    func stopped() async throws {
        let installation = try #require(LiveServer.installations.first)
        try await withTable(installation) { connection in
            var batch = PostgresBatch()
            for id in 0..<2000 { batch.add("INSERT INTO batched VALUES (\(id))") }
            let stop = PostgresError(.invalidQuery, "enough")
            let error = try await postgresError {
                try await connection.query(batch) { result throws(PostgresError) in
                    if result.index == 3 { throw stop }
                }
            }
            #expect(error.message == "enough")
            #expect(try await connection.queryOne("SELECT 1", as: Int.self) == 1)
        }
    }

    @Test("a batch in a transaction is part of it")
    func inTransaction() async throws {
        let installation = try #require(LiveServer.installations.first)
        try await withTable(installation) { connection in
            try await connection.execute("BEGIN")
            var batch = PostgresBatch()
            batch.add("INSERT INTO batched VALUES (1)")
            batch.addSyncPoint()
            batch.add("INSERT INTO batched VALUES (1)")
            _ = try await postgresError { try await connection.execute(batch) }
            #expect(connection.transactionStatus == .failed)
            try await connection.execute("ROLLBACK")
            #expect(connection.transactionStatus == .idle)
            #expect(try await connection.queryOne("SELECT count(*) FROM batched", as: Int.self) == 0)
        }
    }

    @Test("COPY, and the simple protocol, are refused before anything is sent")
    func refused() async throws {
        let installation = try #require(LiveServer.installations.first)
        try await withTable(installation) { connection in
            let copy = try await postgresError {
                try await connection.execute(PostgresBatch(["SELECT 1", " copy batched FROM STDIN"]))
            }
            #expect(copy.batchIndex == 1 && copy.nothingWasSent)
            let simple = try await postgresError {
                try await connection.execute(PostgresBatch(["SELECT 1"]), mode: .simple)
            }
            #expect(simple.nothingWasSent)
            #expect(try await connection.execute(PostgresBatch()) == [])
        }
    }

    @Test("more texts than the cache holds run all the same")
    func smallCache() async throws {
        let installation = try #require(LiveServer.installations.first)
        for capacity in [0, 1, 2] {
            try await LiveServer.withConnection(installation) {
                $0.statementCacheCapacity = capacity
            } _: { connection in
                var batch = PostgresBatch()
                for index in 0..<20 { batch.add("SELECT \(unsafeSQL: "\(index % 5)") + \(index)::int4") }
                for _ in 0..<3 {
                    let tags = try await connection.execute(batch)
                    #expect(tags.count == 20)
                }
                let kept = try await connection.queryOne("SELECT count(*) FROM pg_prepared_statements", as: Int.self)
                #expect(kept <= 7)
            }
        }
    }

    @Test("a statement that cannot run in a transaction fails in a batch and works alone")
    func notInTransaction() async throws {
        let installation = try #require(LiveServer.installations.first)
        try await withTable(installation) { connection in
            let error = try await postgresError {
                try await connection.execute(PostgresBatch(["SELECT 1", "VACUUM"]))
            }
            #expect(error.batchIndex == 1 && error.server?.sqlState == .activeSQLTransaction)
            #expect(try await connection.execute(PostgresBatch(["VACUUM pg_class"])).count == 1)
        }
    }

    @Test(
        "tasks that share a connection get their own results, and their own errors", arguments: LiveServer.installations
    )
    func shared(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<32 {
                    group.addTask {
                        for round in 0..<20 {
                            let number = task * 1000 + round
                            if task % 4 == 3 {
                                let error = try await postgresError {
                                    try await connection.execute("SELECT 1 / (\(number)::int4 - \(number)::int4)")
                                }
                                #expect(error.server?.sqlState == .divisionByZero)
                            } else {
                                #expect(try await connection.queryOne("SELECT \(number)::int4", as: Int.self) == number)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(connection.isReusable)
        }
    }
}
