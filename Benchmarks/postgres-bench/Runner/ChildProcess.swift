import Foundation

/// Runs ourselves again, or a peer's program, for one measurement, so that no run inherits another's memory, caches or
/// threads.
enum ChildProcess {
    /// The only argument of a child; not for people.
    static let argument = "--child"

    /// Blocks until the child has reported.
    static func run(_ request: ChildRequest, _ interruption: Interruption) throws -> Measurement {
        let process = Process()
        let peer = try PythonPeer(request.driver)
        let executable = peer?.executable ?? executable
        process.executableURL = executable
        process.arguments = peer?.arguments ?? [argument]
        if let peer { process.environment = peer.environment }
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        do {
            try process.run()
        } catch {
            throw BenchmarkError.runFailed("cannot run \(executable.path): \(error)")
        }
        // A run is seconds long; one that is not over long after them hangs.
        let child = process.processIdentifier
        let overdue = DispatchWorkItem { kill(child, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + request.seconds * 10 + 120, execute: overdue)
        defer { overdue.cancel() }
        try interruption.setChild(child)
        try? input.fileHandleForWriting.write(contentsOf: Data((request.text + (peer?.details(request) ?? "")).utf8))
        try? input.fileHandleForWriting.close()
        let report = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try interruption.setChild(nil)
        return try measurement(report, process)
    }

    private static func measurement(_ data: Data, _ process: Process) throws -> Measurement {
        if process.terminationReason == .uncaughtSignal {
            throw BenchmarkError.runFailed("ended by signal \(process.terminationStatus)")
        }
        guard let report = try? JSONDecoder().decode(ChildReport.self, from: data) else {
            throw BenchmarkError.runFailed(
                process.terminationStatus == PythonPeer.notFound
                    ? "python3 is not installed" : "no report, exit code \(process.terminationStatus)")
        }
        if let error = report.error {
            if process.terminationStatus == ExitCode.unreachable { throw BenchmarkError.unreachable(error) }
            throw BenchmarkError.runFailed(error)
        }
        guard let measurement = report.measurement else { throw BenchmarkError.runFailed("an empty report") }
        return measurement
    }

    private static var executable: URL {
        let own = URL(fileURLWithPath: CommandLine.arguments.first ?? "")
        #if os(Linux)
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return link.map { URL(fileURLWithPath: $0) } ?? own
        #else
        return Bundle.main.executableURL ?? own
        #endif
    }
}

/// The line that a child prints.
struct ChildReport: Codable {
    var measurement: Measurement?
    var error: String?

    static func line(_ measurement: Measurement) -> String { line(ChildReport(measurement: measurement)) }

    static func line(_ error: String) -> String { line(ChildReport(error: error)) }

    private static func line(_ report: ChildReport) -> String {
        let data = (try? JSONEncoder().encode(report)) ?? Data()
        return String(decoding: data, as: UTF8.self) + "\n"
    }
}
