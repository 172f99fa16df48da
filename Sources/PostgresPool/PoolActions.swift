/// The number of one connection of a pool: a slot, and how often that slot was used before, so that a late report about
/// a connection that is gone is recognised.
package struct PoolConnectionID: Hashable, Sendable {
    package let slot: Int32
    package let use: UInt32
}

/// A connection that now belongs to one borrower, who gives it back with `release(_:verdict:now:)`.
@usableFromInline
package struct PoolGrant<Resource: Sendable>: Sendable {
    package let id: PoolConnectionID
    @usableFromInline package let resource: Resource
    /// How long it lay idle before; 0 when it comes straight from another borrower or from being opened.
    ///
    /// The ping policy asks this.
    package let idleNanoseconds: Int64
}

/// In what state a borrower gives a connection back.
package enum PoolVerdict: Hashable, Sendable {
    /// Clean: the next borrower may have it.
    case reusable
    /// Closed, out of step, or in a state that cannot be reset.
    case broken
}

/// Why the pool closes a connection.
package enum PoolCloseReason: Hashable, Sendable, CaseIterable {
    /// It is older than its lifetime.
    case lifetime
    /// It lay idle too long.
    case idleTime
    /// Its borrower said that it is broken.
    case broken
    /// The server closed it.
    case died
    /// It is from before a reset.
    case reset
    /// The pool is shutting down.
    case shutdown
}

/// A connection to be closed.
///
/// It counts against the maximum until `closed(_:now:)`.
package struct PoolClosing<Resource: Sendable>: Sendable {
    package let id: PoolConnectionID
    package let resource: Resource
    package let reason: PoolCloseReason
}

/// Why somebody gets no connection.
package enum PoolAcquireFailure: Error, Sendable {
    /// The pool is shut down.
    case shutDown
    /// Connections cannot be opened, and waiting will not help (a wrong password, an unknown database).
    case connectFailed(any Error)
    /// The deadline passed. `statistics` are of that moment; `lastFailure` says why the newest attempt to connect
    /// failed, if no attempt has succeeded since.
    indirect case timedOut(statistics: PoolStatistics, lastFailure: (any Error)?)  // indirect: answers stay small
}

/// The answer to a request for a connection.
package enum PoolAcquisition<Resource: Sendable>: Sendable {
    case lease(PoolGrant<Resource>)
    /// Later a ``PoolPlacement/handOver(_:_:)`` or a ``PoolTask/fail(_:_:)`` concerns this waiter, exactly once, unless
    /// it is cancelled with this ticket before.
    case wait(PoolTicket)
    case refused(PoolAcquireFailure)
}

/// What becomes of a connection that was given back or has just been opened.
package enum PoolPlacement<Resource: Sendable, Waiter: Sendable>: Sendable {
    /// It lies in the pool; nothing is to be done.
    case idle
    /// Wake this waiter with it.
    case handOver(Waiter, PoolGrant<Resource>)
    /// Close it, then report `closed(_:now:)`.
    case close(PoolClosing<Resource>)
    /// The pool does not know it as leased (or as being opened): given back twice, or after the leases were closed.
    /// What was just opened is the caller's to close, without a report.
    case unknown
}

/// Something the shell does outside the lock.
package enum PoolTask<Resource: Sendable, Waiter: Sendable>: Sendable {
    /// Open a connection, then report `opened` or `openFailed`.
    case open(PoolConnectionID)
    /// Stop opening this one; `openFailed` (or `opened`, if it was quicker) is still to be reported.
    case abandon(PoolConnectionID)
    /// Close this one, then report `closed`.
    case close(PoolClosing<Resource>)
    /// Wake this waiter with an error.
    case fail(Waiter, PoolAcquireFailure)
    /// The shutdown is complete: no connection is left. Said once.
    case drained
}
