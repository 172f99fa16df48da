import Foundation
import PostgresFixtures

/// Runs a command with POSTGRES_RECORD set to a private server that lives as long as the command.
@main
enum TemporaryServerCommand {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard !arguments.isEmpty else {
            print("usage: with-temporary-server COMMAND [ARGUMENT …]")
            exit(64)
        }
        let server = try await TemporaryServer.start()
        let status = await run(arguments, url: server.url)
        await server.stop()
        exit(status)
    }

    private static func run(_ arguments: [String], url: String) async -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging([FixtureSession.variable: url]) { $1 }
        return await withCheckedContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                print(error.localizedDescription)
                process.terminationHandler = nil
                continuation.resume(returning: 69)
            }
        }
    }
}
