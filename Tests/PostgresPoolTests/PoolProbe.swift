import PostgresPool

/// One thing that happens to a pool.
///
/// Numbers pick from what there is: the oldest is 0, the newest -1.
enum PoolEvent: Hashable, Sendable {
    case start
    case acquire
    case opened(Int)
    case openFailed(Int, permanent: Bool)
    case release(Int)
    case releaseBroken(Int)
    case releaseTwice
    case cancel(Int)
    case idleDied(Int)
    case leaseDied(Int)
    case closed(Int)
    /// Milliseconds pass, then the pool is told.
    case tick(Int)
    case reset
    case shutdown
    case closeLeases
}

struct ConnectFailure: Error, Equatable { var attempt: Int }

/// Plays the client's part around a pool state, keeps its own books, and notes every disagreement.
///
/// Waiters and connections are numbers: waiters w0, w1 …, connections c0, c1 … in the order of their opening.
final class PoolProbe {
    struct Lease {
        var id: PoolConnectionID
        var connection: Int
    }
    struct Waiting {
        var name: Int
        var ticket: PoolTicket
    }

    var state: PoolState<Int, Int>
    let configuration: PoolConfiguration
    var now = PoolTime(nanoseconds: 0)
    var random: UInt32 = 0

    var waiting: [Waiting] = []
    var leases: [Lease] = []
    var opening: [PoolConnectionID] = []
    var abandoned: Set<PoolConnectionID> = []
    var closing: [Lease] = []
    var idle: [Lease] = []
    var requests = 0
    var attempts = 0
    var nextConnection = 0
    var closedCount = 0
    var drainedCount = 0
    var hasStarted = false
    var isShutDown = false
    var lastGivenBack: PoolConnectionID?

    /// What the pool answered to the newest event, if `speaks`.
    var answer: [String] = []
    let speaks: Bool
    var violations: [String] = []

    init(_ configuration: PoolConfiguration, started: Bool = true, speaks: Bool = true) {
        state = PoolState(configuration: configuration)
        self.configuration = configuration
        self.speaks = speaks
        if started { send(.start) }
    }

    var wakeUp: PoolTime? { state.nextWakeUp }

    /// Whether there is something that `event` can concern.
    func isPossible(_ event: PoolEvent) -> Bool {
        func has(_ position: Int, _ count: Int) -> Bool { position < 0 ? count > 1 : position < count }
        switch event {
        case .start: return !hasStarted
        case .acquire, .tick, .shutdown, .closeLeases: return !isShutDown || drainedCount == 0
        case .reset: return !isShutDown
        case .opened(let position), .openFailed(let position, _): return has(position, opening.count)
        case .release(let position), .releaseBroken(let position), .leaseDied(let position):
            return has(position, leases.count)
        case .releaseTwice: return lastGivenBack != nil
        case .cancel(let position): return has(position, waiting.count)
        case .idleDied(let position): return has(position, idle.count)
        case .closed(let position): return has(position, closing.count)
        }
    }

    /// Lets `event` happen and does what the pool asks for.
    func send(_ event: PoolEvent) {
        if speaks { answer = [] }
        guard isPossible(event) else { return check(false, "\(event) is impossible here") }
        switch event {
        case .start:
            hasStarted = true
            perform(state.start(now: now))
        case .acquire: acquire()
        case .opened(let position):
            let id = take(position, from: &opening)
            let connection = nextConnection
            nextConnection += 1
            let (outcome, tasks) = state.opened(id, resource: connection, random: random, now: now)
            place(Lease(id: id, connection: connection), outcome)
            perform(tasks)
        case .openFailed(let position, let permanent):
            let id = take(position, from: &opening)
            attempts += 1
            let error = ConnectFailure(attempt: attempts)
            perform(state.openFailed(id, error: error, permanent: permanent, random: random, now: now))
        case .release(let position): release(take(position, from: &leases), .reusable)
        case .releaseBroken(let position): release(take(position, from: &leases), .broken)
        case .releaseTwice: releaseAgain()
        case .cancel(let position):
            let waiter = take(position, from: &waiting)
            let removed = state.cancelWaiter(waiter.ticket, now: now)
            check(removed == waiter.name, "cancelling w\(waiter.name) returned \(String(describing: removed))")
            check(state.cancelWaiter(waiter.ticket, now: now) == nil, "w\(waiter.name) was cancelled twice")
        case .idleDied(let position):
            perform(state.connectionDied(idle[position < 0 ? idle.count - 1 : position].id, now: now))
        case .leaseDied(let position):
            perform(state.connectionDied(leases[position < 0 ? leases.count - 1 : position].id, now: now))
        case .closed(let position):
            closedCount += 1
            perform(state.closed(take(position, from: &closing).id, now: now))
        case .tick(let milliseconds):
            now = now.advanced(by: Int64(milliseconds) * 1_000_000)
            perform(state.tick(now: now))
            if let next = state.nextWakeUp { check(next > now, "wants to be woken in the past") }
        case .reset: perform(state.reset(now: now))
        case .shutdown:
            isShutDown = true
            perform(state.shutdown(now: now))
        case .closeLeases: perform(state.closeLeases())
        }
    }

