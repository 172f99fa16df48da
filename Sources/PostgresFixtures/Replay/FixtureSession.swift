internal import Foundation
public import PostgresWire

/// The session of one test: recorded from a real server once, replayed ever after.
///
///     @Test func countsUsers() async throws {
///         let session = try FixtureSession("users.session")
///         let connection = try await PostgresConnection.connect(session.configuration, dialer: session.dialer)
///         #expect(try await countUsers(connection) == 3)
///         connection.close()
///         try session.finish()
///     }
///
/// With the environment variable `POSTGRES_RECORD` set to a connection string, the test runs on that server and the file
/// is written; without it, no server is needed:
///
///     POSTGRES_RECORD=postgres://me:secret@localhost/app swift test     # once, and whenever the code asks for more
///     swift test                                                        # ever after
///
/// A client opens several connections: pass both to `PostgresClient(session.configuration, dialer: session.dialer)`. Each
/// gets a file of its own, `users.1.session` and so on, in which stands what had been sent on the others when an answer
/// came; the replay keeps to that order. Which connection sends what must be the same every time, so let several tasks
/// share no more than one connection of the pool (`maximumConnections = 1`), beside which there may be a listener's.
///
/// Of the password nothing is kept. SQL text, parameters and rows are, so record with data that everybody may see.
public final class FixtureSession: Sendable {
    /// What the connection is opened with: the given server's configuration, or that of the recording.
    public let configuration: PostgresConfiguration
    /// How the connection is opened.
    public let dialer: PostgresDialer
    /// Where the recording is.
    public let path: String
    private let mode: Mode

    private enum Mode {
        case recording(FixtureRecorder)
        case replaying(FixtureReplay)
        case replayingSeveral(RecordedConnections)
    }

    /// The variable that says what to record from.
    public static let variable = "POSTGRES_RECORD"

    /// What the environment says to record from; nil where it says nothing.
    public static var urlInEnvironment: String? {
        let value = ProcessInfo.processInfo.environment[variable]
        return value?.isEmpty == false ? value : nil
    }

    /// The recording of a name beside the source file of the test.
    ///
    /// - Parameters:
    ///   - name: the file's name, or a path, relative to the folder of `source`.
    ///   - url: what to record from; nil replays. As a rule the environment says so.
    ///   - source: the file that the name is relative to.
    /// - Throws: ``FixtureError`` where the recording cannot be read, or the connection string cannot be understood.
    public init(
        _ name: String, options: ReplayOptions = ReplayOptions(),
        recordingFrom url: String? = FixtureSession.urlInEnvironment,
        besides source: String = #filePath
    ) throws(FixtureError) {
        path = URL(fileURLWithPath: name, relativeTo: URL(fileURLWithPath: source)).path
        if let url {
            do throws(ConnectionStringError) {
                configuration = try PostgresConfiguration(url)
            } catch {
                throw FixtureError("\(Self.variable): \(error)", fixture: name)
            }
            let recorder = FixtureRecorder(secrets: .marked)
            dialer = .recording(into: recorder)
            mode = .recording(recorder)
        } else {
            let files = Self.existing(FixtureName(path))
            guard !files.isEmpty || FileManager.default.fileExists(atPath: path) else {
                throw FixtureError(
                    "there is no recording yet; run the test once with \(Self.variable)=postgres://… in the environment",
                    fixture: path)
            }
            if files.isEmpty {
                let replay = FixtureReplay(try Fixture(contentsOf: path), options: options)
                configuration = replay.fixture.configuration
                dialer = replay.dialer
                mode = .replaying(replay)
            } else {
                var fixtures: [Fixture] = []
                for file in files { fixtures.append(try Fixture(contentsOf: file)) }
                let replays = RecordedConnections(fixtures, options: options)
                configuration = fixtures[0].configuration
                dialer = replays.dialer
                mode = .replayingSeveral(replays)
            }
        }
    }

    /// The files of a recording of several connections.
    private static func existing(_ name: FixtureName) -> [String] {
        var files: [String] = []
        while FileManager.default.fileExists(atPath: name.numbered(files.count + 1)) {
            files.append(name.numbered(files.count + 1))
        }
        return files
    }

    /// Ends the test: writes the recording, or checks that everything recorded was sent.
    ///
    /// Close the connections before.
    ///
    /// - Throws: ``FixtureError`` with the first difference; or where the recording cannot be written, or no connection
    ///   was opened.
    public func finish() throws(FixtureError) {
        switch mode {
        case .recording(let recorder):
            try write(recorder)
        case .replaying(let replay):
            if let mismatch = replay.mismatch { throw FixtureError(mismatch.description) }
            guard replay.completedCount > 0 else {
                throw FixtureError(
                    "the client did not send all that was recorded, or did not close its connection", fixture: path)
            }
        case .replayingSeveral(let replays):
            if let mismatch = replays.mismatch { throw FixtureError(mismatch.description) }
            let (completed, count) = (replays.completedCount, replays.replays.count)
            guard completed == count else {
                throw FixtureError(
                    "\(count) connections were recorded; the client sent all that was recorded on \(completed), and "
                        + "closed them", fixture: path)
            }
        }
    }

    /// Writes one file for each connection, and removes those of another recording.
    private func write(_ recorder: FixtureRecorder) throws(FixtureError) {
        let name = FixtureName(path)
        let former = Self.existing(name)
        var files: [String] = []
        if recorder.connectionCount > 1 {
            for fixture in try recorder.fixtures(named: URL(fileURLWithPath: path).lastPathComponent) {
                files.append(name.numbered(files.count + 1))
                try fixture.write(to: files[files.count - 1])
            }
        } else {
            files = [path]
            try recorder.fixture(named: URL(fileURLWithPath: path).lastPathComponent).write(to: path)
        }
        for file in former + [path] where !files.contains(file) { try? FileManager.default.removeItem(atPath: file) }
    }
}
