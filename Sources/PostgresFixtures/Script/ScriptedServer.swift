public import PostgresWire

/// A server that does what a test says, step by step: for what no real server does on demand.
///
///     let server = try ScriptedServer("drops the second query", [
///         .expectStartup(), .send(.authentication(.ok), .readyForQuery(.idle)),
///         .expect(.query("SELECT 1")),
///         .send(.emptyQueryResponse, .readyForQuery(.idle)),
///         .expectAny(.query), .close,
///     ])
///     let connection = try await PostgresConnection.connect(server.configuration, dialer: server.dialer)
///     …
///     #expect(server.replay.mismatch == nil)
///
/// What a step sends comes when everything in front of it has been received. The script may be played in memory
/// (``dialer``), to any client through a socket (a ``ReplayServer`` of ``replay``), and with faults on top.
public struct ScriptedServer: Sendable {
    /// One thing that the server waits for or does.
    public struct Step: Sendable {
        fileprivate enum Kind: Sendable {
            case expect([FrontendMessage])
            case expectAny(FrontendKind)
            case expectStartup(StartupMessage?)
            case send([BackendMessage])
            case sendBytes([UInt8])
            case close
        }

        fileprivate let kind: Kind

        /// Waits for exactly these messages.
        public static func expect(_ messages: FrontendMessage...) -> Step { Step(kind: .expect(messages)) }

        /// Waits for one message of this kind, whatever is in it.
        public static func expectAny(_ kind: FrontendKind) -> Step { Step(kind: .expectAny(kind)) }

        /// Waits for a startup message, for any one where none is given.
        public static func expectStartup(_ message: StartupMessage? = nil) -> Step {
            Step(kind: .expectStartup(message))
        }

        /// Sends these messages.
        public static func send(_ messages: BackendMessage...) -> Step { Step(kind: .send(messages)) }

        /// Sends bytes that need not be a message.
        public static func sendBytes(_ bytes: [UInt8]) -> Step { Step(kind: .sendBytes(bytes)) }

        /// Closes the connection.
        public static let close = Step(kind: .close)
    }

    /// The script as a recording; what may be anything has no meaningful bytes in it.
    public let fixture: Fixture
    /// The script as something to connect to, with all that happened.
    public let replay: FixtureReplay

    /// A server with a script.
    ///
    /// - Parameters:
    ///   - name: what errors call it.
    ///   - options: how it is played; ``ReplayOptions/faults`` for example.
    /// - Throws: ``FixtureError`` where a message cannot be carried by the protocol, with the number of the step.
    public init(
        _ name: String = "script", options: ReplayOptions = ReplayOptions(), _ steps: [Step]
    ) throws(FixtureError) {
        var fixture = Fixture(name: name, header: Fixture.Header(), lines: [])
        var looseLines: Set<Int> = []
        for (number, step) in steps.enumerated() {
            do throws(WireError) {
                let (lines, isLoose) = try step.lines()
                if isLoose { looseLines.insert(fixture.lineNumber(of: fixture.lines.count)) }
                fixture.lines += lines
            } catch {
                throw FixtureError("step \(number + 1): \(error)", fixture: name)
            }
        }
        self.fixture = fixture
        replay = FixtureReplay(fixture, options: options, looseLines: looseLines)
    }

    /// Connects to the script in memory, whatever the endpoint.
    public var dialer: PostgresDialer { replay.dialer }

    /// A configuration to connect by: the startup message of the script, or any user's where it may be any.
    public var configuration: PostgresConfiguration {
        var configuration = fixture.configuration
        if configuration.user.isEmpty { configuration.user = "script" }
        return configuration
    }
}

extension ScriptedServer.Step {
    /// The lines of a recording in which this happened, and whether its message may be any of its kind.
    fileprivate func lines() throws(WireError) -> (lines: [Fixture.Line], isLoose: Bool) {
        switch kind {
        case .expect(let messages):
            var lines: [Fixture.Line] = []
            for message in messages { lines.append(.message(try Fixture.Message(client: message))) }
            return (lines, false)
        case .expectAny(let kind):
            // The kind alone is compared.
            let bytes = [kind.rawValue, 0, 0, 0, 4]
            let message = Fixture.Message(.client, bytes, framing: .tagged, readable: "\(kind.name) (any)")
            return ([.message(message)], true)
        case .expectStartup(nil):
            let bytes: [UInt8] = [0, 0, 0, 9, 0, 3, 0, 0, 0]
            let message = Fixture.Message(.client, bytes, framing: .untagged, readable: "StartupMessage (any)")
            return ([.message(message)], true)
        case .expectStartup(let message?):
            var writer = ByteWriter()
            try StartupPacket.startup(message).encode(into: &writer)
            return ([.message(Fixture.Message(.client, writer.bytes.array, framing: .untagged))], false)
        case .send(let messages):
            var lines: [Fixture.Line] = []
            for message in messages { lines.append(.message(try Fixture.Message(server: message))) }
            return (lines, false)
        case .sendBytes(let bytes): return ([.message(Fixture.Message(.server, bytes, framing: .fragment))], false)
        case .close: return ([.close(.server)], false)
        }
    }
}
