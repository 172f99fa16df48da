import Foundation
import PostgresFixtures
import PostgresPool
import Synchronization
import Testing

@Suite(
    "Queries on a server", .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"),
    .timeLimit(.minutes(2)))
struct QueryLiveTests {
    typealias Installation = TemporaryServer.Installation

    private func roundTrip<Value: PostgresCodable & Equatable>(
        _ connection: PostgresConnection, _ type: String, _ values: [Value]
    ) async throws {
        for value in values {
            let query: PostgresQuery = "SELECT \(value)::\(unsafeSQL: type)"
            let back = try await connection.queryOne(query, as: Value.self)
            #expect(back == value, "\(type)")
            let none = try await connection.queryOne("SELECT \(Value?.none)::\(unsafeSQL: type)", as: Value?.self)
            #expect(none == nil, "\(type)")
        }
    }

    @Test("values go there and come back", arguments: LiveServer.installations)
    func roundTrips(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            try await roundTrip(connection, "bool", [true, false])
            try await roundTrip(connection, "int2", [Int16.min, 0, .max])
            try await roundTrip(connection, "int4", [Int32.min, 0, .max])
            try await roundTrip(connection, "int8", [Int64.min, 0, .max])
            try await roundTrip(connection, "int8", [Int.min, 0, .max])
            try await roundTrip(connection, "oid", [UInt32.min, .max])
            try await roundTrip(connection, "float4", [Float.zero, -1.5, .infinity, .leastNonzeroMagnitude])
            try await roundTrip(connection, "float8", [Double.zero, -1.5, -.infinity, .greatestFiniteMagnitude])
            try await roundTrip(connection, "text", ["", "fifteen bytes..", "more than fifteen bytes", "\u{1F418} é"])
            try await roundTrip(connection, "bytea", [Data(), Data([0, 1, 255])])
            try await roundTrip(connection, "bytea", [PostgresBytes([0, 1, 255])])
            try await roundTrip(connection, "uuid", [UUID()])
            try await roundTrip(
                connection, "timestamptz",
                [Date(timeIntervalSinceReferenceDate: 0.25), Date(timeIntervalSince1970: -1)])
            try await roundTrip(connection, "jsonb", [PostgresJSON(["a": [1, 2]])])
            try await roundTrip(connection, "json", [PostgresJSON(["a": [1, 2]])])
            try await roundTrip(connection, "int4[]", [[Int32](), [1, 2, 3]])
            try await roundTrip(connection, "text[]", [["a", nil, "c,\"d"]] as [[String?]])
        }
    }

    @Test("a syntax error has a position, and the connection goes on", arguments: LiveServer.installations)
    func syntaxError(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            let error = try await postgresError { try await connection.execute("SELECT 1 FRM nowhere") }
            #expect(error.code == .server)
            #expect(error.server?.sqlState == .syntaxError)
            #expect(error.server?.position == 14)
            #expect(error.sql == "SELECT 1 FRM nowhere")
            #expect(error.file?.contains("QueryLiveTests.swift") == true)
            #expect(try await connection.queryOne("SELECT 1", as: Int.self) == 1)
        }
    }

    @Test("a unique violation names its constraint, and shows no value", arguments: LiveServer.installations)
    func uniqueViolation(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            try await connection.execute("CREATE TEMPORARY TABLE t (a text CONSTRAINT only_once UNIQUE)")
            #expect(try await connection.execute("INSERT INTO t VALUES (\("classified"))").rowsAffected == 1)
            let error = try await postgresError {
                try await connection.execute("INSERT INTO t VALUES (\("classified"))")
            }
            #expect(error.server?.sqlState == .uniqueViolation)
            #expect(error.server?.constraintName == "only_once")
            #expect(error.description.contains("only_once") && !error.description.contains("classified"))
        }
    }

    @Test("values that do not fit say row, column and types", arguments: LiveServer.installations)
    func decodingErrors(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            let null = try await postgresError {
                _ = try await connection.query("SELECT nullif(i, 2) AS n FROM generate_series(1, 3) i", as: Int.self)
            }
            #expect(null.code == .decodingFailed)
            #expect(null.message.contains("row 1, column 0 \"n\" (int4)") && null.message.contains("Int?"))
            let few = try await postgresError { _ = try await connection.query("SELECT 1", as: Int.self, String.self) }
            #expect(few.message.contains("1 columns") && few.message.contains("2 types"))
            let narrow = try await postgresError { _ = try await connection.queryOne("SELECT 70000", as: Int16.self) }
            #expect(narrow.message.contains("int4") && narrow.message.contains("Int16"))
            #expect(try await connection.queryOne("SELECT 1", as: Int.self) == 1)
        }
    }

    struct Person: Decodable, Equatable {
        struct Address: Decodable, Equatable {
            var city: String
        }
        var id: Int
        var name: String?
        var missing: Int?
        var address: Address
        var tags: [String]
    }

    @Test("rows become Decodable values by column name", arguments: LiveServer.installations)
    func decodable(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            let people = try await connection.query(
                "SELECT '{a,b}'::text[] tags, 7 AS id, NULL::text AS name, '{\"city\": \"Linz\"}'::jsonb AS address",
                as: Person.self)
            #expect(people == [Person(id: 7, name: nil, missing: nil, address: .init(city: "Linz"), tags: ["a", "b"])])
            let error = try await postgresError { _ = try await connection.query("SELECT 1 AS id", as: Person.self) }
            #expect(error.message.contains("address"))
        }
    }

    @Test("more statements than the cache holds", arguments: LiveServer.installations)
    func eviction(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) {
            $0.statementCacheCapacity = 2
        } _: { connection in
            for round in 0..<3 {
                for number in 0..<5 {
                    let query = PostgresQuery(unsafeSQL: "SELECT \(number) + $1::int4", arguments: [round])
                    #expect(try await connection.queryOne(query, as: Int.self) == number + round)
                }
            }
            try await connection.execute("BEGIN")
            _ = try await postgresError { try await connection.execute("SELECT 1/0") }
            // In a failed transaction statements are still closed, and ROLLBACK still prepares.
            _ = try await postgresError { try await connection.execute("SELECT 'refused'") }
            try await connection.execute("ROLLBACK")
            let count = try await connection.queryOne("SELECT count(*) FROM pg_prepared_statements", as: Int.self)
            #expect(count <= 4)
        }
    }

    @Test("COPY by the wrong method is refused and the connection goes on", arguments: LiveServer.installations)
    func copyRefused(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            try await connection.execute("CREATE TEMPORARY TABLE t (a int)")
            for sql in ["COPY t FROM STDIN", "COPY (SELECT generate_series(1, 10000)) TO STDOUT"] {
                let error = try await postgresError { try await connection.execute(PostgresQuery(unsafeSQL: sql)) }
                #expect(error.code == .copyNotExpected)
                let simple = try await postgresError { try await connection.simpleQuery(sql) }
                #expect(simple.code == .copyNotExpected)
            }
            #expect(try await connection.queryOne("SELECT count(*) FROM t", as: Int.self) == 0)
        }
    }

    @Test("tasks that share a connection do not disturb each other", arguments: LiveServer.installations)
    func sharing(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<50 {
                    group.addTask {
                        for number in 0..<20 {
                            if task % 10 == 3 {
                                let error = try await postgresError {
                                    _ = try await connection.queryOne("SELECT 1 / \(0)::int4", as: Int.self)
                                }
                                #expect(error.server?.sqlState == .divisionByZero)
                            } else {
                                let sum = try await connection.queryOne(
                                    "SELECT \(task)::int4 + \(number)::int4", as: Int.self)
                                #expect(sum == task + number)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(connection.isReusable)
        }
    }

    @Test("notices reach their handler", arguments: LiveServer.installations)
    func notices(_ installation: Installation) async throws {
        let notices = Mutex<[String]>([])
        let configuration = LiveServer.configuration(try await LiveServer.server(installation))
        let connection = try await PostgresConnection.connect(configuration) { notice in
            notices.withLock { $0.append(notice.message) }
        }
        try await connection.simpleQuery("DO $$ BEGIN RAISE NOTICE 'one'; RAISE WARNING 'two'; END $$")
        #expect(notices.withLock { $0 } == ["one", "two"])
        connection.close()
    }

    @Test("the end of an idle connection is noticed", arguments: LiveServer.installations)
    func terminated(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { victim in
            let process = try await victim.queryOne("SELECT pg_backend_pid()", as: Int.self)
            try await LiveServer.withConnection(installation) { other in
                _ = try await other.queryOne("SELECT pg_terminate_backend(\(process))", as: Bool.self)
            }
            for _ in 0..<500 where victim.failure == nil { try await Task.sleep(for: .milliseconds(10)) }
            #expect(victim.failure?.server?.sqlState == .adminShutdown)
            let error = try await postgresError { try await victim.execute("SELECT 1") }
            #expect(error.nothingWasSent && error.message.contains("terminating connection"))
        }
    }

    @Test("a cancelled task stops waiting, and its connection is used again", arguments: LiveServer.installations)
    func cancelled(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            let task = Task { try await connection.execute("SELECT pg_sleep(600)") }
            try await Task.sleep(for: .milliseconds(100))
            task.cancel()
            let error = try await postgresError { _ = try await task.value }
            #expect(error.code == .cancelled)
            #expect(try await connection.queryOne("SELECT 1", as: Int.self) == 1)
            #expect(connection.isReusable)
        }
    }
}
