import Foundation

/// Runs programs to their end.
enum Command {
    /// The environment for server programs: ours without `PG*`, which would change the server's defaults.
    static var environment: [String: String] {
        ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("PG") && $0.key != "LC_ALL" }
    }

    /// The full path of a program in `PATH` and the folders where system programs live.
    static func path(of program: String) -> String? {
        let folders = ProcessInfo.processInfo.environment["PATH", default: ""].split(separator: ":").map(String.init)
        return (folders + ["/usr/bin", "/bin", "/usr/sbin", "/sbin"])
            .map { $0 + "/" + program }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Starts a program.
    ///
    /// `arguments` begins with its full path, and `connect` gives it its input and output.
    static func start<Result>(
        _ arguments: [String], in directory: URL? = nil, connect: (Process) throws -> Result
    ) throws -> (Process, Result) {
        try Process.started { process in
            process.executableURL = URL(fileURLWithPath: arguments.first ?? "")
            process.arguments = Array(arguments.dropFirst())
            process.environment = environment
            process.standardInput = FileHandle.nullDevice
            if let directory { process.currentDirectoryURL = directory }
            return try connect(process)
        }
    }

    /// Runs a short program and returns what it printed; nil when it fails.
    static func output(_ arguments: [String]) throws -> String? {
        let (process, output) = try start(arguments) { process in
            let pipe = Pipe()
            process.standardOutput = pipe
            process.standardError = FileHandle.nullDevice
            return pipe.fileHandleForReading
        }
        let data = output.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
    }

    /// Runs a program without blocking the caller's thread, and returns its exit status and all it printed.
    ///
    /// The output goes through a file, so that no full pipe can stop the program. It is killed at the deadline and when
    /// the task is cancelled.
    static func run(
        _ arguments: [String], in directory: URL, within timeout: Duration
    ) async throws -> (status: Int32, output: String) {
        let file = directory.appendingPathComponent("output")
        let writing = try FileHandle(creating: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let (process, _) = try start(arguments, in: directory) { process in
            process.standardOutput = writing
            process.standardError = writing
        }
        let deadline = ContinuousClock.now + timeout
        while process.isRunning {
            await pause(milliseconds: 5)
            if Task.isCancelled || ContinuousClock.now > deadline { kill(process.processIdentifier, SIGKILL) }
        }
        try Task.checkCancellation()
        let output = (try? Data(contentsOf: file)) ?? Data()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}

extension FileHandle {
    /// Opens a new, empty file for writing.
    convenience init(creating file: URL) throws {
        try Data().write(to: file)
        try self.init(forWritingTo: file)
    }
}
