/// Where a connection is in its life.
enum PoolSlotPhase: Hashable, Sendable {
    /// No connection. Can go to: `.constructing` when the pool asks for one to be opened.
    case free
    /// Being opened. Can go to: `.leased` (opened, somebody waits), `.idle` (opened, nobody waits), `.closing` (opened,
    /// but a reset or a shutdown came in between), `.free` (could not be opened).
    case constructing
    /// On the idle stack. Can go to: `.leased` (acquired), `.closing` (died, too old, idle too long, reset, shutdown).
    case idle
    /// Owned by one borrower. Can go to: `.idle` (given back), `.leased` (given back, the first waiter has it now),
    /// `.closing` (given back broken, dead, too old or from before a reset; or the shutdown's patience ended).
    case leased
    /// The shell closes it; it still counts against the maximum. Can go to: `.free` when the shell says it is closed.
    case closing
}

/// A place for one connection.
struct PoolSlot<Resource: Sendable>: Sendable {
    var resource: Resource?
    var phase = PoolSlotPhase.free
    /// The server has closed it while it was leased.
    var isDead = false
    /// Goes up when the slot becomes free, so that old ids no longer fit.
    var use: UInt32 = 0
    /// The pool's generation when the opening began.
    var generation: UInt32 = 0
    var expires = PoolTime.never
    var idleSince = PoolTime.never
}
