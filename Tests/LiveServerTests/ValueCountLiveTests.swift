import PostgresFixtures
import PostgresPool
import Testing

/// Rows and statements of up to eight values have functions of their own; nine go through the one for any number.
@Suite("one to nine values at a time, on a server", .enabled(if: LiveServer.isPossible))
struct ValueCountLiveTests {
    private static func write(_ count: Int, to writer: inout PostgresCopyWriter) async throws {
        switch count {
        case 1: try await writer.write(1)
        case 2: try await writer.write(1, 2)
        case 3: try await writer.write(1, 2, 3)
        case 4: try await writer.write(1, 2, 3, 4)
        case 5: try await writer.write(1, 2, 3, 4, 5)
        case 6: try await writer.write(1, 2, 3, 4, 5, 6)
        case 7: try await writer.write(1, 2, 3, 4, 5, 6, 7)
        case 8: try await writer.write(1, 2, 3, 4, 5, 6, 7, 8)
        case 9: try await writer.write(1, 2, 3, 4, 5, 6, 7, 8, 9)
        default: break
        }
    }

    /// The same with a text in the last place, where a number belongs.
    private static func writeWrong(_ count: Int, to writer: inout PostgresCopyWriter) async throws {
        switch count {
        case 1: try await writer.write(true)
        case 2: try await writer.write(1, true)
        case 3: try await writer.write(1, 2, true)
        case 4: try await writer.write(1, 2, 3, true)
        case 5: try await writer.write(1, 2, 3, 4, true)
        case 6: try await writer.write(1, 2, 3, 4, 5, true)
        case 7: try await writer.write(1, 2, 3, 4, 5, 6, true)
        case 8: try await writer.write(1, 2, 3, 4, 5, 6, 7, true)
        case 9: try await writer.write(1, 2, 3, 4, 5, 6, 7, 8, true)
        default: break
        }
    }

    private static func query(_ count: Int, of statement: PostgresStatement) -> PostgresQuery {
        switch count {
        case 1: statement(1)
        case 2: statement(1, 2)
        case 3: statement(1, 2, 3)
        case 4: statement(1, 2, 3, 4)
        case 5: statement(1, 2, 3, 4, 5)
        case 6: statement(1, 2, 3, 4, 5, 6)
        case 7: statement(1, 2, 3, 4, 5, 6, 7)
        case 8: statement(1, 2, 3, 4, 5, 6, 7, 8)
        case 9: statement(1, 2, 3, 4, 5, 6, 7, 8, 9)
        default: ""
        }
    }

    /// The rows as tuples of so many integers.
    private static func decoded(_ count: Int, _ connection: PostgresConnection) async throws -> [[Int]] {
        let i = Int.self
        return switch count {
        case 2:
            try await connection.query("SELECT * FROM wide").decode(i, i)
                .reduce(into: []) { $0.append([$1.0, $1.1]) }
        case 3:
            try await connection.query("SELECT * FROM wide").decode(i, i, i)
                .reduce(into: []) { $0.append([$1.0, $1.1, $1.2]) }
        case 4:
            try await connection.query("SELECT * FROM wide").decode(i, i, i, i)
                .reduce(into: []) { $0.append([$1.0, $1.1, $1.2, $1.3]) }
        case 5:
            try await connection.query("SELECT * FROM wide").decode(i, i, i, i, i)
                .reduce(into: []) { $0.append([$1.0, $1.1, $1.2, $1.3, $1.4]) }
        case 6:
            try await connection.query("SELECT * FROM wide").decode(i, i, i, i, i, i)
                .reduce(into: []) { $0.append([$1.0, $1.1, $1.2, $1.3, $1.4, $1.5]) }
        case 7:
            try await connection.query("SELECT * FROM wide").decode(i, i, i, i, i, i, i)
                .reduce(into: []) { $0.append([$1.0, $1.1, $1.2, $1.3, $1.4, $1.5, $1.6]) }
        case 8:
            try await connection.query("SELECT * FROM wide").decode(i, i, i, i, i, i, i, i)
                .reduce(into: []) { $0.append([$1.0, $1.1, $1.2, $1.3, $1.4, $1.5, $1.6, $1.7]) }
        default: []
        }
    }

