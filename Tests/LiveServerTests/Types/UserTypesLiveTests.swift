import Foundation
import PostgresFixtures
import PostgresPool
import Testing

private enum Mood: String, PostgresCodable, Codable { case happy, sad = "very sad" }

private struct Address: Decodable, Equatable {
    var street: String
    var number: Int?
    var mood: Mood
}

private struct Person: Decodable, Equatable {
    var name: String
    var home: Address
    var other: Address?
}

@Suite(
    "Types of a database's own", .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"),
    .timeLimit(.minutes(3)))
struct UserTypesLiveTests {
    typealias Installation = TemporaryServer.Installation

    /// Types in a schema that is not in the search path, one made of the other.
    private func withTypes(
        _ installation: Installation, _ body: nonisolated(nonsending) (PostgresConnection, String) async throws -> Void
    ) async throws {
        try await LiveServer.withConnection(installation) { connection in
            let schema = "own_\(UInt32.random(in: 0...UInt32.max))"
            try await connection.simpleQuery(
                """
                CREATE SCHEMA \(schema);
                CREATE TYPE \(schema).mood AS ENUM ('happy', 'very sad');
                CREATE DOMAIN \(schema).positive AS int4 CHECK (VALUE > 0);
                CREATE TYPE \(schema).address AS (street text, dropped int4, number \(schema).positive, mood \(schema).mood);
                ALTER TYPE \(schema).address DROP ATTRIBUTE dropped;
                CREATE TYPE \(schema).float_range AS RANGE (subtype = float8, multirange_type_name = \(schema).float_multirange)
                """)
            try await body(connection, schema)
            try await connection.simpleQuery("DROP SCHEMA \(schema) CASCADE")
        }
    }

