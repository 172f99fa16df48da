import PostgresPool

extension PoolProbe {
    /// Compares the pool's numbers with the probe's books and checks what must hold between any two events.
    func checkInvariants() {
        let now = state.statistics
        check(now.idle == idle.count, "idle \(now.idle), not \(idle.count)")
        check(now.acquired == leases.count, "acquired \(now.acquired), not \(leases.count)")
        check(now.constructing == opening.count, "constructing \(now.constructing), not \(opening.count)")
        check(now.closing == closing.count, "closing \(now.closing), not \(closing.count)")
        check(now.waiters == waiting.count, "waiters \(now.waiters), not \(waiting.count)")
        check(now.total == now.idle + now.acquired + now.constructing, "total is not the sum of its parts")
        let size = now.total + now.closing
        check(size <= configuration.maximumConnections, "size \(size)")
        check(now.idle == 0 || now.waiters == 0, "\(now.waiters) wait while \(now.idle) are idle")
        check(now.constructing <= configuration.maximumConcurrentOpens, "opens \(now.constructing) at once")
        let answered = now.canceledAcquireCount + now.timedOutAcquireCount + now.failedAcquireCount
        check(requests == now.acquireCount + answered + now.waiters, "a request got lost")
        check(now.emptyAcquireCount <= now.acquireCount, "more waited than were served")
        check(now.newConnectionCount == nextConnection, "opened \(now.newConnectionCount), not \(nextConnection)")
        check(now.destroyed.total == closing.count + closedCount, "destroyed \(now.destroyed.total)")
        check(now.newConnectionCount == now.idle + now.acquired + now.destroyed.total, "a connection got lost")
        isShutDown ? checkShutdown(size) : checkProgress(now, size)
    }

    private func checkShutdown(_ size: Int) {
        check(waiting.isEmpty && idle.isEmpty, "something is left after shutdown")
        check(abandoned.isSuperset(of: opening), "an attempt to connect goes on after shutdown")
        check(drainedCount == (size == 0 ? 1 : 0), "drained \(drainedCount) times at size \(size)")
        check(state.nextWakeUp == nil, "wants to be woken after shutdown")
    }

    /// Whoever waits is waiting for something, and whatever is missing is on its way.
    private func checkProgress(_ now: PoolStatistics, _ size: Int) {
        check(drainedCount == 0, "drained without shutdown")
        guard hasStarted else { return }
        let room = configuration.maximumConnections - size
        if !waiting.isEmpty {
            let wake = state.nextWakeUp
            check(wake != nil, "nobody would tell the waiters that their time is up")
            if opening.isEmpty && leases.isEmpty && closing.isEmpty {
                check(state.lastFailure != nil, "nothing is on its way to those who wait")
            }
        }
        guard state.lastFailure == nil, room > 0, opening.count < configuration.maximumConcurrentOpens else { return }
        check(opening.count >= waiting.count, "\(waiting.count) wait and only \(opening.count) are being opened")
        check(now.total >= configuration.minimumConnections, "below the minimum")
        let spare = idle.count + opening.count - waiting.count
        check(spare >= configuration.minimumIdleConnections, "below the idle minimum")
    }
}
