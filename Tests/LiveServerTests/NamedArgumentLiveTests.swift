import PostgresFixtures
import PostgresPool
import Testing

@Suite(
    "Named arguments on a server", .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"),
    .timeLimit(.minutes(2)))
struct NamedArgumentLiveTests {
    @Test("casts, slices and literals stay what they are", arguments: LiveServer.installations)
    func named(_ installation: TemporaryServer.Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            let query = try PostgresQuery(
                unsafeSQL: """
                    SELECT (ARRAY[10, 20, 30])[2:3], (ARRAY[10, 20, 30])[:low::int : :high::int], ':low', :text || :text
                    """, named: ["low": 1, "high": 2, "text": "x'"])
            let (fixed, bound, literal, text) = try await connection.queryOne(
                query, as: [Int].self, [Int].self, String.self, String.self)
            #expect(fixed == [20, 30] && bound == [10, 20] && literal == ":low" && text == "x'x'")
        }
    }
}
