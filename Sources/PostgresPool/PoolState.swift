/// The whole decision making of a connection pool, as a value.
///
/// It knows nothing of PostgreSQL, tasks or clocks. The client keeps it in a mutex, tells it what happened and when,
/// and does what it answers after leaving the mutex. Rules that hold between any two events:
///
/// - A connection has at most one owner; one that was opened is idle, leased or closing until the shell closed it.
/// - Everything that is open, being opened or being closed counts against the maximum.
/// - Nobody waits while a connection is idle; who waits longest is served first; the connection used last is lent first.
/// - A waiter is answered exactly once: a connection, an error, or its own cancellation.
///
/// Cost: ``acquireIdle(now:)`` and ``release(_:verdict:now:)`` without waiters are constant and allocate nothing.
package struct PoolState<Resource: Sendable, Waiter: Sendable>: ~Copyable, Sendable {
    package typealias Tasks = [PoolTask<Resource, Waiter>]

    enum Lifecycle: Sendable {
        /// Who asks may wait; nothing is opened. Can go to: `.running` by `start`, `.shuttingDown` by `shutdown`.
        case created
        /// Can go to: `.shuttingDown` by `shutdown`.
        case running
        /// Nobody is let in any more and what is given back is closed. The end: it is complete when no connection is left.
        case shuttingDown
    }

    let settings: PoolSettings
    var lifecycle = Lifecycle.created
    var slots: [PoolSlot<Resource>] = []
    var freeSlots: [Int32] = []
    /// The one used last is at the end.
    var idle: [Int32] = []
    var waiters = WaiterQueue<Waiter>()
    var backoff = RetryBackoff()
    /// Connections of an earlier generation are not lent again.
    var generation: UInt32 = 0
    var constructing = 0
    var leased = 0
    var closing = 0
    var nextHealthCheck = PoolTime.never
    var counters = PoolStatistics()
    var acquireWait: Int64 = 0
    var failedAcquireWait: Int64 = 0

    /// A pool without connections; `configuration` is taken as it is (see ``PoolConfiguration/validated()``).
    package init(configuration: PoolConfiguration) {
        settings = PoolSettings(configuration)
        counters.maximum = settings.maximum
    }

    /// Everything that counts against the maximum.
    var size: Int { idle.count + leased + constructing + closing }

    // MARK: Acquiring

    /// Lends an idle connection if that needs no further thought; the quick way, to be tried before a waiter is made.
    ///
    /// - Returns: `nil` when ``acquire(_:deadline:now:)`` has to decide.
    package mutating func acquireIdle(now: PoolTime) -> PoolGrant<Resource>? {
        guard let index = idle.last, idle.count > settings.minimumIdle || size >= settings.maximum,
            now < slots[Int(index)].expires
        else { return nil }
        return lendIdle(now: now)
    }

    /// Lends a connection or puts `waiter` at the end of the queue.
    ///
    /// - Parameter deadline: when the waiter gives up; by default the acquire timeout from now on.
    package mutating func acquire(
        _ waiter: Waiter, deadline: PoolTime? = nil, now: PoolTime
    ) -> (outcome: PoolAcquisition<Resource>, tasks: Tasks) {
        guard lifecycle != .shuttingDown else {
            counters.failedAcquireCount &+= 1
            return (.refused(.shutDown), [])
        }
        var tasks: Tasks = []
        while let index = idle.last {
            if now < slots[Int(index)].expires, let grant = lendIdle(now: now) {
                appendOpens(to: &tasks, now: now)
                return (.lease(grant), tasks)
            }
            idle.removeLast()
            if let closing = close(index, from: .idle, reason: .lifetime) { tasks.append(.close(closing)) }
        }
        if let failure = hopeless(now: now) {
            counters.failedAcquireCount &+= 1
            return (.refused(failure), tasks)
        }
        let limit = deadline ?? now.advanced(by: settings.acquireTimeout)
        let ticket = waiters.append(waiter, enqueued: now, deadline: limit)
        appendOpens(to: &tasks, now: now)
        return (.wait(ticket), tasks)
    }

    /// Takes a waiter out of the queue because its task was cancelled.
    ///
    /// - Returns: the waiter, now the caller's to wake with an error; `nil` if it was answered already, and that answer
    ///   stands: a connection handed over is given back by whoever receives it.
    package mutating func cancelWaiter(_ ticket: PoolTicket, now: PoolTime) -> Waiter? {
        guard let entry = waiters.remove(ticket) else { return nil }
        counters.canceledAcquireCount &+= 1
        failedAcquireWait &+= now.elapsed(since: entry.enqueued)
        return entry.waiter
    }

    private mutating func lendIdle(now: PoolTime) -> PoolGrant<Resource>? {
        guard let index = idle.last, let resource = slots[Int(index)].resource else { return nil }
        idle.removeLast()
        slots[Int(index)].phase = .leased
        leased += 1
        counters.acquireCount &+= 1
        let idleTime = now.elapsed(since: slots[Int(index)].idleSince)
        return PoolGrant(id: id(of: index), resource: resource, idleNanoseconds: idleTime)
    }

    /// Nothing is there or on its way, and the newest attempt failed for good a moment ago: an error at once is better
    /// than the same error later.
    private func hopeless(now: PoolTime) -> PoolAcquireFailure? {
        guard backoff.isPermanent, !backoff.allowsAttempt(now: now), size == closing else { return nil }
        return backoff.lastFailure.map { .connectFailed($0) }
    }

    // MARK: Giving back

    /// Takes a connection back and passes it on, keeps it or has it closed.
    package mutating func release(
        _ id: PoolConnectionID, verdict: PoolVerdict, now: PoolTime
    ) -> (outcome: PoolPlacement<Resource, Waiter>, tasks: Tasks) {
        guard let index = slot(id, in: .leased) else { return (.unknown, []) }
        leased -= 1
        let reason: PoolCloseReason? =
            slots[Int(index)].isDead ? .died : verdict == .broken ? .broken : reasonToClose(index, now: now)
        return place(index, from: .leased, closeFor: reason, now: now)
    }

    /// Hands over, keeps or closes a connection that nobody owns at this instant.
    mutating func place(
        _ index: Int32, from phase: PoolSlotPhase, closeFor reason: PoolCloseReason?, now: PoolTime
    ) -> (outcome: PoolPlacement<Resource, Waiter>, tasks: Tasks) {
        if let reason {
            guard let closing = close(index, from: phase, reason: reason) else { return (.unknown, []) }
            var tasks: Tasks = []
            appendOpens(to: &tasks, now: now)
            return (.close(closing), tasks)
        }
        guard let resource = slots[Int(index)].resource else { return (.unknown, []) }
        guard let entry = waiters.popFirst() else {
            slots[Int(index)].phase = .idle
            slots[Int(index)].idleSince = now
            idle.append(index)
            return (.idle, [])
        }
        slots[Int(index)].phase = .leased
        leased += 1
        counters.acquireCount &+= 1
        counters.emptyAcquireCount &+= 1
        acquireWait &+= now.elapsed(since: entry.enqueued)
        return (.handOver(entry.waiter, PoolGrant(id: id(of: index), resource: resource, idleNanoseconds: 0)), [])
    }

    /// Why this connection may not be lent again.
    func reasonToClose(_ index: Int32, now: PoolTime) -> PoolCloseReason? {
        if lifecycle == .shuttingDown { return .shutdown }
        if slots[Int(index)].generation != generation { return .reset }
        return now < slots[Int(index)].expires ? nil : .lifetime
    }

    // MARK: Slots

    func id(of index: Int32) -> PoolConnectionID { PoolConnectionID(slot: index, use: slots[Int(index)].use) }

    /// The slot of `id`, if it is still about that connection and in this phase.
    func slot(_ id: PoolConnectionID, in phase: PoolSlotPhase) -> Int32? {
        guard id.slot >= 0, id.slot < slots.count else { return nil }
        let slot = slots[Int(id.slot)]
        return slot.use == id.use && slot.phase == phase ? id.slot : nil
    }

    /// Moves a connection to `.closing`; whoever counted it before has stopped doing so.
    mutating func close(
        _ index: Int32, from phase: PoolSlotPhase, reason: PoolCloseReason
    ) -> PoolClosing<Resource>? {
        guard slots[Int(index)].phase == phase, let resource = slots[Int(index)].resource else { return nil }
        slots[Int(index)].phase = .closing
        closing += 1
        counters.destroyed.count(reason)
        return PoolClosing(id: id(of: index), resource: resource, reason: reason)
    }

    mutating func free(_ index: Int32) {
        let use = slots[Int(index)].use &+ 1
        slots[Int(index)] = PoolSlot(use: use)
        freeSlots.append(index)
    }
}

extension PoolStatistics.Destroyed {
    mutating func count(_ reason: PoolCloseReason) {
        switch reason {
        case .lifetime: lifetime &+= 1
        case .idleTime: idleTime &+= 1
        case .broken: broken &+= 1
        case .died: died &+= 1
        case .reset: reset &+= 1
        case .shutdown: shutdown &+= 1
        }
    }
}
