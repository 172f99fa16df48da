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
            guard FileManager.default.fileExists(atPath: path) else {
                throw FixtureError(
                    "there is no recording yet; run the test once with \(Self.variable)=postgres://… in the environment",
                    fixture: path)
            }
            let replay = FixtureReplay(try Fixture(contentsOf: path), options: options)
            configuration = replay.fixture.configuration
            dialer = replay.dialer
            mode = .replaying(replay)
        }
    }

    /// Ends the test: writes the recording, or checks that everything recorded was sent.
    ///
    /// Close the connection before.
    ///
    /// - Throws: ``FixtureError`` with the first difference; or where the recording cannot be written, or is not one
    ///   session.
    public func finish() throws(FixtureError) {
        switch mode {
        case .recording(let recorder):
            guard recorder.connectionCount == 1 else {
                throw FixtureError(
                    "\(recorder.connectionCount) connections were opened; a recording holds one", fixture: path)
            }
            try recorder.fixture(named: URL(fileURLWithPath: path).lastPathComponent).write(to: path)
        case .replaying(let replay):
            if let mismatch = replay.mismatch { throw FixtureError(mismatch.description) }
            guard replay.completedCount > 0 else {
                throw FixtureError(
                    "the client did not send all that was recorded, or did not close its connection", fixture: path)
            }
        }
    }
}
