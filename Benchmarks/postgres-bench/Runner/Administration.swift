/// Statements around the measurements, not measured themselves.
enum Administration {
    static func execute(_ statements: [String], on url: String) async throws {
        let connection = try LibpqConnection(url)
        defer { connection.close() }
        for statement in ["SET client_min_messages = warning"] + statements { try connection.execute(statement) }
    }

    static func serverVersion(_ url: String) async throws -> String {
        let connection = try LibpqConnection(url)
        defer { connection.close() }
        return connection.serverVersion
    }
}
