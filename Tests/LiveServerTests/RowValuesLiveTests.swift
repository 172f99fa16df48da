import PostgresFixtures
import PostgresPool
import Testing

/// Rows that are given to a closure, of a query and of a COPY.
@Suite("Rows given to a closure, on a server", .enabled(if: LiveServer.isPossible))
struct RowValuesLiveTests {
    typealias Installation = TemporaryServer.Installation

    private static let query: PostgresQuery =
        "SELECT i::int4, CASE WHEN i % 3 > 0 THEN 'text ' || i END, i * 0.5::float8 FROM generate_series(0, 9999) i"

    private enum Way: CaseIterable {
        case query
        case copy

        func forEach(
            _ query: PostgresQuery, on connection: PostgresConnection, _ body: (inout RowValues) throws -> Void
        ) async throws -> CommandTag? {
            switch self {
            case .query: try await connection.query(query).forEach(body)
            case .copy: try await connection.copyOut(query).forEach(body)
            }
        }
    }

    private struct Stop: Error {}

    private static func expectUsable(_ connection: PostgresConnection) async throws {
        let one = try await connection.queryOne("SELECT 1", as: Int.self, timeout: .seconds(30))
        #expect(one == 1)
    }

    @Test("every value comes in order", arguments: LiveServer.installations, Way.allCases)
    private func values(_ installation: Installation, _ way: Way) async throws {
        try await LiveServer.withConnection(installation) { connection in
            var count = 0
            let tag = try await way.forEach(Self.query, on: connection) { row in
                #expect(row.number == count)
                let id = try row.next(Int.self)
                #expect(id == count)
                let text: String? = count % 3 > 0 ? "text \(count)" : nil
                switch count % 4 {
                case 0:
                    let value = try row.next(String?.self)
                    #expect(value == text)
                case 1:
                    let length = try row.nextBytes()?.byteCount
                    #expect(length == text?.utf8.count)
                case 2: try row.skip()
                default:
                    let value = try row.view.decode(String?.self, at: 1)
                    #expect(value == text)
                    try row.skip()
                }
                let half = try row.next(Double.self)
                #expect(half == Double(count) / 2)
                count += 1
            }
            #expect(count == 10_000)
            #expect(tag?.rowsAffected == 10_000)
            #expect(connection.isReusable)
        }
    }

    @Test("a value of another type, and one behind the last, are errors", arguments: Way.allCases)
    private func wrong(_ way: Way) async throws {
        let installation = try #require(LiveServer.installations.first)
        try await LiveServer.withConnection(installation) { connection in
            let type = try await postgresError {
                _ = try await way.forEach(Self.query, on: connection) { row in _ = try row.next(Bool.self) }
            }
            #expect(type.code == .decodingFailed)
            #expect(type.message.contains("row 0, column 0 \"i\""))
            let null = try await postgresError {
                _ = try await way.forEach(Self.query, on: connection) { row in
                    try row.skip()
                    _ = try row.next(String.self)
                }
            }
            #expect(null.message.contains("NULL"))
            for attempt in 0..<2 {
                let behind = try await postgresError {
                    _ = try await way.forEach(Self.query, on: connection) { row in
                        for _ in 0..<3 { try row.skip() }
                        if attempt == 0 { _ = try row.next(Int.self) } else { _ = try row.nextBytes() }
                    }
                }
                #expect(behind.code == .decodingFailed)
                #expect(behind.message.contains("no column at position 3"))
            }
            try await Self.expectUsable(connection)
        }
    }

    @Test("what the closure throws ends the result, and the connection goes on", arguments: Way.allCases)
    private func stopped(_ way: Way) async throws {
        let installation = try #require(LiveServer.installations.first)
        try await LiveServer.withConnection(installation) { connection in
            for stop in [0, 1, 5000, 9999] {
                var last = -1
                await #expect(throws: Stop.self) {
                    _ = try await way.forEach(Self.query, on: connection) { row in
                        last = row.number
                        if row.number == stop { throw Stop() }
                    }
                }
                #expect(last == stop)
                try await Self.expectUsable(connection)
            }
        }
    }

    @Test("the server's error comes after the rows before it", arguments: Way.allCases)
    private func serverError(_ way: Way) async throws {
        let installation = try #require(LiveServer.installations.first)
        try await LiveServer.withConnection(installation) { connection in
            var count = 0
            let error = try await postgresError {
                _ = try await way.forEach(
                    "SELECT 1 / (20000 - i) FROM generate_series(1, 30000) i", on: connection
                ) { row in
                    try row.skip()
                    count += 1
                }
            }
            #expect(error.server?.sqlState == .divisionByZero)
            #expect(count > 0 && count < 20_000)
            try await Self.expectUsable(connection)
        }
    }

    @Test("a result without rows gives none", arguments: Way.allCases)
    private func none(_ way: Way) async throws {
        let installation = try #require(LiveServer.installations.first)
        try await LiveServer.withConnection(installation) { connection in
            let tag = try await way.forEach("SELECT 1 WHERE false", on: connection) { _ in Issue.record("a row") }
            #expect(tag?.rowsAffected == 0)
        }
    }
}
