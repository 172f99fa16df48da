import Foundation
import PostgresFixtures

/// The recorded sessions of the package.
enum Corpus {
    /// `Fixtures`, found from this file upward.
    static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fixtures")

    /// The names of the recordings in some folders, as in `query/simple`.
    static func names(in folders: [String]) -> [String] {
        folders.flatMap { folder in
            let files = (try? FileManager.default.contentsOfDirectory(atPath: directory.path + "/" + folder)) ?? []
            return files.filter { $0.hasSuffix(".session") }.sorted().map { "\(folder)/\($0.dropLast(8))" }
        }
    }

    /// What was recorded from real servers by a script.
    static let recorded = names(in: ["startup", "query"])

    /// What was made by hand.
    static let hostile = names(in: ["hostile"])

    static func path(_ name: String) -> String { "\(directory.path)/\(name).session" }

    static func fixture(_ name: String) throws -> Fixture { try Fixture(contentsOf: path(name)) }

    static func script(_ name: String) throws -> FixtureScript {
        try FixtureScript(String(contentsOfFile: "\(directory.path)/scripts/\(name).sql", encoding: .utf8))
    }
}
