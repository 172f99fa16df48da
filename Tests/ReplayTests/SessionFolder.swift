import Foundation
import PostgresFixtures
import PostgresWire

/// A folder for recordings, which is removed with its owner.
final class SessionFolder: Sendable {
    let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "sessions-\(UInt32.random(in: .min ... .max))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    /// The recording of a name; without a server to record from it is replayed.
    func session(
        _ name: String = "several.session", recordingFrom url: String? = nil, options: ReplayOptions = ReplayOptions()
    ) throws -> FixtureSession {
        try FixtureSession(
            name, options: options, recordingFrom: url, besides: directory.appendingPathComponent("Tests.swift").path)
    }

    /// The names of all files.
    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() }
    }

    func fixture(_ name: String) throws -> Fixture {
        try Fixture(contentsOf: directory.appendingPathComponent(name).path)
    }

    /// Writes one connection of a recording: behind a login come these lines, and the client's goodbye.
    func write(_ name: String, _ lines: [Fixture.Line]) throws {
        let begin: [Fixture.Line] = [
            .message(Self.startup), try server(.authentication(.ok)), try server(.readyForQuery(.idle)),
        ]
        let end: [Fixture.Line] = [try client(.terminate), .close(.client)]
        let fixture = Fixture(name: name, header: Fixture.Header(), lines: begin + lines + end)
        try fixture.write(to: directory.appendingPathComponent(name).path)
    }

    /// What the driver sends for the user `a`.
    static let startup = {
        let parameters = "user\0a\0database\0a\0client_encoding\0UTF8\0\0"
        return Fixture.Message(
            .client, [0, 0, 0, UInt8(8 + parameters.utf8.count), 0, 3, 0, 0] + Array(parameters.utf8),
            framing: .untagged)
    }()
}

/// A line of a recording.
func client(_ message: FrontendMessage) throws -> Fixture.Line { .message(try Fixture.Message(client: message)) }

/// A line of a recording.
func server(_ message: BackendMessage) throws -> Fixture.Line { .message(try Fixture.Message(server: message)) }
