public import PostgresWire

/// A recorded session between a client and a PostgreSQL server: who sent which bytes, in which order.
///
/// Recorded once against a real server, it is played back in unit tests for ever without one:
///
///     let fixture = try Fixture(contentsOf: "Fixtures/query/simple.session")
///     let connection = try await PostgresConnection.connect(fixture.configuration, dialer: .replaying(fixture))
///
/// As text it has one line a message, readable on the left and exact on the right; see ``init(text:name:)``.
public struct Fixture: Equatable, Sendable {
    /// One of the two ends of a session.
    public enum Side: String, Hashable, Sendable, CaseIterable {
        /// The program that connects.
        case client
        /// PostgreSQL.
        case server
    }

    /// What happened next.
    public enum Line: Equatable, Sendable {
        /// One side sent a message.
        case message(Message)
        /// One of the client's reads ended here, or this many bytes into the server's next message.
        case read(offset: Int)
        /// What follows came when another connection of the same recording had sent so many messages.
        ///
        /// Connections are counted from 1, in the order in which they were opened.
        case after(connection: Int, messages: Int)
        /// One side closed the connection.
        case close(Side)
        /// A remark without effect, such as how long a pause was.
        case comment(String)
    }

    /// What to call the fixture in errors, as a rule the name of its file.
    public var name: String
    /// What is known about the session as a whole.
    public var header: Header
    /// Messages, read boundaries and closes, in order.
    public var lines: [Line]

    /// A fixture from its parts.
    public init(name: String, header: Header, lines: [Line]) {
        self.name = name
        self.header = header
        self.lines = lines
    }

    /// The messages of both sides, in order.
    public var messages: [Message] {
        lines.compactMap { line in
            if case .message(let message) = line { message } else { nil }
        }
    }

    /// All bytes that one side sent.
    public func bytes(from side: Side) -> [UInt8] {
        messages.filter { $0.side == side }.flatMap(\.bytes)
    }

    /// What the client asked for when it connected; nil where the recording does not begin with it.
    public var startupMessage: StartupMessage? {
        for message in messages where message.side == .client && message.framing == .untagged {
            let body = message.body
            if case .startup(let startup)? = try? StartupPacket.decode(body: body.rawSpan) { return startup }
        }
        return nil
    }

    /// The configuration by which a client sends the recorded startup message again.
    ///
    /// TLS is off in it: recordings are made of what is inside.
    public var configuration: PostgresConfiguration {
        let startup = startupMessage
        var configuration = PostgresConfiguration(
            host: "fixture", user: header.user ?? startup?["user"] ?? "",
            password: header.usesPassword ? Header.password : nil, database: header.database ?? startup?["database"])
        configuration.sslMode = .disable
        configuration.applicationName = startup?["application_name"]
        configuration.options = startup?["options"]
        let known = ["user", "database", "application_name", "options", "client_encoding"]
        for parameter in startup?.parameters ?? [] where !known.contains(parameter.name) {
            configuration.parameters[parameter.name] = parameter.value
        }
        return configuration
    }
}
