public import Foundation
import Synchronization

/// A private PostgreSQL server for tests and benchmarks: started in a directory of its own, gone when stopped.
///
/// The server listens on 127.0.0.1 at a random port and on a socket inside its directory, asks for a SCRAM password, and
/// trades durability for speed (`fsync`, `synchronous_commit`, `full_page_writes` and `jit` are off, the time zone is UTC).
/// PostgreSQL refuses to run as root; a root process runs it as the user `postgres`, else as `nobody`.
///
/// ```swift
/// let server = try await TemporaryServer.start()
/// defer { … }                       // `await server.stop()` on every path
/// let client = try PostgresClient(server.url)
/// ```
///
/// Call ``stop()`` when done. Whatever happens to the process that started it, even `kill -9`, a small watchdog process
/// then stops the server and removes its directory.
public final class TemporaryServer: Sendable {
    /// The address that the server listens on.
    public let host = "127.0.0.1"

    /// The TCP port; also part of the name of the socket in ``socketDirectory``.
    public let port: Int

    /// The superuser that the server was created with.
    public let user: String

    /// The password of ``user``.
    public let password: String

    /// The database that every server has from the start.
    public let database = "postgres"

    /// The binaries that the server was made of, with their version.
    public let installation: Installation

    /// Everything that the server owns; removed by ``stop()``.
    public let directory: URL

    private let account: ServerAccount
    private let options: Options
    private let watchdog: ServerWatchdog
    private let process: Mutex<Process?>

    init(
        prepared: PreparedServer, port: Int, process: Process
    ) {
        self.port = port
        self.user = prepared.options.user
        self.password = prepared.password
        self.installation = prepared.installation
        self.directory = prepared.directory
        self.account = prepared.account
        self.options = prepared.options
        self.watchdog = prepared.watchdog
        self.process = Mutex(process)
    }

    /// A connection URL for ``user`` over TCP, password included.
    public var url: String { "postgres://\(user):\(password)@\(host):\(port)/\(database)" }

    /// The directory of the Unix-domain socket, as the `host` of a connection string.
    public var socketDirectory: String { directory.path }

    /// The data directory, `PGDATA`.
    public var dataDirectory: URL { directory.appendingPathComponent("data") }

    /// The server's certificate, to be used as `sslrootcert` when it is self-signed; nil without TLS.
    public var certificateFile: URL? {
        options.tls == .off ? nil : dataDirectory.appendingPathComponent("server.crt")
    }

    /// The postmaster's process number; nil while the server is down.
    public var processIdentifier: Int32? { PostmasterFile(in: directory)?.processIdentifier }

    /// What the server has logged so far.
    public var log: String { PreparedServer.log(in: directory) }

    /// Starts a server and returns when it accepts connections, typically within two seconds.
    ///
    /// - Parameter options: which binaries, which settings; the defaults use the newest installation found.
    /// - Throws: ``TemporaryServerError`` with the output of the program that failed, or `CancellationError`.
    public static func start(_ options: Options = Options()) async throws -> TemporaryServer {
        let prepared = try await PreparedServer.prepare(options)
        do {
            var lastLog = ""
            for _ in 0..<10 {
                let port = options.port ?? Int.random(in: 20_000...32_000)
                let process = try prepared.launch(port: port)
                do {
                    try await prepared.waitUntilReady(process, within: options.startTimeout)
                    return TemporaryServer(prepared: prepared, port: port, process: process)
                } catch let error as TemporaryServerError where error.isPortTaken && options.port == nil {
                    lastLog = error.output
                }
            }
            throw TemporaryServerError(.startFailed, "no free port in ten attempts", output: lastLog)
        } catch {
            await prepared.discard()
            throw error
        }
    }

    /// Stops the server and removes its directory; does nothing the second time.
    ///
    /// Tries a fast shutdown for ten seconds, an immediate one for five, then kills the postmaster.
    public func stop() async {
        if !(await shutDown(.fast)), !(await shutDown(.immediate)) { _ = await shutDown(.kill) }
        await watchdog.dismiss()
    }

    /// Ends the server but keeps its data, so that ``startAgain()`` can bring it back on the same port.
    ///
    /// - Returns: whether the server is down; false after ten seconds (five for ``ShutdownMode/immediate``).
    @discardableResult
    public func shutDown(_ mode: ShutdownMode) async -> Bool {
        guard let process = process.withLock({ $0 }) else { return true }
        if process.isRunning {
            kill(PostmasterFile(in: directory)?.processIdentifier ?? process.processIdentifier, mode.signal)
        }
        let deadline = ContinuousClock.now + .seconds(mode == .immediate ? 5 : 10)
        while process.isRunning {
            guard ContinuousClock.now < deadline else { return false }
            await pause(milliseconds: 10)
        }
        self.process.withLock { $0 = nil }
        return true
    }

    /// Starts the server again after ``shutDown(_:)``, with the same data, port and settings.
    ///
    /// - Throws: ``TemporaryServerError`` with the server's log.
    public func startAgain() async throws {
        guard process.withLock({ $0 == nil }) else {
            throw TemporaryServerError(.startFailed, "the server is already running", output: "")
        }
        let prepared = PreparedServer(
            options: options, installation: installation, directory: directory, account: account,
            password: password, watchdog: watchdog)
        let process = try prepared.launch(port: port)
        self.process.withLock { $0 = process }
        try await prepared.waitUntilReady(process, within: options.startTimeout)
    }

    /// Makes the server read its configuration files again, as `pg_ctl reload` does.
    public func reload() {
        if let postmaster = processIdentifier { kill(postmaster, SIGHUP) }
    }
}

extension TemporaryServer {
    /// How a server is asked to end, as `pg_ctl stop -m` names it.
    public enum ShutdownMode: Sendable {
        /// Waits for every client to leave.
        case smart
        /// Ends every session, then shuts down cleanly.
        case fast
        /// Ends at once without a checkpoint; the next start recovers.
        case immediate
        /// Kills the postmaster, as the kernel would: what a crash looks like.
        case kill

        var signal: Int32 {
            switch self {
            case .smart: SIGTERM
            case .fast: SIGINT
            case .immediate: SIGQUIT
            case .kill: SIGKILL
            }
        }
    }
}

/// Sleeps without noticing cancellation, because cleaning up must go on in a cancelled task too.
func pause(milliseconds: Int) async {
    await withCheckedContinuation { continuation in
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { continuation.resume() }
    }
}
