public import PostgresWire
internal import Synchronization

/// Stands between any client program and a real server, and writes down what they say to each other.
///
///     let proxy = try await FixtureProxy(to: .tcp(host: "127.0.0.1", port: 5432)) { session in
///         try? session.fixture(named: "psql").write(to: "Fixtures/psql.session")
///     }
///     async let running: Void = proxy.run()
///     …                                                    // let the program connect to proxy.endpoint
///     proxy.stop()
///     await running
///
/// The proxy cannot know the client's secrets and keeps none: marks stand in place of passwords, proofs and signatures.
/// SQL text, parameters and rows are kept as they are.
///
/// A request for encryption is declined by the proxy itself and not written down, since nothing inside TLS or GSSAPI
/// could be recorded; a client that insists on encryption cannot be recorded this way. A CancelRequest is passed on.
public final class FixtureProxy: Sendable {
    private let loop: AcceptLoop
    private let server: PostgresConfiguration.Endpoint
    private let notesPauses: Bool
    private let onSession: @Sendable (Session) -> Void

    /// What one client said, and what it was answered.
    public struct Session: Sendable {
        fileprivate let tape: FixtureTape
        fileprivate let notesPauses: Bool
        /// Why the server could not be reached; nil where it was.
        public let failure: String?

        /// The session as a fixture.
        ///
        /// - Throws: ``FixtureError`` where it is too long to be kept.
        public func fixture(named name: String) throws(FixtureError) -> Fixture {
            try tape.fixture(named: name, notesPauses: notesPauses, secrets: .marked)
        }
    }

    /// Begins to listen; clients wait until ``run()``.
    ///
    /// - Parameters:
    ///   - endpoint: where clients connect to; port 0 is any free one.
    ///   - server: the real server.
    ///   - notesPauses: whether to write down, as remarks, how long pauses of a millisecond or more were.
    ///   - onSession: called when a connection that began a session has ended.
    /// - Throws: ``FixtureError`` where nobody can listen there.
    public init(
        on endpoint: PostgresConfiguration.Endpoint = .tcp(host: "127.0.0.1", port: 0),
        to server: PostgresConfiguration.Endpoint, notesPauses: Bool = false,
        onSession: @escaping @Sendable (Session) -> Void
    ) async throws(FixtureError) {
        self.server = server
        self.notesPauses = notesPauses
        self.onSession = onSession
        loop = try await AcceptLoop(on: endpoint)
    }

    /// Where clients connect to, with the port that was found.
    public var endpoint: PostgresConfiguration.Endpoint { loop.endpoint }

    /// Serves clients until ``stop()``, or until the task is cancelled.
    public func run() async { await loop.run { await self.serve($0) } }

    /// Closes every connection; ``run()`` returns once all sessions have been handed over.
    public func stop() { loop.stop() }

    // MARK: One client

    private func serve(_ client: ByteStream) async {
        guard let opening = try? await Self.opening(of: client) else { return }
        let server: ByteStream
        do throws(PostgresError) {
            server = ByteStream(try await PostgresDialer.sockets.open(self.server, .default) { _ in })
        } catch {
            try? await client.write(Self.unreachable(error))
            onSession(Session(tape: FixtureTape(), notesPauses: notesPauses, failure: error.message))
            return
        }
        if case .cancelRequest? = opening.packet {
            try? await server.write(opening.bytes)
            // The server closes when it has seen to it, and the client waits for that.
            _ = try? await server.read()
            return server.close()
        }
        let tape = FixtureTape()
        await withDiscardingTaskGroup { group in
            group.addTask {
                await Self.pass(from: client, opening.bytes, to: server, tape.sent) { tape.closed(by: .client) }
            }
            group.addTask {
                await Self.pass(from: server, [], to: client, tape.received) { tape.closed(by: .server) }
            }
        }
        onSession(Session(tape: tape, notesPauses: notesPauses, failure: nil))
    }

    /// Passes bytes on, each written down before the other side can answer it, until one side closes.
    private static func pass(
        from source: ByteStream, _ first: [UInt8], to target: ByteStream, _ note: @Sendable ([UInt8]) -> Void,
        _ noteEnd: @Sendable () -> Void
    ) async {
        var bytes = first
        while true {
            if !bytes.isEmpty {
                note(bytes)
                // Who cannot be written to has closed; what it said last still has to come the other way.
                guard (try? await target.write(bytes)) != nil else { return }
            }
            guard let more = try? await source.read() else { break }
            bytes = more
        }
        noteEnd()
        source.close()
        target.close()
    }

    private struct Opening {
        var bytes: [UInt8]
        var packet: StartupPacket?
    }

    /// What the client begins with, once it has been told that there is no encryption; nil where it leaves.
    private static func opening(of client: ByteStream) async throws(SystemError) -> Opening? {
        var bytes: [UInt8] = []
        while true {
            guard let more = try await client.read() else { return nil }
            bytes += more
            while let length = length(of: bytes) {
                guard length <= bytes.count else { break }
                let packet = try? StartupPacket.decode(body: bytes.rawSpan.slice(from: 4, to: length))
                switch packet {
                case .sslRequest?, .gssEncryptionRequest?:
                    bytes.removeFirst(length)
                    try await client.write([UInt8(ascii: "N")])
                default: return Opening(bytes: bytes, packet: packet)
                }
            }
        }
    }

    /// The length of the first packet; what is no packet is passed on as it is.
    private static func length(of bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (try? FrameSplitter.startup(bytes.rawSpan, limits: Limits())) ?? bytes.count
    }

    private static func unreachable(_ error: PostgresError) -> [UInt8] {
        let report = ServerReport(
            severity: "FATAL", sqlState: .connectionFailure,
            message: "pgfixture cannot reach the server: \(error.message)")
        return (try? Fixture.Message(server: .errorResponse(report)))?.bytes ?? []
    }
}
