import Foundation
import PostgresFixtures
import PostgresWire
import Synchronization
import Testing

/// psql and a Python client, recorded from real servers through the proxy and then served without them.
@Suite("Recording real clients", .enabled(if: LiveServer.isPossible, "no PostgreSQL was found"), .serialized)
struct FixtureLiveTests {
    private static let scripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures/scripts").path

    /// A client's program and arguments; nil where it is not installed.
    private static func command(_ client: String, _ script: String) -> [String]? {
        client == "psql"
            ? ["psql", "-X", "-q", "-f", "\(scripts)/psql/\(script).sql"]
            : ["python3", "\(scripts)/python/\(script).py"]
    }

    private static var environment: [String: String] {
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("PG") }
        environment["PYTHONPATH"] = environment["POSTGRES_PYTHON"]
        return environment
    }

    /// Runs a client on a port and returns what it printed.
    private static func run(_ command: [String], port: UInt16) async throws -> String {
        let (process, handle) = try Process.started { process in
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = command
            process.environment = environment.merging([
                "PGHOST": "127.0.0.1", "PGPORT": "\(port)", "PGUSER": "tests", "PGDATABASE": "postgres",
                "PGPASSWORD": LiveServer.password,
            ]) { $1 }
            let pipe = Pipe()
            process.standardOutput = pipe
            process.standardError = pipe
            process.standardInput = FileHandle.nullDevice
            return pipe.fileHandleForReading
        }
        let number = process.processIdentifier
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    continuation.resume(returning: String(decoding: handle.readDataToEndOfFile(), as: UTF8.self))
                }
            }
        } onCancel: {
            kill(number, SIGKILL)
        }
    }

    static let sessions = [
        ("psql", "copy"), ("psql", "errors"), ("psql", "cursor"), ("python3", "copy_in"), ("python3", "pipeline_error"),
        ("python3", "cursor"),
    ]

    private static let hasPython: Bool = {
        let started = try? Process.started { process in
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["python3", "-c", "import psycopg"]
            process.environment = environment
            process.standardError = FileHandle.nullDevice
        }
        guard let (process, _) = started else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    @Test(
        "a client prints the same when it is served from its recording", .timeLimit(.minutes(5)), arguments: sessions,
        LiveServer.installations)
    func servedAgain(_ session: (String, String), _ installation: TemporaryServer.Installation) async throws {
        guard session.0 == "psql" || Self.hasPython else {
            try #require(ProcessInfo.processInfo.environment["POSTGRES_REQUIRE_SERVER"] == nil, "psycopg is missing")
            return
        }
        let command = try #require(Self.command(session.0, session.1))
        let server = try await LiveServer.server(installation)
        let recorded = Mutex<Fixture?>(nil)
        let proxy = try await FixtureProxy(to: .tcp(host: server.host, port: UInt16(server.port))) { ended in
            let fixture = try? ended.fixture(named: "\(session.1).session")
            recorded.withLock { $0 = fixture }
        }
        async let passing: Void = proxy.run()
        guard case .tcp(_, let proxyPort) = proxy.endpoint else { return }
        let live = try await Self.run(command, port: proxyPort)
        // The client's goodbye may still be on its way.
        while recorded.withLock({ $0 }) == nil { try await Task.sleep(for: .milliseconds(1)) }
        proxy.stop()
        await passing
        let fixture = try #require(recorded.withLock { $0 })
        #expect(fixture.inconsistencies().isEmpty && fixture.isRedacted)
        #expect(!fixture.text.contains(LiveServer.password))

        let replay = FixtureReplay(try Fixture(text: fixture.text, name: fixture.name))
        let replayServer = try await ReplayServer(replay)
        async let serving: Void = replayServer.run()
        guard case .tcp(_, let servedPort) = replayServer.endpoint else { return }
        let served = try await Self.run(command, port: servedPort)
        while replay.completedCount == 0, replay.mismatch == nil { try await Task.sleep(for: .milliseconds(1)) }
        replayServer.stop()
        await serving
        #expect(served == live && !live.isEmpty)
        #expect(replay.mismatch == nil)
    }
}
