/// What a pool holds at one moment, and what it did since it was made.
///
/// All numbers are of the same instant: ``total`` is always ``idle`` + ``acquired`` + ``constructing``.
public struct PoolStatistics: Hashable, Sendable {
    /// How many connections were closed, by the reason.
    public struct Destroyed: Hashable, Sendable {
        /// Those older than their lifetime.
        public var lifetime = 0
        /// Those that lay idle too long.
        public var idleTime = 0
        /// Those given back in a state that cannot be used again.
        public var broken = 0
        /// Those that the server closed.
        public var died = 0
        /// Those from before a reset.
        public var reset = 0
        /// Those closed because the pool shut down.
        public var shutdown = 0

        /// No connection closed.
        public init() {}

        /// All of them.
        public var total: Int { lifetime &+ idleTime &+ broken &+ died &+ reset &+ shutdown }
    }

    /// How many connections there may be.
    public var maximum = 0
    /// Connections that wait for a borrower.
    public var idle = 0
    /// Connections that somebody has borrowed.
    public var acquired = 0
    /// Connections that are being opened.
    public var constructing = 0
    /// Connections that are being closed.
    ///
    /// They are not in ``total``, but count against ``maximum`` until they are gone.
    public var closing = 0
    /// How many wait for a connection.
    public var waiters = 0

    /// How often somebody got a connection.
    public var acquireCount = 0
    /// How many of these had to wait, because no connection was idle.
    public var emptyAcquireCount = 0
    /// How often a waiter's task was cancelled before it got a connection.
    public var canceledAcquireCount = 0
    /// How often a waiter's time ran out.
    public var timedOutAcquireCount = 0
    /// How often somebody was turned away because connecting fails for good, or because the pool shut down.
    public var failedAcquireCount = 0
    /// How long those who got a connection had waited, all together.
    public var acquireWait = Duration.zero
    /// How long those who got none had waited, all together.
    public var failedAcquireWait = Duration.zero

    /// How many connections were opened.
    public var newConnectionCount = 0
    /// How many attempts to open one failed.
    public var failedConnectionCount = 0
    /// How many were closed, by the reason.
    public var destroyed = Destroyed()

    /// An empty pool's statistics.
    public init() {}

    /// All usable connections: idle, borrowed and being opened.
    public var total: Int { idle + acquired + constructing }
}
