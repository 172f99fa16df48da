public import PostgresWire

/// A recording as a real server on a socket, for clients of any kind: psql, a program in another language, an application
/// that is tested as a whole.
///
///     let server = try await ReplayServer(FixtureReplay(fixture))        // a free port on 127.0.0.1
///     async let running: Void = server.run()
///     …                                                                  // connect to server.endpoint
///     server.stop()
///     await running
///     #expect(server.replay.mismatch == nil)
///
/// A client must send what was recorded. What must differ may differ: its nonce, its request for encryption (which is
/// declined) and the names of its statements where ``ReplayOptions/Tolerance/statementNames`` says so. Process ID and
/// cancel key are the recorded ones; a CancelRequest is taken and nothing follows from it.
///
/// Where the recording has the public password and SCRAM, the client must prove that it knows it; MD5 and clear text
/// must be sent as recorded. In every other recording AuthenticationOk comes in place of the exchange, so a client that
/// insists on one (`require_auth`) cannot use it.
///
/// A client that differs gets a FATAL error with both sides of the first difference, and its connection is closed.
public final class ReplayServer: Sendable {
    /// What is played.
    public let replay: FixtureReplay
    private let loop: AcceptLoop
    private let onSession: @Sendable (SessionEnd) -> Void

    /// How the session of one client ended.
    public enum SessionEnd: Hashable, Sendable {
        /// Everything that was recorded was sent and received.
        case completed
        /// The client did something else, or left too early.
        case mismatch(ReplayMismatch)
    }

    /// Begins to listen; clients wait until ``run()``.
    ///
    /// - Parameters:
    ///   - endpoint: where to listen; port 0 is any free one.
    ///   - onSession: called at the end of each session; connections for a CancelRequest are none.
    /// - Throws: ``FixtureError`` where nobody can listen there.
    public init(
        _ replay: FixtureReplay, on endpoint: PostgresConfiguration.Endpoint = .tcp(host: "127.0.0.1", port: 0),
        onSession: @escaping @Sendable (SessionEnd) -> Void = { _ in }
    ) async throws(FixtureError) {
        self.replay = replay
        self.onSession = onSession
        loop = try await AcceptLoop(on: endpoint)
    }

    /// Where the server listens, with the port that was found.
    public var endpoint: PostgresConfiguration.Endpoint { loop.endpoint }

    /// The configuration by which our driver connects to this server and sends what was recorded.
    public var configuration: PostgresConfiguration {
        var configuration = replay.fixture.configuration
        configuration.hosts = [endpoint]
        return configuration
    }

    /// Serves clients until ``stop()``, or until the task is cancelled.
    public func run() async { await loop.run { await self.serve($0) } }

    /// Closes every connection; ``run()`` then returns.
    public func stop() { loop.stop() }

    private func serve(_ client: ByteStream) async {
        var player = replay.servingPlayer()
        do throws(SystemError) {
            if let mismatch = try await serve(client, &player) { return end(.mismatch(mismatch)) }
        } catch {
            // The client is gone, unless it was us who closed.
            if loop.isStopped { return }
        }
        if player.isComplete { return end(.completed) }
        // Who only looks whether a server is there, or cancels, has no session; nor has who is cut off on purpose.
        if player.isCancelRequest || !player.hasBegun || replay.options.faults?.isHarmless == false { return }
        end(.mismatch(player.abandoned))
    }

    private func end(_ end: SessionEnd) {
        switch end {
        case .completed: replay.note(.completed)
        case .mismatch(let mismatch): replay.note(.mismatch(mismatch))
        }
        onSession(end)
    }

    private func serve(_ client: ByteStream, _ player: inout ServingPlayer) async throws(SystemError) -> ReplayMismatch?
    {
        while true {
            try await deliver(&player, to: client)
            if player.mustClose { return nil }
            guard let bytes = try await client.read() else { return nil }
            guard let mismatch = player.take(bytes.rawSpan) else {
                if player.hasBegun, !player.isCounted {
                    player.isCounted = true
                    replay.noteConnection()
                }
                continue
            }
            try? await client.write(Self.fatal(mismatch))
            return mismatch
        }
    }

    private func deliver(_ player: inout ServingPlayer, to client: ByteStream) async throws(SystemError) {
        while true {
            if let pause = player.pause {
                try? await Task.sleep(for: pause)
                player.endPause()
            }
            let count = player.available
            guard count > 0 else { return }
            var buffer = ReceiveBuffer()
            player.deliver(count, into: &buffer)
            try await client.write(buffer.unread.array)
        }
    }

    private static func fatal(_ mismatch: ReplayMismatch) -> [UInt8] {
        let report = ServerReport(
            severity: "FATAL", sqlState: .protocolViolation,
            message: "the recording goes on differently: \(mismatch.reason)",
            more: [ServerReport.Field(UInt8(ascii: "D"), mismatch.description)])
        return (try? Fixture.Message(server: .errorResponse(report)))?.bytes ?? []
    }
}
