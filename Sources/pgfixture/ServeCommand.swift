import PostgresFixtures
import PostgresWire
import Synchronization

/// Answers clients from a recording: `pgfixture serve`.
struct ServeCommand {
    private let file: String
    private let listen: PostgresConfiguration.Endpoint
    private let once: Bool
    private let tolerance: ReplayOptions.Tolerance

    init(_ arguments: inout ArgumentReader) throws(FixtureCommand.Failure) {
        try arguments.read("serve", options: ["--listen"], flags: ["--once", "--any-statement-names"])
        file = try arguments.file("recording")
        listen = try arguments.endpoint("--listen")
        once = arguments.has("--once")
        tolerance = arguments.has("--any-statement-names") ? .statementNames : []
    }

    func run() async throws(FixtureCommand.Failure) {
        let replay = FixtureReplay(try FixtureFiles.read(file), options: ReplayOptions(tolerance: tolerance))
        let stop = Mutex<(@Sendable () -> Void)?>(nil)
        let server: ReplayServer
        do throws(FixtureError) {
            server = try await ReplayServer(replay, on: listen) { end in
                switch end {
                case .completed: FixtureCommand.say("a client played \(self.file) to its end")
                case .mismatch(let mismatch): FixtureCommand.say(mismatch.description)
                }
                if self.once { stop.withLock { $0 }?() }
            }
        } catch {
            throw FixtureCommand.Failure(status: .unavailable, message: error.description)
        }
        stop.withLock { $0 = { server.stop() } }
        let signals = TerminationSignals { server.stop() }
        FixtureCommand.say("listening on \(server.endpoint)")
        await server.run()
        signals.end()
        if replay.mismatch != nil {
            throw FixtureCommand.Failure(status: .mismatch, message: "\(file): a client did not keep to the recording")
        }
    }
}
