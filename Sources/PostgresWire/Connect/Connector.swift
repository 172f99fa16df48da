internal import Synchronization

/// Turns a configuration into an authenticated connection: every host, every address of it, until one works.
///
/// The only place where randomness comes in: the nonce of SCRAM.
package struct Connector: Sendable {
    private let configuration: PostgresConfiguration
    private let handlers: ConnectionHandlers
    private let keyCache: ScramKeyCache?
    private let dialer: PostgresDialer

    /// - Parameter keyCache: spares further connections with the same password the work of SCRAM.
    package init(
        _ configuration: PostgresConfiguration, handlers: ConnectionHandlers = ConnectionHandlers(),
        keyCache: ScramKeyCache? = nil, dialer: PostgresDialer = .sockets
    ) {
        self.dialer = dialer
        self.configuration = configuration
        self.handlers = handlers
        self.keyCache = keyCache
    }

    /// Connects; each host has the connect timeout for itself.
    package func connect(on loop: EventLoop? = nil) async throws(PostgresError) -> WireConnection {
        let loop = loop ?? EventLoop.choose()
        var failures: [(place: String, error: PostgresError)] = []
        for host in configuration.hosts {
            do throws(PostgresError) {
                return try await connect(to: host, loop: loop)
            } catch {
                if error.code == .cancelled { throw error }
                failures.append((host.description, error))
                if isFinal(error) { break }
            }
        }
        throw combined(failures)
    }

    /// Another host would answer the same: wrong password, no such database, no permission.
    private func isFinal(_ error: PostgresError) -> Bool {
        guard let state = error.server?.sqlState else { return false }
        return state == .invalidPassword || state == .invalidAuthorizationSpecification || state == .invalidCatalogName
            || state == .insufficientPrivilege
    }

    private func combined(_ failures: [(place: String, error: PostgresError)]) -> PostgresError {
        guard let last = failures.last else {
            return PostgresError(.invalidConfiguration, "the configuration names no host", nothingWasSent: true)
        }
        let text = failures.map { "\($0.place): \($0.error.message)" }.joined(separator: "; ")
        return PostgresError(last.error.code, "could not connect to \(text)", server: last.error.server)
    }

    // MARK: One host

    private func connect(
        to host: PostgresConfiguration.Endpoint, loop: EventLoop
    ) async throws(PostgresError) -> WireConnection {
        let attempt = ConnectAttempt()
        let timer = configuration.connectTimeout.map { timeout in
            loop.schedule(after: timeout.wholeNanoseconds) {
                attempt.interrupt(because: PostgresError(.timedOut, "no answer within \(timeout)"))
            }
        }
        defer {
            attempt.end()
            if let timer { loop.cancel(timer) }
        }
        let result: Result<WireConnection, PostgresError> = await withTaskCancellationHandler {
            do throws(PostgresError) {
                return .success(try await connect(to: host, loop: loop, attempt))
            } catch {
                // What the interruption broke is less interesting than the interruption.
                return .failure(attempt.interruption ?? error)
            }
        } onCancel: {
            attempt.interrupt(because: .cancelled)
        }
        return try result.get()
    }

    private func connect(
        to host: PostgresConfiguration.Endpoint, loop: EventLoop, _ attempt: ConnectAttempt
    ) async throws(PostgresError) -> WireConnection {
        let transport = try await dialer.open(host, loop) { attempt.begin($0) }
        if let interruption = attempt.interruption {
            transport.close()
            throw interruption
        }
        return try await start(transport, loop, attempt)
    }

    private func start(
        _ transport: any Transport, _ loop: EventLoop, _ attempt: ConnectAttempt
    ) async throws(PostgresError) -> WireConnection {
        let connection = try open(over: transport, loop)
        attempt.begin { connection.close(because: $0) }
        try await connection.start()
        if let key = connection.derivedKey { keyCache?.store(key, for: configuration) }
        return connection
    }

    private func open(over transport: any Transport, _ loop: EventLoop) throws(PostgresError) -> WireConnection {
        let session: Session
        do throws(WireError) {
            session = try Session(
                startup: startupMessage(), authenticator: authenticator(), limits: configuration.limits)
        } catch {
            transport.close()
            throw PostgresError(error)
        }
        return WireConnection(
            session: session, transport: transport, handlers: handlers, loop: loop,
            cancelTimeout: configuration.cancelTimeout)
    }

    // MARK: What is sent

    private func startupMessage() -> StartupMessage {
        var parameters = [("user", configuration.user), ("database", configuration.database ?? configuration.user)]
        if let name = configuration.applicationName { parameters.append(("application_name", name)) }
        if let options = configuration.options { parameters.append(("options", options)) }
        // Everything that the driver says and reads is UTF-8.
        parameters.append(("client_encoding", "UTF8"))
        for (name, value) in configuration.parameters.sorted(by: { $0.key < $1.key }) {
            parameters.append((name, value))
        }
        return StartupMessage(version: .v3_0, parameters: parameters.map { .init($0.0, $0.1) })
    }

    private func authenticator() -> Authenticator {
        Authenticator(
            user: configuration.user, password: configuration.password.map(SASLPrep.prepare),
            rawPassword: configuration.password.map { Array($0.utf8) }, nonce: dialer.nonce ?? Self.freshNonce(),
            scramKey: dialer.scramKey ?? keyCache?.key(for: configuration), limits: configuration.limits)
    }

    /// 144 random bits as 24 printable characters without a comma.
    private static func freshNonce() -> String {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<18).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return String(decoding: Base64.encode(bytes), as: UTF8.self)
    }
}

extension Duration {
    /// The duration in nanoseconds, 0 where it is negative and the largest number where it is too long.
    package var wholeNanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        guard seconds < 9_000_000_000 else { return .max / 2 }
        return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }
}
