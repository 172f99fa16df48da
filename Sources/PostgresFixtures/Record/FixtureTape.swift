internal import PostgresWire
internal import Synchronization

/// Everything that went over one connection, in the order in which the client saw it.
final class FixtureTape: Sendable {
    private enum Event {
        case sent([UInt8])
        case received([UInt8])
        case closed(Fixture.Side)
    }

    private struct Entry {
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

    func sent(_ bytes: [UInt8]) { append(.sent(bytes)) }
    func received(_ bytes: [UInt8]) { append(.received(bytes)) }
    func closed(by side: Fixture.Side) { append(.closed(side)) }

    private func append(_ event: Event) {
        let entry = Entry(time: .now, event: event)
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

    /// The session so far.
    func fixture(
        named name: String, notesPauses: Bool, secrets: FixtureRecorder.Secrets
    ) throws(FixtureError) -> Fixture {
        let (entries, byteCount) = state.withLock { ($0.entries, $0.byteCount) }
        guard byteCount <= Self.limit else {
            throw FixtureError("the session is longer than \(Self.limit >> 20) MiB", fixture: name)
        }
        var assembler = FixtureAssembler(marksSecrets: secrets == .marked)
        var last: ContinuousClock.Instant?
        for entry in entries {
            let pause = last.map { $0.duration(to: entry.time) } ?? .zero
            if notesPauses, pause >= .milliseconds(1) { assembler.comment("after \(pause / .milliseconds(1)) ms") }
            last = entry.time
            switch entry.event {
            case .sent(let bytes): assembler.sent(bytes)
            case .received(let bytes): assembler.received(bytes)
            case .closed(let side): assembler.closed(by: side)
            }
        }
        assembler.addRest()
        return try Self.fixture(named: name, lines: assembler.lines, secrets)
    }

    private static func fixture(
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
