internal import PostgresWire

/// The server's half of a conversation as a value: bytes of the client go in, bytes for the client come out.
///
/// It knows neither sockets nor clocks; a ``ReplayTransport`` plays it in memory, a ``ReplayServer`` to whoever connects.
protocol ServerMachine: Sendable {
    /// How many bytes may be delivered in one piece now.
    var available: Int { get }
    /// How long the next bytes are held back; nil where they are not.
    var pause: Duration? { get }
    /// The pause is over.
    mutating func endPause()
    /// Gives the client the next bytes, no more of them than are available.
    mutating func deliver(_ count: Int, into buffer: inout ReceiveBuffer)
    /// Takes bytes of the client; what is not as it must be ends the conversation.
    mutating func take(_ bytes: RawSpan) -> ReplayMismatch?
    /// Whether nothing will come any more.
    var isAtEnd: Bool { get }
    /// Whether the server closed by itself here.
    var serverHasClosed: Bool { get }
    /// Whether a server must close now: it said its last word, and the client its own.
    var mustClose: Bool { get }
    /// Whether what the server sends is lost from here on.
    var isSilent: Bool { get }
    /// Whether both sides have got everything.
    var isComplete: Bool { get }
    /// How many of the recording's bytes the client has sent.
    var clientByteCount: Int { get }
    /// Whether what comes next waits for another connection.
    var isHeld: Bool { get }
    /// Lets what waited for other connections come, as long as `isMet` says so.
    mutating func passOrders(_ isMet: (ReplayProgram.Order) -> Bool)
    /// What to say of a client that waits although it is its turn.
    func stalled(after patience: Duration) -> ReplayMismatch
    /// What to say of a client that left before the end.
    var abandoned: ReplayMismatch { get }
}
