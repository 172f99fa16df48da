import Foundation

/// A driver for Python: a program in `Benchmarks/peers` that takes a ``ChildRequest`` and prints a ``ChildReport``.
struct PythonPeer {
    private let program: String

    /// The program of a driver; nil for drivers that we run ourselves.
    init?(_ driver: DriverName) throws {
        guard driver == .asyncpg || driver == .psycopg else { return nil }
        let name = "\(driver.rawValue)_peer.py"
        let here = FileManager.default.currentDirectoryPath + "/Benchmarks/peers/"
        let sources =
            URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("peers").path + "/"
        let found = [here, sources].first { FileManager.default.fileExists(atPath: $0 + name) }
        guard let found else {
            throw BenchmarkError.runFailed("Benchmarks/peers/\(name) is neither here nor beside the sources")
        }
        program = found + name
    }

    /// Finds the interpreter in PATH.
    var executable: URL { URL(fileURLWithPath: "/usr/bin/env") }

    /// `-B` leaves no compiled files beside the sources.
    var arguments: [String] { ["python3", "-B", program] }

    /// Our environment; packages are found in the folder that `POSTGRES_PYTHON` names, too.
    var environment: [String: String] {
        var environment = ProcessInfo.processInfo.environment
        let folders = ["POSTGRES_PYTHON", "PYTHONPATH"].compactMap { environment[$0] }.filter { !$0.isEmpty }
        if !folders.isEmpty { environment["PYTHONPATH"] = folders.joined(separator: ":") }
        return environment
    }

    /// The exit code where there is no interpreter.
    static let notFound: Int32 = 127

    /// What the program has to know beside the request: the SQL, and what must have arrived in the end.
    func details(_ request: ChildRequest) -> String {
        let (check, expected) =
            switch request.workload {
            case .copyIn: (CopiedRow.check, CopiedRow.expected(rows: request.rows))
            case .batchInsert: (BatchValues.check, BatchValues.expected)
            default: ("", "")
            }
        return """
            sql=\(request.workload.sql)
            truncate=\(request.workload.truncateSQL)
            check=\(check)
            expected=\(expected)

            """
    }
}
