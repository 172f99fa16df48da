import Foundation
import PostgresFixtures
import PostgresPool
import Testing

@Suite(
    "Rows from a server, one by one",
    .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"), .timeLimit(.minutes(2)))
struct StreamLiveTests {
    typealias Installation = TemporaryServer.Installation

    @Test("views, copies and tuples agree", arguments: LiveServer.installations)
    func forms(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            let query: PostgresQuery = "SELECT i, 'row ' || i AS name FROM generate_series(1, \(1000)) AS i"
            var sum = 0
            var rows = try await connection.query(query)
            while let row = try await rows.next() {
                let (number, name) = try row.decode(Int.self, String.self)
                #expect(name == "row \(number)")
                #expect(try row.decode(String.self, named: "name") == name)
                sum += number
            }
            #expect(sum == 500_500)
            #expect(rows.commandTag?.rowsAffected == 1000)
            let owned = try await connection.query(query).collect()
            #expect(try owned.map { try $0.decode(Int.self, at: 0) } == Array(1...1000))
            var streamed: [Int] = []
            for try await (number, _) in try await connection.query(query).decode(Int.self, String.self) {
                streamed.append(number)
            }
            #expect(streamed == Array(1...1000))
        }
    }

    @Test(
        "rows that are being read make the connection busy, until they end or are dropped",
        arguments: LiveServer.installations)
    func busy(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            do {
                var rows = try await connection.query("SELECT generate_series(1, 100000)")
                _ = try await rows.next()
                let error = try await postgresError { try await connection.execute("SELECT 1") }
                #expect(error.code == .connectionBusy && error.nothingWasSent)
                #expect(error.message.contains("generate_series"))
            }
            #expect(try await connection.queryOne("SELECT 1", as: Int.self) == 1)
            for try await number in try await connection.query("SELECT generate_series(1, 100000)").decode(Int.self) {
                if number == 3 { break }
            }
            #expect(try await connection.queryOne("SELECT 2", as: Int.self) == 2)
            struct Stop: Error {}
            await #expect(throws: Stop.self) {
                for try await _ in try await connection.query("SELECT generate_series(1, 10)").decode(Int.self) {
                    throw Stop()
                }
            }
            #expect(try await connection.queryOne("SELECT 3", as: Int.self) == 3)
        }
    }

    @Test("an error after some rows comes after them", arguments: LiveServer.installations)
    func lateError(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            var seen: [Int] = []
            let error = try await postgresError {
                let query: PostgresQuery = "SELECT 12 / (4 - i) FROM generate_series(1, 5) AS i"
                for try await number in try await connection.query(query).decode(Int.self) { seen.append(number) }
            }
            #expect(seen == [4, 6, 12])
            #expect(error.server?.sqlState == .divisionByZero)
            #expect(try await connection.queryOne("SELECT 1", as: Int.self) == 1)
        }
    }

    @Test("a consumer that sleeps keeps the server waiting, not the rows in memory")
    func backPressure() async throws {
        let installation = try #require(LiveServer.installations.first)
        try await LiveServer.withConnection(installation) { connection in
            let before = Self.residentKilobytes()
            var count = 0
            let query: PostgresQuery = "SELECT i, repeat('x', 100) FROM generate_series(1, \(900_000)) AS i"
            for try await _ in try await connection.query(query).decode(Int.self, String.self) {
                count += 1
                if count % 90_000 == 0 { try await Task.sleep(for: .milliseconds(20)) }
            }
            #expect(count == 900_000)
            // The rows are 105 MB; other tests run meanwhile, so the bound is wide.
            #expect(Self.residentKilobytes() - before < 75_000)
        }
    }

    private static func residentKilobytes() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        return (status.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4
    }
}
