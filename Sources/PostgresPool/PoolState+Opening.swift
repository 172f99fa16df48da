// Connections come and go: how many to open, and what follows from a success, a failure or an end.

extension PoolState {
    /// A connection was opened: it goes to the first waiter or becomes idle.
    ///
    /// - Parameter random: any number; it decides which part of the lifetime's jitter this connection gets.
    package mutating func opened(
        _ id: PoolConnectionID, resource: Resource, random: UInt32, now: PoolTime
    ) -> (outcome: PoolPlacement<Resource, Waiter>, tasks: Tasks) {
        guard let index = slot(id, in: .constructing) else { return (.unknown, []) }
        constructing -= 1
        counters.newConnectionCount &+= 1
        backoff.forget()
        slots[Int(index)].resource = resource
        slots[Int(index)].expires =
            now.advanced(by: settings.lifetime).advanced(by: settings.lifetimeJitter.scaled(by: random))
        var (outcome, tasks) = place(index, from: .constructing, closeFor: reasonToClose(index, now: now), now: now)
        // After failures one attempt at a time was made: now the rest may follow.
        if tasks.isEmpty { appendOpens(to: &tasks, now: now) }
        return (outcome, tasks)
    }

    /// A connection could not be opened, or its opening was abandoned.
    ///
    /// The waiters stay for the next attempt, until their deadlines; but after a failure that no later attempt can mend
    /// (`permanent`) all of them get it at once.
    ///
    /// - Parameter random: any number; it varies the pause before the next attempt.
    package mutating func openFailed(
        _ id: PoolConnectionID, error: any Error, permanent: Bool, random: UInt32, now: PoolTime
    ) -> Tasks {
        guard let index = slot(id, in: .constructing) else { return [] }
        let isCurrent = slots[Int(index)].generation == generation
        constructing -= 1
        free(index)
        var tasks: Tasks = []
        guard lifecycle == .running else { return appendingDrained(to: tasks) }
        counters.failedConnectionCount &+= 1
        // An attempt from before a reset says nothing about the settings of today.
        if isCurrent {
            backoff.recordFailure(error, permanent: permanent, random: random, now: now)
            if permanent { failAllWaiters(.connectFailed(error), to: &tasks, now: now) }
        }
        appendOpens(to: &tasks, now: now)
        return tasks
    }

    /// The server or the network ended this connection.
    ///
    /// An idle one is closed, a leased one when it is given back.
    package mutating func connectionDied(_ id: PoolConnectionID, now: PoolTime) -> Tasks {
        if let index = slot(id, in: .leased) {
            slots[Int(index)].isDead = true
            return []
        }
        guard let index = slot(id, in: .idle), let position = idle.lastIndex(of: index) else { return [] }
        idle.remove(at: position)
        var tasks: Tasks = []
        if let closing = close(index, from: .idle, reason: .died) { tasks.append(.close(closing)) }
        appendOpens(to: &tasks, now: now)
        return tasks
    }

    /// The shell has closed this connection: its place is free.
    package mutating func closed(_ id: PoolConnectionID, now: PoolTime) -> Tasks {
        guard let index = slot(id, in: .closing) else { return [] }
        closing -= 1
        free(index)
        var tasks: Tasks = []
        appendOpens(to: &tasks, now: now)
        return appendingDrained(to: tasks)
    }

    /// How many connections are missing: one for each waiter, the minimum, the idle minimum.
    var missing: Int {
        let onTheirWay = constructing
        let forWaiters = waiters.count - onTheirWay
        let forMinimum = settings.minimum - (idle.count + leased + onTheirWay)
        let forIdle = settings.minimumIdle - (idle.count + onTheirWay - waiters.count)
        return max(0, forWaiters, forMinimum, settings.minimumIdle > 0 ? forIdle : 0)
    }

    /// How many may be opened now, apart from the pause after a failure.
    var permitted: Int {
        guard lifecycle == .running else { return 0 }
        let together = backoff.isFailing ? 1 : settings.maximumConcurrentOpens
        return max(0, min(settings.maximum - size, together - constructing))
    }

    /// Asks for the connections that are missing and permitted.
    mutating func appendOpens(to tasks: inout Tasks, now: PoolTime) {
        let wanted = missing
        guard wanted > 0, backoff.allowsAttempt(now: now) else { return }
        for _ in 0..<min(wanted, permitted) {
            let index: Int32
            if let last = freeSlots.popLast() {
                index = last
            } else {
                index = Int32(truncatingIfNeeded: slots.count)
                slots.append(PoolSlot())
            }
            slots[Int(index)].phase = .constructing
            slots[Int(index)].generation = generation
            constructing += 1
            tasks.append(.open(id(of: index)))
        }
    }

    mutating func failAllWaiters(_ failure: PoolAcquireFailure, to tasks: inout Tasks, now: PoolTime) {
        while let entry = waiters.popFirst() {
            counters.failedAcquireCount &+= 1
            failedAcquireWait &+= now.elapsed(since: entry.enqueued)
            tasks.append(.fail(entry.waiter, failure))
        }
    }

    func appendingDrained(to tasks: Tasks) -> Tasks {
        lifecycle == .shuttingDown && size == 0 ? tasks + [.drained] : tasks
    }
}
