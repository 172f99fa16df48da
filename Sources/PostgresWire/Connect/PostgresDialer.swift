/// How a connection reaches its server: by a socket, or by whatever a test puts in its place.
///
/// `PostgresFixtures` makes dialers that record a session, and dialers that replay one without any server.
public struct PostgresDialer: Sendable {
    /// Opens a stream to an endpoint; `started` receives something that can be closed to give up.
    package var open:
        @Sendable (
            _ endpoint: PostgresConfiguration.Endpoint, _ loop: EventLoop,
            _ interruptible: @escaping @Sendable (@escaping @Sendable (PostgresError) -> Void) -> Void
        ) async throws(PostgresError) -> any Transport
    /// The nonce of SCRAM; nil for a fresh one, as it must be outside of tests.
    package var nonce: String?
    /// A key that spares the derivation from the password.
    package var scramKey: ScramKey?

    package init(
        nonce: String? = nil, scramKey: ScramKey? = nil,
        open:
            @escaping @Sendable (
                _ endpoint: PostgresConfiguration.Endpoint, _ loop: EventLoop,
                _ interruptible: @escaping @Sendable (@escaping @Sendable (PostgresError) -> Void) -> Void
            ) async throws(PostgresError) -> any Transport
    ) {
        self.nonce = nonce
        self.scramKey = scramKey
        self.open = open
    }

    /// Sockets: every address of the endpoint is tried in turn.
    public static let sockets = PostgresDialer { endpoint, loop, interruptible async throws(PostgresError) in
        var lastError = PostgresError(.connectionFailed, "the name has no address")
        for address in try await addresses(of: endpoint, interruptible) {
            do throws(SystemError) {
                return try await SocketTransport.connect(to: address, loop: loop) { transport in
                    interruptible { _ in transport.close() }
                }
            } catch {
                lastError = PostgresError(.connectionFailed, error.description)
            }
        }
        throw lastError
    }

    private static func addresses(
        of endpoint: PostgresConfiguration.Endpoint,
        _ interruptible: @escaping @Sendable (@escaping @Sendable (PostgresError) -> Void) -> Void
    ) async throws(PostgresError) -> [SocketAddress] {
        do throws(SystemError) {
            switch endpoint {
            case .tcp(let name, let port):
                return try await SocketAddress.resolve(host: name, port: port) { abort in
                    interruptible { abort(SystemError(call: "getaddrinfo", reason: $0.message)) }
                }
            case .unix:
                return [try SocketAddress.unix(path: endpoint.socketPath ?? "")]
            }
        } catch {
            throw PostgresError(.connectionFailed, error.description)
        }
    }
}
