public import PostgresWire
internal import Synchronization

/// A recording as a server: what connects through ``dialer`` gets the recorded answers.
///
/// The client must send what the recorded one sent, byte for byte; each of the server's bytes comes when everything
/// has been sent that had been sent before it. Where the client differs, its connection breaks with an error that shows
/// both sides next to each other, and ``mismatch`` keeps it. When the recording is over, so is the connection.
///
///     let replay = FixtureReplay(try Fixture(contentsOf: "users.session"))
///     let connection = try await PostgresConnection.connect(replay.fixture.configuration, dialer: replay.dialer)
///
/// Every connection plays the recording from its beginning.
public final class FixtureReplay: Sendable {
    /// What is played.
    public let fixture: Fixture
    /// How it is played.
    public let options: ReplayOptions
    /// For transports in memory.
    private let program: ReplayProgram
    /// For clients that prove for themselves who they are.
    private let servedProgram: ReplayProgram
    private let exchange: RecordedExchange
    private let looseLines: Set<Int>
    private let state = Mutex(State())

    private struct State {
        var mismatch: ReplayMismatch?
        var opened = 0
        var completed = 0
    }

    /// Prepares a recording; the work is done once, whatever the number of connections.
    ///
    /// Where marks stand for secrets that were not kept, AuthenticationOk comes in place of the recorded exchange: the
    /// client is asked for no password.
    public convenience init(_ fixture: Fixture, options: ReplayOptions = ReplayOptions()) {
        self.init(fixture, options: options, exchange: RecordedExchange(fixture), looseLines: [])
    }

    /// A script, of which nothing is left out.
    ///
    /// - Parameter looseLines: lines whose message of the client may be any of its kind.
    convenience init(_ script: Fixture, options: ReplayOptions, looseLines: Set<Int>) {
        self.init(script, options: options, exchange: RecordedExchange(), looseLines: looseLines)
    }

    private init(_ fixture: Fixture, options: ReplayOptions, exchange: RecordedExchange, looseLines: Set<Int>) {
        self.fixture = fixture
        self.options = options
        self.exchange = exchange
        self.looseLines = looseLines
        program = ReplayProgram(fixture, options, skipping: exchange.linesToSkipInMemory)
        servedProgram = ReplayProgram(fixture, options, skipping: exchange.linesToSkipWhenServing)
    }

    /// The first difference between a client and the recording; nil while there is none.
    public var mismatch: ReplayMismatch? { state.withLock { $0.mismatch } }

    /// How many connections were opened.
    public var connectionCount: Int { state.withLock { $0.opened } }

    /// How many connections sent and received everything that was recorded.
    public var completedCount: Int { state.withLock { $0.completed } }

    /// Connects to the recording, whatever the endpoint.
    public var dialer: PostgresDialer {
        PostgresDialer(nonce: fixture.header.nonce, scramKey: fixture.header.scramKey) {
            (_, loop, interruptible) async throws(PostgresError) in
            let transport = self.transport(on: loop)
            interruptible { _ in transport.close() }
            return transport
        }
    }

    /// One connection to the recording.
    ///
    /// - Parameter loop: what watches over the patience; without one nothing does.
    package func transport(on loop: EventLoop? = nil) -> any Transport {
        noteConnection()
        let patience = options.patience
        guard isLoose else {
            return ReplayTransport(ReplayPlayer(program), patience: patience, loop: loop) { self.note($0) }
        }
        // In memory the client has the recorded nonce, so the exchange is the recorded one.
        return ReplayTransport(servingPlayer(inMemory: true), patience: patience, loop: loop) { self.note($0) }
    }

    private var isLoose: Bool { !options.tolerance.isEmpty || !looseLines.isEmpty }

    /// The machine for one client that connects through a socket.
    func servingPlayer(inMemory: Bool = false, keepsOrders: Bool = false) -> ServingPlayer {
        ServingPlayer(
            inMemory ? program : servedProgram, authentication: inMemory ? nil : exchange.authentication,
            looseLines: looseLines, tolerance: options.tolerance, keepsOrders: keepsOrders)
    }

    // MARK: As one of several

    /// The machine for one client in memory, whose answers wait for other connections.
    func orderedPlayer() -> any ServerMachine {
        isLoose ? servingPlayer(inMemory: true, keepsOrders: true) : ReplayPlayer(program, keepsOrders: true)
    }

    /// How long the startup message is.
    var startupByteCount: Int { program.clientMessages.first?.end ?? 0 }

    /// Whether the client's bytes begin with these.
    func clientBegins(with bytes: [UInt8]) -> Bool { program.client.starts(with: bytes) }

    /// How many bytes the client sends.
    var clientByteCount: Int { program.client.count }

    /// How many bytes the client has sent by the end of one of its messages, counted from 1.
    func clientByteCount(messages: Int) -> Int { program.clientByteCount(messages: messages) }

    /// How many bytes a client gets in memory that plays the recording to its end.
    package var serverByteCount: Int { program.server.count }

    func noteConnection() { state.withLock { $0.opened += 1 } }

    func note(_ outcome: ReplayOutcome) {
        state.withLock { state in
            switch outcome {
            case .completed: state.completed += 1
            case .mismatch(let mismatch): state.mismatch = state.mismatch ?? mismatch
            }
        }
    }
}

extension PostgresDialer {
    /// A dialer that plays a recording instead of connecting to a server.
    ///
    /// To learn afterwards whether the client kept to the recording, make a ``FixtureReplay`` and use its dialer.
    public static func replaying(_ fixture: Fixture, options: ReplayOptions = ReplayOptions()) -> PostgresDialer {
        FixtureReplay(fixture, options: options).dialer
    }
}

extension Fixture {
    /// A dialer that plays this recording instead of connecting to a server.
    public func dialer(options: ReplayOptions = ReplayOptions()) -> PostgresDialer {
        .replaying(self, options: options)
    }
}
