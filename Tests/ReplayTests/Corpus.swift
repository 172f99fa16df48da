import Foundation
import PostgresDriver
import PostgresFixtures
import PostgresWire

/// The recorded sessions of the package.
enum Corpus {
    /// `Fixtures`, found from this file upward.
    static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fixtures")

    /// The names of the recordings in some folders, as in `query/simple-18`.
    static func names(in folders: [String]) -> [String] {
        folders.flatMap { folder in
            let files = (try? FileManager.default.contentsOfDirectory(atPath: directory.path + "/" + folder)) ?? []
            return files.filter { $0.hasSuffix(".session") }.sorted().map { "\(folder)/\($0.dropLast(8))" }
        }
    }

    /// What our driver recorded from real servers, by a script each.
    static let scripted = names(in: ["startup", "query", "types"])

    /// Those with values of every type.
    static let types = names(in: ["types"])

    /// What it recorded by a program each.
    static let programmed = names(in: Set(DriverProgram.all.map { String($0.name.prefix { $0 != "/" }) }).sorted())

    /// The server that the programs are to be recorded from; its version goes into the names.
    static let recordingURL = ProcessInfo.processInfo.environment["POSTGRES_RECORD_PROGRAMS"]

    /// All that it recorded.
    static let recorded = scripted + programmed

    /// What psql and a Python client said through the proxy.
    static let proxied = names(in: ["psql", "python"])

    /// What was made by hand: attacks on the protocol, and values that are not what their types say.
    static let hostile = names(in: ["hostile"])
    static let hostileValues = hostile.filter { $0.hasPrefix("hostile/array-") }
    static let hostileProtocol = hostile.filter { !$0.hasPrefix("hostile/array-") }

    /// The passwords that were used while recording through the proxy, of which nothing may be found.
    static let passwords: [String] = {
        let text = try? String(contentsOfFile: directory.path + "/scripts/passwords", encoding: .utf8)
        return text?.split(separator: "\n").map(String.init) ?? []
    }()

    /// What benchmarks replay.
    static let benchmarks = names(in: ["bench"])

    static func path(_ name: String) -> String { "\(directory.path)/\(name).session" }

    static func fixture(_ name: String) throws -> Fixture { try Fixture(contentsOf: path(name)) }

    /// The script of a recording, whose name ends with the server's version.
    static func script(_ name: String) throws -> FixtureScript {
        let script = name.replacing(#/-\d+$/#, with: "")
        return try FixtureScript(String(contentsOfFile: "\(directory.path)/scripts/\(script).sql", encoding: .utf8))
    }

    /// What was done while a recording was made.
    static func work(_ name: String) throws -> RecordedWork {
        if let program = DriverProgram.of(name) { return .program(program) }
        return .script(try script(name))
    }

    /// Runs the script that made a recording, through the driver.
    static func run(_ script: FixtureScript, _ replay: FixtureReplay) async throws(FixtureError) {
        try await run(script, replay.fixture.configuration, replay.dialer)
    }

    /// Runs a script through the driver, and closes the connection.
    static func run(
        _ script: FixtureScript, _ configuration: PostgresConfiguration, _ dialer: PostgresDialer
    ) async throws(FixtureError) {
        var opened: PostgresConnection?
        defer { opened?.close() }
        try await script.run { () async throws(PostgresError) in
            let connection = try await PostgresConnection.connect(configuration, dialer: dialer)
            opened = connection
            return connection
        } run: { (connection, step) async throws(PostgresError) in
            switch step.mode {
            case .simple: try await connection.simpleQuery(step.sql)
            case .extended: try await connection.execute(query(step))
            }
        }
    }

    private static func query(_ step: FixtureScript.Step) -> PostgresQuery {
        let arguments: [any PostgresEncodable] = step.arguments.map { argument in
            switch argument {
            case .null: String?.none
            case .bool(let value): value
            case .integer(let value): value
            case .text(let value): value
            }
        }
        return PostgresQuery(unsafeSQL: step.sql, arguments: arguments)
    }
}
