import Foundation
import PostgresFixtures

/// The server to measure against.
struct Target: Sendable {
    /// The connection URL; empty for what the environment says.
    let url: String

    /// As the server reports it, such as `15.18 (Debian 15.18-0+deb12u1)`.
    let serverVersion: String

    /// The server, if it is ours.
    private let temporary: TemporaryServer?

    /// The server of `--url`, else of the environment, else one of our own.
    static func choose(_ options: Options, _ interruption: Interruption) async throws -> Target {
        if let url = options.url { return try await Target(url: url, temporary: nil) }
        let environment = ProcessInfo.processInfo.environment
        let names = ["PGHOST", "PGHOSTADDR", "PGPORT", "PGSERVICE", "PGDATABASE"]
        if names.contains(where: { environment[$0, default: ""].isEmpty == false }) {
            return try await Target(url: "", temporary: nil)
        }
        let server = try await start(options)
        do {
            try interruption.check()
            return try await Target(url: server.url + "?sslmode=disable", temporary: server)
        } catch {
            await server.stop()
            throw error
        }
    }

    private init(url: String, temporary: TemporaryServer?) async throws {
        self.url = url
        self.temporary = temporary
        self.serverVersion = try await Administration.serverVersion(url)
    }

    /// Ends the server if it is ours.
    func stop() async { await temporary?.stop() }

    private static func start(_ options: Options) async throws -> TemporaryServer {
        var server = TemporaryServer.Options()
        server.cpu = options.cpu
        server.settings = [
            "shared_buffers": "512MB", "autovacuum": "off",
            "max_connections": String(max(100, options.connections + 20)),
        ]
        do {
            return try await TemporaryServer.start(server)
        } catch let error as TemporaryServerError {
            throw BenchmarkError.unreachable(
                "no server is given by --url or PGHOST, and none of our own can be started: \(error)")
        }
    }
}