    /// The same by COPY.
    private static func copied(_ count: Int, _ connection: PostgresConnection) async throws -> [[Int]] {
        let i = Int.self
        return switch count {
        case 2:
            try await connection.copyOut("SELECT * FROM wide", as: i, i)
                .reduce(into: []) { $0.append([$1.0, $1.1]) }
        case 3:
            try await connection.copyOut("SELECT * FROM wide", as: i, i, i)
                .reduce(into: []) { $0.append([$1.0, $1.1, $1.2]) }
        case 4:
            try await connection.copyOut("SELECT * FROM wide", as: i, i, i, i)
                .reduce(into: []) { $0.append([$1.0, $1.1, $1.2, $1.3]) }
        case 5:
            try await connection.copyOut("SELECT * FROM wide", as: i, i, i, i, i)
                .reduce(into: []) { $0.append([$1.0, $1.1, $1.2, $1.3, $1.4]) }
        case 6:
            try await connection.copyOut("SELECT * FROM wide", as: i, i, i, i, i, i)
                .reduce(into: []) { $0.append([$1.0, $1.1, $1.2, $1.3, $1.4, $1.5]) }
        case 7:
            try await connection.copyOut("SELECT * FROM wide", as: i, i, i, i, i, i, i)
                .reduce(into: []) { $0.append([$1.0, $1.1, $1.2, $1.3, $1.4, $1.5, $1.6]) }
        case 8:
            try await connection.copyOut("SELECT * FROM wide", as: i, i, i, i, i, i, i, i)
                .reduce(into: []) { $0.append([$1.0, $1.1, $1.2, $1.3, $1.4, $1.5, $1.6, $1.7]) }
        default: []
        }
    }

    @Test("rows become tuples of two to eight values, and of no other number", arguments: 2...8)
    func tuples(_ count: Int) async throws {
        try await LiveServer.withConnection(try #require(LiveServer.installations.first)) { connection in
            let columns = (1...count).map { "\($0)::int4 AS c\($0)" }.joined(separator: ", ")
            try await connection.simpleQuery(
                "CREATE TEMPORARY TABLE wide AS SELECT \(columns) FROM generate_series(1, 3)")
            let expected = Array(repeating: Array(1...count), count: 3)
            #expect(try await Self.decoded(count, connection) == expected)
            #expect(try await Self.copied(count, connection) == expected)
            let other = count == 8 ? 2 : count + 1
            let decoding = try await postgresError { _ = try await Self.decoded(other, connection) }
            let copying = try await postgresError { _ = try await Self.copied(other, connection) }
            #expect(decoding.code == .decodingFailed && copying.code == .decodingFailed)
        }
    }

    @Test("every value arrives in its column, and an error names its own", arguments: 1...9)
    func counts(_ count: Int) async throws {
        let installation = try #require(LiveServer.installations.first)
        try await LiveServer.withConnection(installation) { connection in
            let columns = (1...count).map { "c\($0) int4" }.joined(separator: ", ")
            try await connection.simpleQuery("CREATE TEMPORARY TABLE wide (\(columns))")
            try await connection.copyIn("wide") { writer in
                try await Self.write(count, to: &writer)
                let other = try await postgresError { try await Self.write(count % 9 + 1, to: &writer) }
                #expect(other.code == .invalidQuery && "\(other)".contains("\(count % 9 + 1) values for \(count)"))
                let error = try await postgresError { try await Self.writeWrong(count, to: &writer) }
                #expect(error.code == .invalidQuery && "\(error)".contains("row 1, column \(count - 1) \"c\(count)\""))
                try await Self.write(count, to: &writer)
                #expect(writer.rowCount == 2)
            }
            let places = (1...count).map { "$\($0)" }.joined(separator: ", ")
            let insert = try await connection.prepare("INSERT INTO wide VALUES (\(places))")
            try await connection.execute(Self.query(count, of: insert))
            let rows = try await connection.query("SELECT * FROM wide").collect()
            #expect(rows.count == 3)
            for row in rows {
                for column in 0..<count { #expect(try row.decode(Int.self, at: column) == column + 1) }
            }
        }
    }
}
