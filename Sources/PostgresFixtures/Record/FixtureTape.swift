internal import PostgresWire
internal import Synchronization

/// Everything that went over one connection, in the order in which the client saw it.
final class FixtureTape: Sendable {
    enum Event {
        case sent([UInt8])
        case received([UInt8])
        case closed(Fixture.Side)
    }

    struct Entry {
        var time: ContinuousClock.Instant
        var event: Event
    }

    private struct State {
        var entries: [Entry] = []
        var byteCount = 0
    }

    private let state = Mutex(State())
    /// How many bytes a recording may have; what is longer is no test any more, and memory has an end.
    static let limit = 64 << 20

    func sent(_ bytes: [UInt8]) { sent(bytes, at: .now) }
    /// - Parameter time: when sending began, which is before another connection can receive what comes of it.
    func sent(_ bytes: [UInt8], at time: ContinuousClock.Instant) { append(.sent(bytes), time) }
    func received(_ bytes: [UInt8]) { append(.received(bytes), .now) }
    func closed(by side: Fixture.Side) { append(.closed(side), .now) }

    private func append(_ event: Event, _ time: ContinuousClock.Instant) {
        let entry = Entry(time: time, event: event)
        let count =
            switch event {
            case .sent(let bytes), .received(let bytes): bytes.count
            case .closed: 0
            }
        state.withLock { state in
            state.byteCount += count
            // The count goes on, so that the recording is known to be incomplete.
            if state.byteCount <= Self.limit { state.entries.append(entry) }
        }
    }

    /// All that went over the connection.
    ///
    /// - Throws: ``FixtureError`` where it was more than is kept.
    func entries(named name: String) throws(FixtureError) -> [Entry] {
        let (entries, byteCount) = state.withLock { ($0.entries, $0.byteCount) }
        guard byteCount <= Self.limit else {
            throw FixtureError("the session is longer than \(Self.limit >> 20) MiB", fixture: name)
        }
        return entries
    }

    /// The session so far.
    func fixture(
        named name: String, notesPauses: Bool, secrets: FixtureRecorder.Secrets
    ) throws(FixtureError) -> Fixture {
        var player = try TapePlayer(self, named: name, notesPauses: notesPauses, secrets: secrets)
        while player.playNext() {}
        return try player.fixture()
    }

    static func fixture(
        named name: String, lines: [Fixture.Line], _ secrets: FixtureRecorder.Secrets
    ) throws(FixtureError) -> Fixture {
        var fixture = Fixture(name: name, header: Fixture.Header(), lines: lines)
        do throws(FixtureError) {
            let credentials = try FixtureCredentials(lines)
            if secrets == .ofPublicPassword {
                fixture.header.usesPassword = credentials.usesPassword
                fixture.header.nonce = credentials.nonce
                fixture.header.scramKey = credentials.scramKey
            }
            fixture.header.user = fixture.startupMessage?["user"]
            fixture.header.database = fixture.startupMessage?["database"]
            fixture.header.server = serverVersion(lines)
            try fixture.header.check()
        } catch {
            throw FixtureError(error.reason, fixture: name)
        }
        return fixture
    }

    /// The version that the server reported, without the distribution's addition.
    private static func serverVersion(_ lines: [Fixture.Line]) -> String? {
        for case .message(let message) in lines {
            guard message.side == .server, message.tag == BackendKind.parameterStatus.rawValue,
                case .parameterStatus(let status)? = try? BackendMessage.decode(
                    kind: BackendKind.parameterStatus.rawValue, body: message.body.rawSpan),
                status.name == "server_version"
            else { continue }
            return status.value.split(separator: " ").first.map(String.init)
        }
        return nil
    }
}
