package import PostgresWire

/// The name of a channel, checked.
package struct ChannelName: Hashable, Sendable {
    /// NAMEDATALEN - 1: the server cuts longer identifiers off, so that two names could be the same channel.
    static let longest = 63

    package let text: String

    /// - Throws: ``PostgresError`` with the code `invalidQuery` where there can be no channel of that name.
    package init(_ text: String) throws(PostgresError) {
        let count = text.utf8.count
        if count == 0 { throw Self.refused("is empty") }
        if count > Self.longest { throw Self.refused("has \(count) bytes, and the server knows only \(Self.longest)") }
        if text.utf8.contains(0) { throw Self.refused("holds a NUL") }
        self.text = text
    }

    /// A name as the server says it: where it is none that a channel can have, nobody listens on it.
    init(ofServer text: String) { self.text = text }

    private static func refused(_ problem: String) -> PostgresError {
        PostgresError(.invalidQuery, "the name of the channel \(problem)", nothingWasSent: true)
    }

    /// The command that begins to listen.
    package var listenCommand: String { "LISTEN \(PostgresQuery.quotedIdentifier(text))" }

    /// The command that ends it.
    var unlistenCommand: String { "UNLISTEN \(PostgresQuery.quotedIdentifier(text))" }
}
