import Foundation
import PostgresDriver
import PostgresFixtures
import PostgresWire

/// `pgfixture`: records sessions, shows and checks recordings.
struct FixtureCommand {
    /// How the command ends.
    enum Status: Int32 {
        case success = 0
        /// Something is not as it must be.
        case mismatch = 1
        case usage = 64
        /// A server or a file cannot be reached.
        case unavailable = 69
    }

    /// Why the command ends without success.
    struct Failure: Error {
        var status: Status
        var message: String
    }

    static let help = """
        usage: pgfixture record --url URL --output FILE SCRIPT.sql
               pgfixture show FILE
               pgfixture verify FILE...
               pgfixture --help

        record   runs the statements of a script on a server and writes the session down. A statement ends with a
                 semicolon at the end of a line. The password, if the server asks for one, must be `fixture`.
                 Directives stand on lines of their own in front of a statement:
                   --! simple          simple query protocol from here on
                   --! extended        extended query protocol from here on, the default
                   --! fails           the next statement must fail
                   --! connect fails   there must be no connection
        show     prints a recording without the bytes.
        verify   checks that recordings can be read and that their readable half says what the bytes say.

        exit status: 0 all is well, 1 a mismatch, 64 bad usage, 69 a server or file cannot be reached
        """

    var arguments: [String]

    func run() async -> Status {
        do throws(Failure) {
            switch arguments.first {
            case "record"?: try await record(try RecordOptions(arguments.dropFirst()))
            case "show"?: try show(Array(arguments.dropFirst()))
            case "verify"?: try verify(Array(arguments.dropFirst()))
            case "--help"?, "-h"?, "help"?: print(Self.help)
            case let other?: throw usage("there is no command `\(other)`")
            case nil: throw usage("a command is missing")
            }
            return .success
        } catch {
            FileHandle.standardError.write(Data("pgfixture: \(error.message)\n".utf8))
            return error.status
        }
    }

    private func show(_ files: [String]) throws(Failure) {
        guard files.count == 1, let file = files.first, !file.hasPrefix("-") else {
            throw usage("show takes one file")
        }
        print(try read(file).readableText)
    }

    private func verify(_ files: [String]) throws(Failure) {
        guard !files.isEmpty, !files.contains(where: { $0.hasPrefix("-") }) else { throw usage("verify takes files") }
        var problems: [String] = []
        for file in files {
            let fixture: Fixture
            do throws(Failure) {
                fixture = try read(file)
            } catch {
                if error.status == .unavailable { throw error }
                problems.append(error.message)
                continue
            }
            problems += fixture.inconsistencies().map { "\(file): \($0)" }
        }
        guard problems.isEmpty else {
            throw Failure(status: .mismatch, message: problems.joined(separator: "\npgfixture: "))
        }
    }

    private func read(_ file: String) throws(Failure) -> Fixture {
        guard FileManager.default.isReadableFile(atPath: file) else {
            throw Failure(status: .unavailable, message: "\(file) cannot be read")
        }
        do throws(FixtureError) {
            return try Fixture(contentsOf: file)
        } catch {
            throw Failure(status: .mismatch, message: error.description)
        }
    }

    // MARK: record

    private func record(_ options: RecordOptions) async throws(Failure) {
        guard let data = FileManager.default.contents(atPath: options.script) else {
            throw Failure(status: .unavailable, message: "\(options.script) cannot be read")
        }
        let script: FixtureScript
        do throws(FixtureError) {
            script = try FixtureScript(String(decoding: data, as: UTF8.self))
        } catch {
            throw Failure(status: .usage, message: "\(options.script): \(error)")
        }
        let recorder = FixtureRecorder()
        do throws(FixtureError) {
            try await run(script, options.configuration, recorder)
        } catch {
            let wasReached = recorder.connectionCount > 0
            throw Failure(status: wasReached ? .mismatch : .unavailable, message: error.description)
        }
        let fixture: Fixture
        do throws(FixtureError) {
            fixture = try recorder.fixture(named: URL(fileURLWithPath: options.output).lastPathComponent)
        } catch {
            throw Failure(status: .mismatch, message: error.description)
        }
        do throws(FixtureError) {
            try fixture.write(to: options.output)
        } catch {
            throw Failure(status: .unavailable, message: error.description)
        }
    }

    private func run(
        _ script: FixtureScript, _ configuration: PostgresConfiguration, _ recorder: FixtureRecorder
    ) async throws(FixtureError) {
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
            case .extended: try await connection.execute(PostgresQuery(unsafeSQL: step.sql))
            }
        }
    }

    private func usage(_ message: String) -> Failure {
        Failure(status: .usage, message: "\(message)\n\(Self.help)")
    }
}
