public import PostgresWire
internal import Synchronization

/// Records the sessions of a client with a real server.
///
///     let recorder = FixtureRecorder()
///     let connection = try await PostgresConnection.connect(configuration, dialer: .recording(into: recorder))
///     …
///     connection.close()
///     try recorder.fixture(named: "users").write(to: "Fixtures/users.session")
///
/// The password must be `fixture` (or none be asked for): a recording of another one is refused, for whoever gets the
/// file could try passwords against it. With ``Secrets/marked`` any password will do, and nothing of it is kept. SQL text, parameters and rows are kept as they are.
public final class FixtureRecorder: Sendable {
    private let tapes = Mutex<[FixtureTape]>([])
    private let notesPauses: Bool
    private let secrets: Secrets

    /// What becomes of passwords, and of what is made from them.
    public enum Secrets: Hashable, Sendable {
        /// They are kept, and any other password than the public one is refused: the exchange can be replayed.
        case ofPublicPassword
        /// Marks stand in their place, whatever the password was: a replay asks for none.
        case marked
    }

    /// The SCRAM nonce of recordings.
    ///
    /// It is no secret, which is one more reason never to record with a real password.
    public static let nonce = "fixture-nonce-0123456789"

    /// A recorder.
    ///
    /// - Parameters:
    ///   - secrets: what becomes of passwords.
    ///   - notesPauses: whether to write down, as remarks, how long pauses of a millisecond or more were.
    public init(secrets: Secrets = .ofPublicPassword, notesPauses: Bool = false) {
        self.secrets = secrets
        self.notesPauses = notesPauses
    }

    /// How many connections have been recorded, or are being recorded.
    public var connectionCount: Int { tapes.withLock { $0.count } }

    /// The session of the connection that was opened last, as far as it has come.
    ///
    /// - Throws: ``FixtureError`` where there is none, or where it must not be kept.
    public func fixture(named name: String) throws(FixtureError) -> Fixture {
        guard let tape = tapes.withLock({ $0.last }) else {
            throw FixtureError("no connection was made", fixture: name)
        }
        return try tape.fixture(named: name, notesPauses: notesPauses, secrets: secrets)
    }

    /// The sessions of all connections in the order in which they were opened, as `name.1.session` and so on.
    ///
    /// Each also says how much the other connections had sent when an answer came.
    ///
    /// - Throws: ``FixtureError`` where one must not be kept.
    public func fixtures(named name: String) throws(FixtureError) -> [Fixture] {
        var players: [TapePlayer] = []
        for (index, tape) in tapes.withLock({ $0 }).enumerated() {
            let name = FixtureName(name).numbered(index + 1)
            players.append(try TapePlayer(tape, named: name, notesPauses: notesPauses, secrets: secrets))
        }
        TapePlayer.play(&players)
        var fixtures: [Fixture] = []
        for index in players.indices { fixtures.append(try players[index].fixture()) }
        return fixtures
    }

    /// A transport that does what `transport` does and writes everything down.
    func record(_ transport: any Transport) -> any Transport {
        let tape = FixtureTape()
        tapes.withLock { $0.append(tape) }
        return RecordingTransport(transport, tape: tape)
    }
}

extension PostgresDialer {
    /// A dialer that records every connection it makes.
    ///
    /// - Parameters:
    ///   - recorder: what the sessions are written down in.
    ///   - nonce: the nonce of SCRAM, the same in the recording and when it is replayed.
    ///   - dialer: how the server is really reached.
    public static func recording(
        into recorder: FixtureRecorder, nonce: String = FixtureRecorder.nonce, through dialer: PostgresDialer = .sockets
    ) -> PostgresDialer {
        PostgresDialer(nonce: nonce, scramKey: dialer.scramKey) {
            (endpoint, loop, interruptible) async throws(PostgresError) in
            recorder.record(try await dialer.open(endpoint, loop, interruptible))
        }
    }
}
