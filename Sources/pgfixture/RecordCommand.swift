import Foundation
import PostgresDriver
import PostgresFixtures
import PostgresWire

/// Runs a script on a server and writes the session down: `pgfixture record`.
struct RecordCommand {
    private let configuration: PostgresConfiguration
    private let output: String
    private let script: String

    init(_ arguments: inout ArgumentReader) throws(FixtureCommand.Failure) {
        try arguments.read("record", options: ["--url", "--output"])
        output = try arguments.value("--output")
        script = try arguments.file("script")
        let url = try arguments.value("--url")
        var configuration: PostgresConfiguration
        do throws(ConnectionStringError) {
            configuration = try PostgresConfiguration(url)
        } catch {
            throw .usage("--url: \(error)")
        }
        guard configuration.password == nil || configuration.password == Fixture.Header.password else {
            throw .usage("recordings are made with the password `\(Fixture.Header.password)` only")
        }
        // What is inside of TLS could be recorded as well; what is outside must not be in the recording.
        configuration.sslMode = .disable
        self.configuration = configuration
    }

    func run() async throws(FixtureCommand.Failure) {
        guard let data = FileManager.default.contents(atPath: script) else {
            throw FixtureCommand.Failure(status: .unavailable, message: "\(script) cannot be read")
        }
        let parsed: FixtureScript
        do throws(FixtureError) {
            parsed = try FixtureScript(String(decoding: data, as: UTF8.self))
        } catch {
            throw FixtureCommand.Failure(status: .usage, message: "\(script): \(error)")
        }
        let recorder = FixtureRecorder()
        do throws(FixtureError) {
            try await run(parsed, recorder)
        } catch {
            let wasReached = recorder.connectionCount > 0
            throw FixtureCommand.Failure(
                status: wasReached ? .mismatch : .unavailable, message: "\(script): \(error.description)")
        }
        let fixture: Fixture
        do throws(FixtureError) {
            fixture = try recorder.fixture(named: FixtureFiles.name(of: output))
        } catch {
            throw FixtureCommand.Failure(status: .mismatch, message: error.description)
        }
        try FixtureFiles.write(fixture, to: output)
    }

    private func run(_ script: FixtureScript, _ recorder: FixtureRecorder) async throws(FixtureError) {
        var connection: PostgresConnection?
        defer { connection?.close() }
        try await script.run {
            () async throws(PostgresError) in
            let opened = try await PostgresConnection.connect(configuration, dialer: .recording(into: recorder))
            connection = opened
            return opened
        } run: { (connection, step) async throws(PostgresError) in
            switch step.mode {
            case .simple: try await connection.simpleQuery(step.sql)
            case .extended: try await connection.execute(step.query)
            }
        }
    }
}

extension FixtureScript.Step {
    /// The step as the driver runs it.
    var query: PostgresQuery {
        let arguments: [any PostgresEncodable] = arguments.map { argument in
            switch argument {
            case .null: String?.none
            case .bool(let value): value
            case .integer(let value): value
            case .text(let value): value
            }
        }
        return PostgresQuery(unsafeSQL: sql, arguments: arguments)
    }
}
