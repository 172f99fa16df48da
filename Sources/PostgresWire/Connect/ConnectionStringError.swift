/// What is wrong with a connection string or with an environment variable that completes it.
///
/// It names keys, but never shows a value: a string with a mistake in it may have its password anywhere.
public struct ConnectionStringError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, in words.
    public let reason: String
    /// The key or environment variable that is concerned.
    public let key: String?

    init(_ reason: String, key: String? = nil) {
        self.reason = reason
        self.key = key
    }

    /// The whole message.
    public var description: String {
        guard let key else { return "connection string: \(reason)" }
        return "connection string, \(key): \(reason)"
    }
}
