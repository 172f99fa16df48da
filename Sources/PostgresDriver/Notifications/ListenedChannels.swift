/// Which channels a session listens on, for whom, and what is left to tell the server; a plain value.
///
/// The server obeys in the order of the commands, so what counts is the order in which they are sent: `LISTEN` makes a
/// channel ``ServerSide/asked``, `UNLISTEN` forgets it.
struct ListenedChannels<Listener: Sendable>: Sendable {
    /// What is known of the server.
    private enum ServerSide: Equatable, Sendable {
        /// It does not listen. Can go to: asked.
        case silent
        /// A LISTEN was sent and may have worked. Can go to: listening, silent.
        case asked(UInt64)
        /// It listens. Can go to: silent.
        case listening
    }

    /// What is left to be told to the server.
    enum Command: Hashable, Sendable {
        /// It listened before, and somebody wants it still.
        case listenAgain(ChannelName)
        /// Nobody wants it any more.
        case unlisten(ChannelName)

        var channel: ChannelName {
            switch self {
            case .listenAgain(let name), .unlisten(let name): name
            }
        }

        var sql: String {
            switch self {
            case .listenAgain(let name): name.listenCommand
            case .unlisten(let name): name.unlistenCommand
            }
        }
    }

    private struct Channel: Sendable {
        /// In the order in which they came.
        var listeners: [(number: UInt64, listener: Listener)] = []
        var server = ServerSide.silent
    }

    private var channels: [ChannelName: Channel] = [:]
    private var due: Set<ChannelName> = []
    private var lastNumber: UInt64 = 0

    /// Whether nobody listens, and the server does not either.
    var isEmpty: Bool { channels.isEmpty }

    /// Whether anybody listens.
    var hasListeners: Bool { channels.values.contains { !$0.listeners.isEmpty } }

    /// Whether the server is to be told something.
    var isDue: Bool { !due.isEmpty }

    /// Whether the server is known to listen on a channel.
    func isListening(on name: ChannelName) -> Bool { channels[name]?.server == .listening }

    /// Who listens on a channel.
    func listeners(on name: String) -> [Listener] {
        channels[ChannelName(ofServer: name)]?.listeners.map(\.listener) ?? []
    }

    /// Everybody who listens.
    var allListeners: [Listener] { channels.values.flatMap { $0.listeners.map(\.listener) } }

    // MARK: Listeners

    /// Adds a listener; where the server does not listen yet, a LISTEN is to be sent for it.
    mutating func add(_ listener: Listener, on name: ChannelName) -> UInt64 {
        lastNumber += 1
        // What was to be forgotten is wanted again; what is to be listened on again still is.
        if channels[name]?.listeners.isEmpty ?? true { due.remove(name) }
        channels[name, default: Channel()].listeners.append((lastNumber, listener))
        return lastNumber
    }

    /// Removes a listener; behind the last one the server is to be told.
    mutating func remove(_ number: UInt64, on name: ChannelName) {
        channels[name]?.listeners.removeAll { $0.number == number }
        tidy(name)
    }

    private mutating func tidy(_ name: ChannelName) {
        guard let channel = channels[name], channel.listeners.isEmpty else { return }
        if channel.server == .silent {
            channels[name] = nil
            due.remove(name)
        } else {
            due.insert(name)
        }
    }

    // MARK: Commands

    /// A LISTEN has been sent; the number is for ``confirm(_:_:)``.
    mutating func asked(for name: ChannelName) -> UInt64 {
        lastNumber += 1
        channels[name, default: Channel()].server = .asked(lastNumber)
        tidy(name)
        return lastNumber
    }

    /// The server has answered a LISTEN; without effect where another command was sent since.
    mutating func confirm(_ name: ChannelName, _ number: UInt64) {
        if channels[name]?.server == .asked(number) { channels[name]?.server = .listening }
    }

    /// What is to be told to the server next.
    var nextCommand: Command? {
        guard let name = due.first else { return nil }
        return channels[name]?.listeners.isEmpty ?? true ? .unlisten(name) : .listenAgain(name)
    }

    /// A command has been sent; the number is for ``confirm(_:_:)``.
    mutating func sent(_ command: Command) -> UInt64 {
        switch command {
        case .listenAgain(let name):
            due.remove(name)
            return asked(for: name)
        case .unlisten(let name):
            due.remove(name)
            if channels[name]?.listeners.isEmpty ?? true { channels[name] = nil }
            return 0
        }
    }

    /// A command turned out to have had no effect, or perhaps none: whatever it was, the server may be listening.
    mutating func doubt(_ name: ChannelName) {
        lastNumber += 1
        channels[name, default: Channel()].server = .asked(lastNumber)
        due.insert(name)
    }

    /// The server has forgotten all channels: those that somebody wants are to be listened on again.
    mutating func sessionWasReset() {
        for name in Array(channels.keys) {
            channels[name]?.server = .silent
            tidy(name)
            if channels[name] != nil { due.insert(name) }
        }
    }
}
