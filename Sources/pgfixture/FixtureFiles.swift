import Foundation
import PostgresFixtures

/// Reading and writing recordings for commands.
enum FixtureFiles {
    static func read(_ file: String) throws(FixtureCommand.Failure) -> Fixture {
        guard FileManager.default.isReadableFile(atPath: file) else {
            throw FixtureCommand.Failure(status: .unavailable, message: "\(file) cannot be read")
        }
        do throws(FixtureError) {
            return try Fixture(contentsOf: file)
        } catch {
            throw FixtureCommand.Failure(status: .mismatch, message: error.description)
        }
    }

    static func write(_ fixture: Fixture, to file: String) throws(FixtureCommand.Failure) {
        do throws(FixtureError) {
            try fixture.write(to: file)
        } catch {
            throw FixtureCommand.Failure(status: .unavailable, message: error.description)
        }
    }

    static func name(of file: String) -> String { URL(fileURLWithPath: file).lastPathComponent }
}

/// Prints a recording for people: `pgfixture show`.
struct ShowCommand {
    private let file: String

    init(_ arguments: inout ArgumentReader) throws(FixtureCommand.Failure) {
        try arguments.read("show", options: [])
        file = try arguments.file("file")
    }

    func run() throws(FixtureCommand.Failure) { print(try FixtureFiles.read(file).readableText) }
}

/// Checks recordings: `pgfixture verify`.
struct VerifyCommand {
    private let files: [String]

    init(_ arguments: inout ArgumentReader) throws(FixtureCommand.Failure) {
        try arguments.read("verify", options: [])
        files = try arguments.files()
    }

    func run() throws(FixtureCommand.Failure) {
        var problems: [String] = []
        for file in files {
            do throws(FixtureCommand.Failure) {
                problems += try FixtureFiles.read(file).inconsistencies().map { "\(file): \($0)" }
            } catch {
                if error.status == .unavailable { throw error }
                problems.append(error.message)
            }
        }
        guard problems.isEmpty else {
            throw FixtureCommand.Failure(status: .mismatch, message: problems.joined(separator: "\npgfixture: "))
        }
    }
}