    @Test("enums, domains and arrays of them go both ways", arguments: LiveServer.installations)
    func enumerations(_ installation: Installation) async throws {
        try await withTypes(installation) { connection, schema in
            let moods = [Mood.sad, nil, .happy]
            let back = try await connection.queryOne(
                "SELECT \(moods)::\(unsafeSQL: schema).mood[]", as: [Mood?].self)
            #expect(back == moods)
            #expect(
                try await connection.queryOne("SELECT \(Mood.sad)::\(unsafeSQL: schema).mood", as: Mood.self) == .sad)
            let text = try await connection.queryOne("SELECT 'happy'::\(unsafeSQL: schema).mood", as: String.self)
            #expect(text == "happy")
            let numbers = try await connection.queryOne(
                "SELECT \([1, 2])::\(unsafeSQL: schema).positive[]", as: [Int].self)
            #expect(numbers == [1, 2])
            let type = try #require(connection.types.type(named: "mood", schema: schema))
            #expect(connection.types[type]?.kind == .enumeration(labels: ["happy", "very sad"]))
        }
    }

    @Test("composites become tuples, records and Decodable values", arguments: LiveServer.installations)
    func composites(_ installation: Installation) async throws {
        try await withTypes(installation) { connection, schema in
            let tuple = PostgresTuple("Long (Road), 1", Int?.none, Mood.sad)
            let query: PostgresQuery = "SELECT \(tuple)::\(unsafeSQL: schema).address"
            let back = try await connection.queryOne(query, as: PostgresTuple<String, Int?, Mood>.self).fields
            #expect(back == ("Long (Road), 1", nil, .sad))
            let record = try await connection.queryOne(query, as: PostgresRecord.self)
            #expect(record.names == ["street", "number", "mood"] && record["number"] == nil)
            #expect(record["mood"]?.postgresText == "very sad")
            let value = try await connection.queryOne(query, as: PostgresComposite<Address>.self).value
            #expect(value == Address(street: "Long (Road), 1", number: nil, mood: .sad))
            let all = try await connection.queryOne(
                "SELECT ARRAY[ROW('a', 1, 'happy'), NULL, ROW(NULL, NULL, NULL)]::\(unsafeSQL: schema).address[]",
                as: [PostgresRecord?].self)
            #expect(all.map { $0?.postgresText } == ["(a,1,happy)", nil, "(,,)"])
            let person = try await connection.queryOne(
                "SELECT 'Ada' AS name, ROW('a', 1, 'happy')::\(unsafeSQL: schema).address AS home, NULL::\(unsafeSQL: schema).address AS other",
                as: Person.self)
            #expect(person == Person(name: "Ada", home: Address(street: "a", number: 1, mood: .happy), other: nil))
            let anonymous = try await connection.queryOne("SELECT ROW(1, 'x'::text, NULL)", as: PostgresRecord.self)
            #expect(anonymous.postgresText == "(1,x,)")
        }
    }

    @Test("ranges over other subtypes", arguments: LiveServer.installations)
    func ranges(_ installation: Installation) async throws {
        try await withTypes(installation) { connection, schema in
            let range = PostgresRange<Double>(.exclusive(-1.5), .unbounded)
            let back = try await connection.queryOne(
                "SELECT \(range)::\(unsafeSQL: schema).float_range", as: PostgresRange<Double>.self)
            #expect(back == range)
            let multirange = PostgresMultirange([PostgresRange<Double>(.inclusive(1), .exclusive(2)), range])
            let joined = try await connection.queryOne(
                "SELECT \(multirange)::\(unsafeSQL: schema).float_multirange", as: PostgresMultirange<Double>.self)
            #expect(joined.postgresText == "{(-1.5,)}")
        }
    }

    @Test("a type that is made again, and one that is altered, are loaded anew", arguments: LiveServer.installations)
    func refreshed(_ installation: Installation) async throws {
        try await withTypes(installation) { connection, schema in
            let query: PostgresQuery = "SELECT ROW('a', 1, 'happy')::\(unsafeSQL: schema).address"
            #expect(try await connection.queryOne(query, as: PostgresRecord.self).names.count == 3)
            try await connection.simpleQuery("ALTER TYPE \(schema).address ADD ATTRIBUTE city text")
            let wider: PostgresQuery = "SELECT ROW('a', 1, 'happy', 'b')::\(unsafeSQL: schema).address"
            let error = try await postgresError { _ = try await connection.queryOne(wider, as: PostgresRecord.self) }
            #expect(error.code == .decodingFailed)
            let again: PostgresQuery = "SELECT ROW('a', 1, 'happy', 'b')::\(unsafeSQL: schema).address AS again"
            #expect(try await connection.queryOne(again, as: PostgresRecord.self).names.last == "city")
            try await connection.simpleQuery(
                "DROP TYPE \(schema).mood CASCADE; CREATE TYPE \(schema).mood AS ENUM ('new')")
            let label = try await connection.queryOne(
                "SELECT 'new'::\(unsafeSQL: schema).mood AS another", as: PostgresValue.self)
            #expect(label.value as? String == "new")
        }
    }

    @Test(
        "a label that was added after the type was loaded is a value like others", arguments: LiveServer.installations)
    func addedLabel(_ installation: Installation) async throws {
        try await withTypes(installation) { connection, schema in
            let query: PostgresQuery =
                "SELECT unnest(enum_range(NULL::\(unsafeSQL: schema).mood))::\(unsafeSQL: schema).mood"
            #expect(try await connection.query(query, as: String.self) == ["happy", "very sad"])
            // Another session adds it, as a migration would.
            try await LiveServer.withConnection(installation) { other in
                _ = try await other.simpleQuery("ALTER TYPE \(schema).mood ADD VALUE 'furious' BEFORE 'very sad'")
            }
            #expect(try await connection.query(query, as: String.self) == ["happy", "furious", "very sad"])
            let all = try await connection.query(query, as: PostgresValue.self)
            #expect(all.map(\.postgresText) == ["happy", "furious", "very sad"])
            let error = try await postgresError { _ = try await connection.query(query, as: Mood.self) }
            #expect(error.code == .decodingFailed)
            let back = try await connection.queryOne(
                "SELECT \(["furious", nil])::\(unsafeSQL: schema).mood[]", as: [String?].self)
            #expect(back == ["furious", nil])
        }
    }
}
