import Foundation
import PostgresFixtures
import PostgresPool
import Synchronization
import Testing

/// Every version of PostgreSQL that was found, with one server each for the whole run.
enum LiveServer {
    /// One installation of each major version.
    static let installations: [TemporaryServer.Installation] = {
        var seen: Set<Int> = []
        return TemporaryServer.installations().filter { seen.insert($0.majorVersion).inserted }
    }()

    /// With POSTGRES_REQUIRE_SERVER a suite that finds no server fails instead of being skipped.
    static let isPossible =
        !installations.isEmpty || ProcessInfo.processInfo.environment["POSTGRES_REQUIRE_SERVER"] != nil

    static let password = "s3cret-of-the-tests"

    private actor Servers {
        private var running: [TemporaryServer.Installation: Task<TemporaryServer, any Error>] = [:]

        func server(_ installation: TemporaryServer.Installation) async throws -> TemporaryServer {
            if let task = running[installation] { return try await task.value }
            let task = Task { try await LiveServer.start(installation) }
            running[installation] = task
            return try await task.value
        }
    }

    private static let servers = Servers()

    /// The server of an installation, which all tests share; its watchdog ends it with the process.
    static func server(_ installation: TemporaryServer.Installation) async throws -> TemporaryServer {
        try await servers.server(installation)
    }

    static func start(_ installation: TemporaryServer.Installation) async throws -> TemporaryServer {
        var options = TemporaryServer.Options()
        options.binaries = installation.directory
        options.user = "tests"
        options.password = password
        options.settings = ["max_connections": "600", "max_prepared_transactions": "20"]
        options.hostBasedAuthentication = [
            "host all trusted 127.0.0.1/32 trust", "host all quick 127.0.0.1/32 trust",
            "host all clear 127.0.0.1/32 password",
            "host all hashed 127.0.0.1/32 md5",
        ]
        let server = try await TemporaryServer.start(options)
        let connection = try await PostgresConnection.connect(configuration(server, user: "tests"))
        defer { connection.close() }
        try await connection.simpleQuery(
            """
            CREATE ROLE quick SUPERUSER LOGIN;
            CREATE ROLE trusted LOGIN; CREATE ROLE clear LOGIN PASSWORD '\(password)';
            SET password_encryption = 'md5'; CREATE ROLE hashed LOGIN PASSWORD '\(password)'
            """)
        return server
    }

    /// A configuration for a superuser without a password, because SCRAM takes its time in a debug build and there are
    /// many connections; `user: "tests"` has the password.
    static func configuration(_ server: TemporaryServer, user: String = "quick") -> PostgresConfiguration {
        var configuration = PostgresConfiguration(
            host: "127.0.0.1", port: UInt16(server.port), user: user, password: password, database: "postgres")
        // All suites run at once, on however few processors: slowness is no failure here.
        configuration.connectTimeout = .seconds(60)
        return configuration
    }

    /// A connection to the server of an installation, closed behind `body`.
    static func withConnection<Result>(
        _ installation: TemporaryServer.Installation,
        change: (inout PostgresConfiguration) -> Void = { _ in },
        _ body: nonisolated(nonsending) (PostgresConnection) async throws -> Result
    ) async throws -> Result {
        var configuration = configuration(try await server(installation))
        change(&configuration)
        let connection = try await PostgresConnection.connect(configuration)
        defer { connection.close() }
        return try await body(connection)
    }

    /// A client of the server of an installation, run around `body`.
    static func withClient<Result>(
        _ installation: TemporaryServer.Installation, connections: Int = 8,
        change: (inout PoolConfiguration) -> Void = { _ in },
        _ body: nonisolated(nonsending) (PostgresClient) async throws -> Result
    ) async throws -> Result {
        var pool = PoolConfiguration()
        pool.maximumConnections = connections
        pool.acquireTimeout = .seconds(120)
        change(&pool)
        let client = try PostgresClient(configuration(try await server(installation)), pool: pool)
        return try await client.run(body)
    }
}

/// The PostgresError that `body` throws.
func postgresError(_ body: () async throws -> Void) async throws -> PostgresError {
    do {
        try await body()
    } catch let error as PostgresError {
        return error
    }
    throw NothingThrown()
}

struct NothingThrown: Error {}
