/// The command's exit codes, those of sysexits.h where it has one.
enum ExitCode {
    static let ok: Int32 = 0
    static let failure: Int32 = 1
    static let usage: Int32 = 64
    static let unreachable: Int32 = 69
    static let cannotCreate: Int32 = 73
}

/// Why the command, or one run of it, failed.
enum BenchmarkError: Error, CustomStringConvertible {
    /// No connection to the server, or no server.
    case unreachable(String)
    /// One run failed; the others go on.
    case runFailed(String)
    /// The server refused the schema.
    case schema(String)
    /// A report cannot be written.
    case output(String)
    /// A signal asked us to end.
    case interrupted(Int32)

    var description: String {
        switch self {
        case .unreachable(let text), .runFailed(let text): text
        case .schema(let text): "cannot create the schema \(BenchmarkSchema.name): \(text)"
        case .output(let file): "cannot write \(file)"
        case .interrupted(let signal): "interrupted by signal \(signal)"
        }
    }

    var exitCode: Int32 {
        switch self {
        case .unreachable: ExitCode.unreachable
        case .runFailed, .schema: ExitCode.failure
        case .output: ExitCode.cannotCreate
        case .interrupted(let signal): 128 + signal
        }
    }

    /// Whether the other runs may go on.
    var isOfOneRun: Bool {
        if case .runFailed = self { true } else { false }
    }
}
