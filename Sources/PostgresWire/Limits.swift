/// Every bound that the driver puts on what a server may make it hold.
///
/// PostgreSQL: Message Formats.
public struct Limits: Hashable, Sendable {
    /// The longest frame (length word included) of a kind that may be long: rows, COPY data, errors, and so on.
    public var longFrame: Int = 0x3fff_ffff
    /// The longest frame of every other kind; libpq uses the same number.
    public var shortFrame: Int = 30_000
    /// The longest frame of any kind before authentication is complete.
    public var frameBeforeAuthentication: Int = 30_000
    /// The longest frame that may be sent.
    public var sentFrame: Int = 0x3fff_fffe
    /// The longest startup packet; a server closes the connection without a word above it.
    public var startupPacket: Int = 10_000
    /// The highest SCRAM iteration count that is computed; a hostile server could otherwise keep a core busy.
    public var scramIterations: Int = 1_000_000
    /// How many different `ParameterStatus` names are remembered.
    public var serverParameters: Int = 256
    /// How many bytes of an abandoned result are read and thrown away before the connection is closed instead.
    public var discardedBytes: Int = 16 << 20

    /// The default limits.
    public init() {}
}
