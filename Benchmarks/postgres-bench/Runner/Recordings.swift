import Foundation
import PostgresFixtures
import PostgresPool

/// The recorded sessions that stand in for a server: one a workload, in `bench` below the fixtures.
enum Recordings {
    /// `--fixtures`, else `Fixtures` here or in a folder above, else the one beside the sources.
    static func directory(_ options: Options) throws -> String {
        if let directory = options.fixtures { return directory + "/bench" }
        var folder = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
        while true {
            let candidate = folder.appendingPathComponent("Fixtures/bench").path
            if FileManager.default.fileExists(atPath: candidate) { return candidate }
            if folder.path == "/" { break }
            folder.deleteLastPathComponent()
        }
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures/bench").path
        guard FileManager.default.fileExists(atPath: sources) else {
            throw BenchmarkError.unreachable("there are no recordings; name their folder by --fixtures")
        }
        return sources
    }

    static func path(_ workload: Workload, in directory: String) -> String {
        "\(directory)/\(workload.rawValue).session"
    }

    /// A recording that repeats its last request for ever.
    static func replay(_ path: String) throws -> FixtureReplay {
        let fixture: Fixture
        do throws(FixtureError) {
            fixture = try Fixture(contentsOf: path)
        } catch {
            throw BenchmarkError.unreachable("\(path): \(error)")
        }
        let messages = fixture.messages
        // Everything behind the last ReadyForQuery but one is the request that is repeated; what comes behind the first
        // one, which ends the startup, is the only request that would not be complete by itself.
        let ends = messages.indices.filter { messages[$0].side == .server && messages[$0].tag == UInt8(ascii: "Z") }
        var options = ReplayOptions(delivery: .whole)
        if ends.count > 2, let last = ends.last {
            options.loop = ReplayOptions.Loop(first: ends[ends.count - 2] + 1, last: last)
        }
        return FixtureReplay(fixture, options: options)
    }

    /// The server that a recording was made with.
    static func serverVersion(in directory: String) -> String {
        let fixture = try? Fixture(contentsOf: path(.oneplusone, in: directory))
        return fixture?.header.server ?? ""
    }

    /// Makes the recordings anew on a server of our own, with the public user and password of recordings.
    ///
    /// Each holds its query twice: the first run prepares it, the second is what a replay repeats.
    static func record(into directory: String, _ options: Options) async throws {
        var server = TemporaryServer.Options()
        server.user = "fixture"
        server.password = "fixture"
        let target = try await Target.own(server)
        do {
            let workloads = Workload.available.filter { $0.whyNotRecorded == nil }
            try await BenchmarkSchema.create(for: workloads, rows: CopiedRow.recorded, on: target)
            for workload in workloads {
                let recorder = FixtureRecorder()
                let request = ChildRequest(workload: workload, url: target.url, fixture: ChildRequest.recording)
                try await SwiftPostgresPeer(request, dialer: .recording(into: recorder)).runOnce()
                try recorder.fixture(named: workload.rawValue).write(to: path(workload, in: directory))
            }
        } catch {
            await target.stop()
            throw error
        }
        await target.stop()
    }
}
