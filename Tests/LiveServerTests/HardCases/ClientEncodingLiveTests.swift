import PostgresFixtures
import PostgresPool
import Testing

@Suite(
    "The client encoding is UTF-8, or there is no connection",
    .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"), .timeLimit(.minutes(2)))
struct ClientEncodingLiveTests {
    typealias Installation = TemporaryServer.Installation
    typealias Mode = PostgresExecutionMode

    static let changes = [
        "SET client_encoding TO 'LATIN1'", "SET NAMES 'SQL_ASCII'",
        "SELECT set_config('client_encoding', 'WIN1252', false)",
        "DO 'BEGIN SET client_encoding TO LATIN9; END'",
    ]

    @Test(
        "whoever changes it gets an error, in every mode, and nobody reads a text in it", arguments: changes,
        Mode.allCases)
    func changed(_ change: String, _ mode: Mode) async throws {
        for installation in LiveServer.installations {
            try await LiveServer.withConnection(installation) {
                $0.executionMode = mode
            } _: { connection in
                #expect(try await connection.queryOne("SELECT 'ü'", as: String.self) == "ü")
                // Both are on their way before the answer to the first comes.
                async let first = postgresError { try await connection.execute(PostgresQuery(unsafeSQL: change)) }
                async let second = postgresError {
                    while true {
                        let text = try await connection.queryOne("SELECT 'ü'", as: String.self)
                        try #require(text == "ü")
                    }
                }
                for error in try await [first, second] {
                    #expect(error.code == .unsupportedEncoding && error.message.contains("client_encoding"), "\(error)")
                }
                #expect(connection.failure?.code == .unsupportedEncoding && !connection.isReusable)
            }
        }
    }

    @Test(
        "a script, a batch, rows and a transaction that change it end with the error",
        arguments: LiveServer.installations)
    func everywhere(_ installation: Installation) async throws {
        let ways: [@Sendable (PostgresConnection) async throws -> Void] = [
            { try await $0.simpleQuery("SET NAMES 'LATIN1'; SELECT 'ü'") },
            { try await $0.execute(PostgresBatch(["SELECT 1", "SET NAMES 'LATIN1'", "SELECT 'ü'"])) },
            { connection in
                var rows = try await connection.query("SELECT set_config('client_encoding', 'LATIN1', false), 'ü'")
                while try await rows.next() != nil {}
            },
            { connection in
                try await connection.transaction { tx in
                    _ = try await tx.execute("SET LOCAL client_encoding TO 'LATIN1'")
                }
            },
            { connection in
                for try await _ in try await connection.copyOut(
                    raw: "COPY (SELECT set_config('client_encoding', 'LATIN1', false)) TO STDOUT")
                {}
            },
        ]
        for way in ways {
            try await LiveServer.withConnection(installation) { connection in
                let error = try await postgresError { try await way(connection) }
                #expect(error.code == .unsupportedEncoding, "\(error)")
                #expect(connection.failure?.code == .unsupportedEncoding)
            }
        }
    }

    @Test("UTF-8 by any name may be set", arguments: ["UTF8", "utf-8", "Unicode"])
    func sameEncoding(_ name: String) async throws {
        try await LiveServer.withConnection(try #require(LiveServer.installations.first)) { connection in
            try await connection.execute("SET client_encoding TO \(unsafeSQL: "'\(name)'")")
            #expect(try await connection.queryOne("SELECT 'ü'", as: String.self) == "ü")
        }
    }

    @Test("a configuration that asks for another one cannot connect, and a pool says so at once")
    func startup() async throws {
        let server = try await LiveServer.server(try #require(LiveServer.installations.first))
        var configuration = LiveServer.configuration(server)
        configuration.options = "-c client_encoding=LATIN1"
        configuration.parameters["client_encoding"] = "LATIN1"
        let wrong = configuration
        let error = try await postgresError { _ = try await PostgresConnection.connect(wrong) }
        #expect(error.code == .unsupportedEncoding && error.message.contains("LATIN1"))
        let client = try PostgresClient(wrong)
        try await client.run { client in
            let error = try await postgresError { try await client.execute("SELECT 1") }
            #expect(error.code == .unsupportedEncoding && error.nothingWasSent)
        }
    }
}
