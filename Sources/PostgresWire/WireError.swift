/// What is wrong with bytes on the wire, or with a message that was to be put there.
///
/// The codec and the session throw it; whoever owns the socket closes the connection and wraps it in a
/// ``PostgresError``. After an error from an encoder nothing has been written and the connection stays usable.
public enum WireError: Error, Equatable, Sendable {
    /// A message ended before one of its fields did.
    case truncated(message: String)
    /// A message was longer than its fields.
    case trailingBytes(message: String, count: Int)
    /// A frame's length word is below 4 or above the limit for its kind.
    case badLength(kind: UInt8, length: Int32)
    /// A count or a length inside a message makes no sense.
    case badField(message: String, reason: String)
    /// A message kind that the protocol does not know.
    case unknownKind(UInt8)
    /// A known message that cannot come in this state.
    case unexpectedMessage(String, state: String)
    /// The server broke the rules of an authentication exchange, or asked for a method that is not allowed.
    case authentication(String)
    /// A text to be sent holds a NUL byte, which the protocol cannot carry.
    case nulByte(field: String)
    /// A message to be sent would be longer than the protocol allows.
    case messageTooLong(message: String, length: Int)
    /// More values than a count field of the protocol can say.
    case tooMany(String, count: Int, limit: Int)
    /// Text that is not UTF-8 where the protocol needs it.
    case invalidUTF8(message: String)
    /// The session has another client encoding than UTF-8, so its texts cannot be read.
    case clientEncoding(String)
    /// A result that nobody reads any more is longer than what is worth skipping.
    case discardLimit(Int)
    /// The server closed the connection; inside a message or between two.
    case endOfStream(insideMessage: Bool)
}
