import PostgresDriver
import PostgresWire

/// Statements around the measurements, not measured themselves.
enum Administration {
    static func execute(_ statements: [String], on url: String) async throws {
        try await onConnection(url) { connection in
            try await connection.execute("SET client_min_messages = warning")
            for statement in statements { try await connection.execute(PostgresQuery(unsafeSQL: statement)) }
        }
    }

    static func serverVersion(_ url: String) async throws -> String {
        try await onConnection(url) { connection in connection.parameters["server_version"] ?? "" }
    }

    private static func onConnection<Result>(
        _ url: String, _ body: (PostgresConnection) async throws -> Result
    ) async throws -> Result {
        do {
            let connection = try await PostgresConnection.connect(try PostgresConfiguration(url))
            defer { connection.close() }
            return try await body(connection)
        } catch let error as PostgresError {
            throw BenchmarkError(error)
        } catch let error as ConnectionStringError {
            throw UsageError(description: "\(error)")
        }
    }
}
