// What happens to the pool as a whole: start, time, reset, shutdown, and a look at its numbers.

extension PoolState {
    /// From now on connections are opened: for those who wait already and for the minimum.
    ///
    /// Again it does nothing.
    package mutating func start(now: PoolTime) -> Tasks {
        guard lifecycle == .created else { return [] }
        lifecycle = .running
        nextHealthCheck = now.advanced(by: settings.healthCheckPeriod)
        var tasks: Tasks = []
        appendOpens(to: &tasks, now: now)
        return tasks
    }

    /// When ``tick(now:)`` is to be called next, at the latest; `nil` when only other events can change something.
    ///
    /// Cost: constant. Ask after every event but a plain ``acquireIdle(now:)`` or a release that left no task: these
    /// never bring it forward.
    package var nextWakeUp: PoolTime? {
        guard lifecycle != .shuttingDown else { return nil }
        var next = min(waiters.earliestDeadline, nextHealthCheck)
        // With an attempt under way or no room, the next attempt waits for another event, not for the time.
        if backoff.isFailing, missing > 0, permitted > 0 { next = min(next, backoff.retryAt) }
        return next == .never ? nil : next
    }

    /// Does what time brings: waiters give up, the next attempt to connect is made, and once a health check period old
    /// and long idle connections are closed and the minimum is restored.
    package mutating func tick(now: PoolTime) -> Tasks {
        var tasks: Tasks = []
        if waiters.earliestDeadline <= now { giveUp(to: &tasks, now: now) }
        guard lifecycle == .running else { return tasks }
        if now >= nextHealthCheck {
            nextHealthCheck = now.advanced(by: settings.healthCheckPeriod)
            closeOld(to: &tasks, now: now)
        }
        appendOpens(to: &tasks, now: now)
        return tasks
    }

    private mutating func giveUp(to tasks: inout Tasks, now: PoolTime) {
        // Taken before anybody leaves, so that the error shows how long the queue was.
        var moment = statistics
        for entry in waiters.removeExpired(now: now) {
            counters.timedOutAcquireCount &+= 1
            moment.timedOutAcquireCount = counters.timedOutAcquireCount
            failedAcquireWait &+= now.elapsed(since: entry.enqueued)
            tasks.append(.fail(entry.waiter, .timedOut(statistics: moment, lastFailure: backoff.lastFailure)))
        }
    }

    private mutating func closeOld(to tasks: inout Tasks, now: PoolTime) {
        var kept: [Int32] = []
        var left = idle.count
        for index in idle {  // from the one that is idle longest
            var reason: PoolCloseReason?
            if now >= slots[Int(index)].expires {
                reason = .lifetime
            } else if now.elapsed(since: slots[Int(index)].idleSince) >= settings.idleTime,
                left > settings.minimumIdle, left + leased + constructing > settings.minimum
            {
                reason = .idleTime
            }
            if let reason, let closing = close(index, from: .idle, reason: reason) {
                tasks.append(.close(closing))
                left -= 1
            } else {
                kept.append(index)
            }
        }
        idle = kept
    }

    /// Replaces every connection: idle ones are closed now, leased ones when they are given back, those being opened as
    /// soon as they are open.
    ///
    /// A pause after failed attempts ends too, for the settings may be better now.
    package mutating func reset(now: PoolTime) -> Tasks {
        guard lifecycle != .shuttingDown else { return [] }
        generation &+= 1
        backoff.forget()
        var tasks = closeIdle(for: .reset)
        appendOpens(to: &tasks, now: now)
        return tasks
    }

    /// Ends the pool: waiters fail, idle connections are closed, attempts to connect are abandoned; leases go on until
    /// they are given back.
    ///
    /// ``PoolTask/drained`` follows when nothing is left. Again it does nothing.
    package mutating func shutdown(now: PoolTime) -> Tasks {
        guard lifecycle != .shuttingDown else { return [] }
        lifecycle = .shuttingDown
        var tasks: Tasks = []
        failAllWaiters(.shutDown, to: &tasks, now: now)
        tasks += closeIdle(for: .shutdown)
        for index in slots.indices where slots[index].phase == .constructing {
            tasks.append(.abandon(id(of: Int32(truncatingIfNeeded: index))))
        }
        return appendingDrained(to: tasks)
    }

    /// Takes the leased connections away from their borrowers, when a shutdown has waited long enough.
    ///
    /// Giving one back afterwards is answered by ``PoolPlacement/unknown``.
    package mutating func closeLeases() -> Tasks {
        guard lifecycle == .shuttingDown else { return [] }
        var tasks: Tasks = []
        for index in slots.indices where slots[index].phase == .leased {
            guard let closing = close(Int32(truncatingIfNeeded: index), from: .leased, reason: .shutdown) else {
                continue
            }
            leased -= 1
            tasks.append(.close(closing))
        }
        return tasks
    }

    private mutating func closeIdle(for reason: PoolCloseReason) -> Tasks {
        var tasks: Tasks = []
        for index in idle {
            if let closing = close(index, from: .idle, reason: reason) { tasks.append(.close(closing)) }
        }
        idle.removeAll(keepingCapacity: true)
        return tasks
    }

    /// A consistent picture of this instant.
    ///
    /// Cost: constant.
    package var statistics: PoolStatistics {
        var result = counters
        result.idle = idle.count
        result.acquired = leased
        result.constructing = constructing
        result.closing = closing
        result.waiters = waiters.count
        result.acquireWait = .nanoseconds(acquireWait)
        result.failedAcquireWait = .nanoseconds(failedAcquireWait)
        return result
    }

    /// Whether a shutdown has begun.
    package var isShuttingDown: Bool { lifecycle == .shuttingDown }

    /// Whether a shutdown is complete.
    package var isDrained: Bool { isShuttingDown && size == 0 }

    /// Why the newest attempt to connect failed, unless one has succeeded since.
    package var lastFailure: (any Error)? { backoff.lastFailure }
}
