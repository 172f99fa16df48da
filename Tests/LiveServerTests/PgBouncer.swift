import Foundation
import PostgresWire

@testable import PostgresFixtures

/// A PgBouncer in front of a server, ended by `stop`.
final class PgBouncer: Sendable {
    enum PoolMode: String, CaseIterable, Sendable {
        case session
        case transaction
        case statement
    }

    static let program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    /// Where it listens: a socket of its own, because any number of a port may just be somebody's.
    let endpoint: PostgresConfiguration.Endpoint
    private let process: Process
    private let directory: URL

    /// Starts one and waits until it listens; it refuses to be root, so it runs as the servers do.
    static func start(before server: TemporaryServer, mode: PoolMode) async throws -> PgBouncer {
        guard let program else { throw TemporaryServerError(.noInstallation, "pgbouncer is not installed") }
        let account = try ServerAccount.current()
        let directory = URL(fileURLWithPath: "/tmp/swift-postgres-bouncer-\(UInt32.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        // In session mode every client keeps a server of its own; else 64 of them share a few.
        let settings = directory.appendingPathComponent("pgbouncer.ini")
        try """
        [databases]
        postgres = host=127.0.0.1 port=\(server.port) dbname=postgres user=quick
        [pgbouncer]
        listen_addr =
        listen_port = 6432
        unix_socket_dir = \(directory.path)
        auth_type = any
        pool_mode = \(mode.rawValue)
        default_pool_size = \(mode == .session ? 70 : 8)
        max_client_conn = 200
        server_reset_query_always = 0
        logfile = \(directory.path)/log
        """.write(to: settings, atomically: true, encoding: .utf8)
        try account.own(settings, permissions: 0o644)
        try account.own(directory, permissions: 0o755)
        let command = account.prefix + [program, "-q", settings.path]
        let (process, _) = try Process.started { process in
            process.executableURL = URL(fileURLWithPath: command[0])
            process.arguments = Array(command.dropFirst())
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
        }
        let bouncer = PgBouncer(process, directory)
        do {
            try await bouncer.listening()
        } catch {
            bouncer.stop()
            throw error
        }
        return bouncer
    }

    private init(_ process: Process, _ directory: URL) {
        self.process = process
        self.directory = directory
        endpoint = .unix(directory: directory.path, port: 6432)
    }

    private func listening() async throws {
        let path = directory.appendingPathComponent(".s.PGSQL.6432").path
        for _ in 0..<3000 {
            if FileManager.default.fileExists(atPath: path) { return }
            guard process.isRunning else { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        let log = try? String(contentsOf: directory.appendingPathComponent("log"), encoding: .utf8)
        throw TemporaryServerError(.startFailed, "pgbouncer does not listen", output: log ?? "")
    }

    func stop() {
        // It inherited our threads' blocked signals, so that nothing milder reaches it.
        kill(process.processIdentifier, SIGKILL)
        try? FileManager.default.removeItem(at: directory)
    }
}
