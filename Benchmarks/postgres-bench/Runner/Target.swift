import Foundation
import PostgresFixtures

/// The server to measure against.
struct Target: Sendable {
    /// The connection URL; empty for what the environment says.
    let url: String

    /// As the server reports it, such as `15.18 (Debian 15.18-0+deb12u1)`.
    let serverVersion: String

    /// Where the recordings are that stand in for a server; nil where there is one.
    let recordings: String?

    /// Whether recordings stand in for a server, as the JSON output spells it.
    var mode: String { recordings == nil ? "live" : "replay" }

    /// The server, if it is ours.
    private let temporary: TemporaryServer?

    /// The server of `--url`, else of the environment, else one of our own, else recordings.
    static func choose(_ options: Options, _ interruption: Interruption) async throws -> Target {
        if options.replay { return try replay(options) }
        if let url = options.url { return try await Target(url: url, temporary: nil) }
        let environment = ProcessInfo.processInfo.environment
        let names = ["PGHOST", "PGHOSTADDR", "PGPORT", "PGSERVICE", "PGDATABASE"]
        if names.contains(where: { environment[$0, default: ""].isEmpty == false }) {
            return try await Target(url: "", temporary: nil)
        }
        if TemporaryServer.installations().isEmpty {
            guard options.compare.isEmpty else {
                throw BenchmarkError.unreachable("no PostgreSQL is found, and other drivers need a server")
            }
            Console.error("no PostgreSQL is found: replaying recordings, which measures the driver alone")
            return try replay(options)
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

    private static func replay(_ options: Options) throws -> Target {
        let directory = try Recordings.directory(options)
        return Target(recordings: directory)
    }

    private init(recordings: String) {
        url = ""
        temporary = nil
        self.recordings = recordings
        serverVersion = Recordings.serverVersion(in: recordings)
    }

    /// A server of our own.
    static func own(_ options: TemporaryServer.Options) async throws -> Target {
        let server = try await TemporaryServer.start(options)
        return try await Target(url: server.url + "?sslmode=disable", temporary: server)
    }

    private init(url: String, temporary: TemporaryServer?) async throws {
        recordings = nil
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
