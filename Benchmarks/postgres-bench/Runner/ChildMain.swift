import Foundation

/// The other side of ``ChildProcess``: measures once and prints one line of JSON.
struct ChildMain: Sendable {
    /// What to measure; nil when the request was not understood.
    private let request: ChildRequest?

    /// Reads the request from standard input.
    init() { request = ChildRequest(lines: AnyIterator { readLine() }) }

    /// Measures a driver that blocks; nil for the others.
    func measureBlocking() -> Int32? {
        guard let request, request.driver == .libpq else { return nil }
        return report(Result { try LibpqPeer(request).measure() })
    }

    /// Measures a driver that suspends.
    func measure() async -> Int32 {
        guard let request else { return ExitCode.usage }
        do {
            return report(.success(try await SwiftPostgresPeer(request).measure()))
        } catch {
            return report(.failure(error))
        }
    }

    private func report(_ result: Result<Measurement, any Error>) -> Int32 {
        switch result {
        case .success(let measurement):
            Console.write(ChildReport.line(measurement), to: FileHandle.standardOutput)
            return ExitCode.ok
        case .failure(let error):
            Console.write(ChildReport.line("\(error)"), to: FileHandle.standardOutput)
            return (error as? BenchmarkError)?.exitCode ?? ExitCode.failure
        }
    }
}
