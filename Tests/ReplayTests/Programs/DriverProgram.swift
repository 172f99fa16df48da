import PostgresDriver
import PostgresWire

/// What was done with our driver while a session was recorded, and is done again when it is replayed.
///
/// Its recordings are `Fixtures/FOLDER/NAME-VERSION.session`.
struct DriverProgram: Sendable {
    /// The folder and the name of its recordings, as in `copy/in-binary`.
    let name: String
    /// What comes of it, line by line.
    let transcript: [String]
    private let body: @Sendable (PostgresConnection, Transcript) async throws -> Void

    init(
        _ name: String, _ transcript: [String],
        _ body: @escaping @Sendable (PostgresConnection, Transcript) async throws -> Void
    ) {
        self.name = name
        self.transcript = transcript
        self.body = body
    }

    /// Every program.
    static let all: [DriverProgram] =
        copyIn + copyOut + portals + pipelines + transactions + twoPhase + notifications + largeObjects + cancellations
        + statements

    /// The program of a recording, whose name ends with the server's version.
    static func of(_ recording: String) -> DriverProgram? {
        all.first { $0.name == recording.replacing(#/-\d+$/#, with: "") }
    }

    /// Runs the program on a new connection, and closes that.
    ///
    /// - Throws: where something fails that must not, or something else came of it.
    func run(_ configuration: PostgresConfiguration, _ dialer: PostgresDialer) async throws {
        let connection = try await PostgresConnection.connect(configuration, dialer: dialer)
        defer { connection.close() }
        let transcript = Transcript()
        try await body(connection, transcript)
        // What the driver has begun by itself is part of the recording.
        await connection.whenSettled()
        // Whatever happened, the connection is of use.
        try await connection.simpleQuery("SELECT 'still here'")
        guard transcript.lines == self.transcript else { throw Difference(lines: transcript.lines) }
    }

    /// Something else came of a program.
    struct Difference: Error {
        var lines: [String]
    }
}

/// What comes of a program, line by line.
final class Transcript {
    private(set) var lines: [String] = []

    func add(_ line: Any) { lines.append("\(line)") }

    /// Notes the SQLSTATE of a command that must fail, or what our driver calls the failure.
    ///
    /// - Throws: what says that the connection is of no use any more.
    func fail(_ body: () async throws -> Void) async throws {
        do {
            try await body()
            lines.append("no error")
        } catch let error as PostgresError where [.noRows, .commitRolledBack].contains(error.code) {
            lines.append("\(error.code)")
        } catch let error as PostgresError {
            guard let report = error.server, !report.isFatal else { throw error }
            lines.append(report.sqlState.rawValue)
        }
    }
}