    private func take<Element>(_ position: Int, from list: inout [Element]) -> Element {
        list.remove(at: position < 0 ? list.count - 1 : position)
    }

    private func acquire() {
        let name = requests
        requests += 1
        if let grant = state.acquireIdle(now: now) {
            say("w\(name) gets c\(grant.resource)")
            return lend(grant)
        }
        let (outcome, tasks) = state.acquire(name, now: now)
        // What is closed for its age leaves the books before the one that is lent.
        for case .close(let item) in tasks { idle.removeAll { $0.id == item.id } }
        switch outcome {
        case .lease(let grant):
            say("w\(name) gets c\(grant.resource)")
            lend(grant)
        case .wait(let ticket):
            check(idle.isEmpty, "w\(name) waits although c\(idle.last?.connection ?? -1) is idle")
            waiting.append(Waiting(name: name, ticket: ticket))
            say("w\(name) waits")
        case .refused(let failure): say("w\(name) refused: \(describe(failure))")
        }
        perform(tasks)
    }

    private func lend(_ grant: PoolGrant<Int>) {
        check(idle.last?.id == grant.id, "c\(grant.resource) lent, which is not the newest idle one")
        check(waiting.isEmpty, "c\(grant.resource) lent past those who wait")
        idle.removeAll { $0.id == grant.id }
        own(grant)
    }

    private func own(_ grant: PoolGrant<Int>) {
        check(!leases.contains { $0.connection == grant.resource }, "c\(grant.resource) has two owners")
        check(!closing.contains { $0.connection == grant.resource }, "c\(grant.resource) lent while closing")
        leases.append(Lease(id: grant.id, connection: grant.resource))
    }

    private func release(_ lease: Lease, _ verdict: PoolVerdict) {
        lastGivenBack = lease.id
        let (outcome, tasks) = state.release(lease.id, verdict: verdict, now: now)
        place(lease, outcome)
        perform(tasks)
    }

    private func releaseAgain() {
        guard let id = lastGivenBack, !leases.contains(where: { $0.id == id }) else { return }
        let (outcome, tasks) = state.release(id, verdict: .reusable, now: now)
        if case .unknown = outcome {} else { check(false, "took a connection back twice") }
        check(tasks.isEmpty, "did something for a second release")
    }

    private func place(_ lease: Lease, _ outcome: PoolPlacement<Int, Int>) {
        switch outcome {
        case .idle:
            check(waiting.isEmpty, "c\(lease.connection) idle while somebody waits")
            idle.append(lease)
            say("c\(lease.connection) idle")
        case .handOver(let name, let grant):
            check(waiting.first?.name == name, "w\(name) served before w\(waiting.first?.name ?? -1)")
            check(grant.resource == lease.connection && grant.id == lease.id, "another connection handed over")
            waiting.removeAll { $0.name == name }
            own(grant)
            say("w\(name) gets c\(grant.resource)")
        case .close(let item): close(item)
        case .unknown: check(false, "c\(lease.connection) is unknown")
        }
    }

    private func close(_ item: PoolClosing<Int>) {
        check(!leases.contains { $0.id == item.id } || isShutDown, "c\(item.resource) closed under its owner")
        check(!closing.contains { $0.id == item.id }, "c\(item.resource) closed twice")
        idle.removeAll { $0.id == item.id }
        leases.removeAll { $0.id == item.id }
        closing.append(Lease(id: item.id, connection: item.resource))
        say("close c\(item.resource) \(item.reason)")
    }

    private func perform(_ tasks: [PoolTask<Int, Int>]) {
        for task in tasks {
            switch task {
            case .open(let id):
                check(hasStarted && !isShutDown, "opens a connection while it may not")
                opening.append(id)
                say("open")
            case .abandon(let id):
                check(abandoned.insert(id).inserted && opening.contains(id), "abandons what is not being opened")
                say("abandon")
            case .close(let item): close(item)
            case .fail(let name, let failure):
                check(waiting.contains { $0.name == name }, "w\(name) answered twice")
                waiting.removeAll { $0.name == name }
                say("w\(name) fails: \(describe(failure))")
            case .drained:
                drainedCount += 1
                say("drained")
            }
        }
    }

    private func describe(_ failure: PoolAcquireFailure) -> String {
        switch failure {
        case .shutDown: "shut down"
        case .connectFailed(let error): "connect \((error as? ConnectFailure)?.attempt ?? 0)"
        case .timedOut(_, .none): "timed out"
        case .timedOut(_, .some(let error)): "timed out, connect \((error as? ConnectFailure)?.attempt ?? 0)"
        }
    }

    private func say(_ text: @autoclosure () -> String) {
        if speaks { answer.append(text()) }
    }

    func check(_ isRight: Bool, _ complaint: @autoclosure () -> String) {
        if !isRight { violations.append(complaint()) }
    }
}
