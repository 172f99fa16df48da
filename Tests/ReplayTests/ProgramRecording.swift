import Foundation
import PostgresFixtures
import PostgresWire
import Testing

/// Writes the sessions of the driver's programs; `Fixtures/record` runs it, against each server.
@Suite("Recording of the driver's programs", .serialized, .enabled(if: Corpus.recordingURL != nil))
struct ProgramRecording {
    @Test(arguments: DriverProgram.all.map(\.name))
    func record(_ name: String) async throws {
        let configuration = try PostgresConfiguration(try #require(Corpus.recordingURL))
        let program = try #require(DriverProgram.of(name))
        let recorder = FixtureRecorder()
        try await program.run(configuration, .recording(into: recorder))
        let fixture = try recorder.fixture(named: name)
        let version = try #require(fixture.header.server?.prefix { $0 != "." })
        let path = Corpus.path("\(name)-\(version)")
        try FileManager.default.createDirectory(
            atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
        try fixture.write(to: path)
    }
}
