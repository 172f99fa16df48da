import Foundation
import PostgresFixtures
import PostgresWire
import Synchronization

/// Records the clients of a server from between: `pgfixture proxy`.
struct ProxyCommand {
    private let listen: PostgresConfiguration.Endpoint
    private let server: PostgresConfiguration.Endpoint
    private let output: String
    private let once: Bool
    private let notesPauses: Bool

    init(_ arguments: inout ArgumentReader) throws(FixtureCommand.Failure) {
        try arguments.read("proxy", options: ["--listen", "--to", "--output"], flags: ["--once", "--pauses"])
        listen = try arguments.endpoint("--listen")
        server = try arguments.endpoint("--to")
        output = try arguments.value("--output")
        once = arguments.has("--once")
        notesPauses = arguments.has("--pauses")
        try arguments.requireNoFile()
    }

    /// What has become of the sessions so far.
    private struct State {
        var written = 0
        var failure: FixtureCommand.Failure?
    }

    func run() async throws(FixtureCommand.Failure) {
        let state = Mutex(State())
        let stop = Mutex<(@Sendable () -> Void)?>(nil)
        let proxy: FixtureProxy
        do throws(FixtureError) {
            proxy = try await FixtureProxy(on: listen, to: server, notesPauses: notesPauses) { session in
                let isOver = state.withLock { self.keep(session, &$0) }
                if isOver, self.once { stop.withLock { $0 }?() }
            }
        } catch {
            throw FixtureCommand.Failure(status: .unavailable, message: error.description)
        }
        stop.withLock { $0 = { proxy.stop() } }
        let signals = TerminationSignals { proxy.stop() }
        FixtureCommand.say("listening on \(proxy.endpoint), for \(server)")
        await proxy.run()
        signals.end()
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    /// Writes a session down; true where it was one.
    private func keep(_ session: FixtureProxy.Session, _ state: inout State) -> Bool {
        do throws(FixtureCommand.Failure) {
            if let failure = session.failure {
                throw FixtureCommand.Failure(status: .unavailable, message: "\(server) cannot be reached: \(failure)")
            }
            let file = self.file(number: state.written + 1)
            let fixture: Fixture
            do throws(FixtureError) {
                fixture = try session.fixture(named: FixtureFiles.name(of: file))
            } catch {
                throw FixtureCommand.Failure(status: .mismatch, message: error.description)
            }
            guard fixture.goesBeyondPasswordRequest else { return false }
            try FixtureFiles.write(fixture, to: file)
            state.written += 1
            FixtureCommand.say("wrote \(file)")
        } catch {
            FixtureCommand.say(error.message)
            state.failure = state.failure ?? error
        }
        return true
    }

    /// Where a session is written: `users.session`, then `users-2.session` and so on.
    private func file(number: Int) -> String {
        guard number > 1 else { return output }
        let url = URL(fileURLWithPath: output)
        let name = url.deletingPathExtension().path
        return url.pathExtension.isEmpty ? "\(name)-\(number)" : "\(name)-\(number).\(url.pathExtension)"
    }
}

extension Fixture {
    /// Whether the server said more than which password it wants.
    fileprivate var goesBeyondPasswordRequest: Bool {
        messages.contains { message in
            guard message.side == .server else { return false }
            return message.tag != BackendKind.authentication.rawValue || message.readable == "AuthenticationOk"
        }
    }
}
