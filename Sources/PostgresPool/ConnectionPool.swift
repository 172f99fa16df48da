internal import PostgresDriver
internal import PostgresWire
internal import Synchronization

/// Does what ``PoolState`` decides: opens and closes connections, wakes waiters, watches the time.
///
/// Everything that takes time is decided under the lock and done outside of it.
@usableFromInline
final class ConnectionPool: Sendable {
    typealias Tasks = PoolState<PostgresConnection, PoolWaiter>.Tasks

    private struct Shell: ~Copyable {
        var pool: PoolState<PostgresConnection, PoolWaiter>
        /// When the timer that is set will go off; nil where none is.
        var timer: (time: PoolTime, timer: EventLoop.Timer)?
        var isStarted = false
        var isDrained = false
        var drainWaiters: [CheckedContinuation<Void, Never>] = []
    }

    private let shell: Mutex<Shell>
    private let loop: EventLoop
    private let open:
        @Sendable (@escaping @Sendable (PostgresError) -> Void) async throws(PostgresError) -> PostgresConnection
    private let openings: AsyncStream<PoolConnectionID>
    private let requestOpening: AsyncStream<PoolConnectionID>.Continuation
    private let acquireTimeout: Duration?

    /// - Parameter open: opens a connection; its argument is to be called when the connection ends later.
    init(
        configuration: PoolConfiguration, loop: EventLoop,
        open:
            @escaping @Sendable (
                _ closed: @escaping @Sendable (PostgresError) -> Void
            ) async throws(PostgresError) -> PostgresConnection
    ) {
        shell = Mutex(Shell(pool: PoolState(configuration: configuration)))
        self.loop = loop
        self.open = open
        acquireTimeout = configuration.acquireTimeout
        // Bounded by the pool's maximum: every element is a slot of the pool.
        (openings, requestOpening) = AsyncStream.makeStream()
    }

    private var now: PoolTime { PoolTime(nanoseconds: Int64(clamping: SystemCalls.now())) }

    var statistics: PoolStatistics { shell.withLock { $0.pool.statistics } }

    // MARK: Borrowing

    /// - Parameter deadline: when the borrower stops waiting, if that is before the acquire timeout.
    func acquire(deadline: RequestDeadline? = nil) async throws(PostgresError) -> PoolGrant<PostgresConnection> {
        while true {
            let now = now
            if let grant = shell.withLock({ $0.pool.acquireIdle(now: now) }) {
                if canBeLent(grant) { return grant }
                continue
            }
            // Nothing is opened for somebody who would not take it.
            if Task.isCancelled { throw error(.connectFailed(CancellationError())) }
            if let deadline, deadline.isOver { throw deadline.error.beforeSending() }
            let waiter = PoolWaiter()
            switch enqueue(waiter, now: now) {
            case .lease(let grant): if canBeLent(grant) { return grant }
            case .refused(let failure): throw error(failure)
            case .wait(let ticket):
                let answer = await wait(waiter, ticket, deadline)
                switch answer {
                case .success(let grant): return grant
                case .failure(.connectFailed(is CancellationError)) where deadline?.isOver == true:
                    throw (deadline?.error ?? .cancelled).beforeSending()
                case .failure(let failure): throw error(failure)
                }
            }
        }
    }

    /// How long a connection may lie idle and be lent without a look at its socket.
    ///
    /// As long as that a busy loop may take to see that the server has left.
    private static let longestUnseen: Int64 = 1_000_000

    /// Whether the server of a connection that lay idle is still there; where it is not, the pool gets it back.
    private func canBeLent(_ grant: PoolGrant<PostgresConnection>) -> Bool {
        if grant.idleNanoseconds < Self.longestUnseen || grant.resource.isStillOpen() { return true }
        giveBack(grant, .broken)
        return false
    }

    private func enqueue(
        _ waiter: PoolWaiter, now: PoolTime
    ) -> PoolAcquisition<PostgresConnection> {
        let (outcome, tasks) = shell.withLock { shell in
            let (outcome, tasks) = shell.pool.acquire(waiter, now: now)
            if case .wait = outcome { setTimer(&shell, now: now) }
            return (outcome, tasks)
        }
        perform(tasks)
        return outcome
    }

    /// Waits for the answer; where the task is cancelled, or `deadline` has passed, already, it comes at once.
    @inline(__always)
    private func wait(
        _ waiter: PoolWaiter, _ ticket: PoolTicket, _ deadline: RequestDeadline?
    ) async -> PoolWaiter.Answer {
        deadline?.begin { self.cancel(ticket) }
        return await withTaskCancellationHandler {
            await waiter.wait()
        } onCancel: {
            cancel(ticket)
        }
    }

    private func cancel(_ ticket: PoolTicket) {
        let now = now
        let waiter = shell.withLock { $0.pool.cancelWaiter(ticket, now: now) }
        waiter?.resume(returning: .failure(.connectFailed(CancellationError())))
    }

    private func error(_ failure: PoolAcquireFailure) -> PostgresError {
        switch failure {
        case .shutDown: PostgresError(.clientClosed, "the client has been shut down", nothingWasSent: true)
        case .connectFailed(let error as PostgresError): error.beforeSending()
        case .connectFailed(is CancellationError):
            PostgresError(.cancelled, "the task was cancelled while it waited for a connection", nothingWasSent: true)
        case .connectFailed(let error): PostgresError(.connectionFailed, "\(error)", nothingWasSent: true)
        case .timedOut(let statistics, let lastFailure):
            PostgresError(.acquireTimedOut, timeoutText(statistics, lastFailure), nothingWasSent: true)
        }
    }

    private func timeoutText(_ statistics: PoolStatistics, _ lastFailure: (any Error)?) -> String {
        var text = "no connection became free"
        if let acquireTimeout { text += " within \(acquireTimeout)" }
        text += ": \(statistics.acquired) of at most \(statistics.maximum) in use, \(statistics.waiters) waiting"
        if !shell.withLock({ $0.isStarted }) { text += "; the client's run() has not been called" }
        if let lastFailure = lastFailure as? PostgresError {
            text += "; last attempt to connect: \(lastFailure.message)"
        }
        return text
    }

    @usableFromInline
    func release(_ grant: PoolGrant<PostgresConnection>) {
        if grant.resource.isReusable { return giveBack(grant, .reusable) }
        // What was cancelled or abandoned ends soon, and the connection is good again; it counts as borrowed until then.
        guard grant.resource.isSettling else { return giveBack(grant, grant.resource.isReusable ? .reusable : .broken) }
        Task(executorPreference: loop) {
            await grant.resource.whenSettled()
            self.giveBack(grant, grant.resource.isReusable ? .reusable : .broken)
        }
    }

    private func giveBack(_ grant: PoolGrant<PostgresConnection>, _ verdict: PoolVerdict) {
        let now = now
        let (outcome, tasks) = shell.withLock { $0.pool.release(grant.id, verdict: verdict, now: now) }
        place(outcome)
        perform(tasks)
    }

    private func place(_ outcome: PoolPlacement<PostgresConnection, PoolWaiter>) {
        switch outcome {
        case .idle, .unknown: break
        case .handOver(let waiter, let grant): waiter.resume(returning: .success(grant))
        case .close(let closing): close(closing)
        }
    }

    // MARK: Doing what was decided

    private func perform(_ tasks: Tasks) {
        for task in tasks {
            switch task {
            case .open(let id): requestOpening.yield(id)
            case .abandon: break  // Only a shutdown says so, and it cancels all openings at once.
            case .close(let closing): close(closing)
            case .fail(let waiter, let failure): waiter.resume(returning: .failure(failure))
            case .drained: drained()
            }
        }
    }

    private func close(_ closing: PoolClosing<PostgresConnection>) {
        closing.resource.close()
        let now = now
        perform(shell.withLock { $0.pool.closed(closing.id, now: now) })
    }

    private func openOne(_ id: PoolConnectionID) async {
        do throws(PostgresError) {
            let connection = try await open { [weak self] _ in self?.died(id) }
            let now = now
            let (outcome, tasks) = shell.withLock { shell in
                defer { setTimer(&shell, now: now) }
                return shell.pool.opened(id, resource: connection, random: .random(in: .min ... .max), now: now)
            }
            if case .unknown = outcome { connection.close() }
            place(outcome)
            perform(tasks)
            // Should it have ended before the pool knew it, nobody will say so again.
            if connection.failure != nil { died(id) }
        } catch {
            let now = now
            perform(
                shell.withLock { shell in
                    defer { setTimer(&shell, now: now) }
                    return shell.pool.openFailed(
                        id, error: error, permanent: Self.isPermanent(error), random: .random(in: .min ... .max),
                        now: now)
                })
        }
    }

    /// Trying again would fail again: wrong password, no such database or role.
    static func isPermanent(_ error: PostgresError) -> Bool {
        let codes: Set<PostgresError.Code> = [.invalidConfiguration, .authenticationFailed, .unsupportedEncoding]
        if codes.contains(error.code) { return true }
        return error.server?.sqlState == .invalidCatalogName
    }

    private func died(_ id: PoolConnectionID) {
        let now = now
        perform(shell.withLock { $0.pool.connectionDied(id, now: now) })
    }

    // MARK: Time

    /// Sets the timer anew if it would go off too late.
    ///
    /// Nothing is cancelled: one that goes off early does no harm.
    private func setTimer(_ shell: inout Shell, now: PoolTime) {
        guard let next = shell.pool.nextWakeUp, shell.timer.map({ next < $0.time }) ?? true else { return }
        if let (_, timer) = shell.timer { loop.cancel(timer) }
        let timer = loop.schedule(after: UInt64(clamping: next.elapsed(since: now))) { [weak self] in self?.tick() }
        shell.timer = (next, timer)
    }

    private func tick() {
        let now = now
        perform(
            shell.withLock { shell in
                shell.timer = nil
                defer { setTimer(&shell, now: now) }
                return shell.pool.tick(now: now)
            })
    }

    // MARK: Life

    /// Begins to open connections; false where that was done before.
    func start() -> Bool {
        let now = now
        let tasks = shell.withLock { shell -> Tasks? in
            guard !shell.isStarted else { return nil }
            shell.isStarted = true
            defer { setTimer(&shell, now: now) }
            return shell.pool.start(now: now)
        }
        perform(tasks ?? [])
        return tasks != nil
    }

    /// Opens connections as they are asked for, until the shutdown or until the task is cancelled.
    func openConnections() async {
        await withDiscardingTaskGroup { group in
            for await id in openings { group.addTask { await self.openOne(id) } }
            group.cancelAll()
        }
    }

    /// Refuses new borrowers, closes what is idle, and waits for the borrowed connections; those that are not back
    /// within `timeout` are closed under their borrowers.
    func shutDown(timeout: Duration) async {
        let now = now
        perform(shell.withLock { $0.pool.shutdown(now: now) })
        requestOpening.finish()
        let timer = loop.schedule(after: timeout.wholeNanoseconds) { [weak self] in
            guard let self else { return }
            perform(shell.withLock { $0.pool.closeLeases() })
        }
        await withCheckedContinuation { waiter in
            let isDrained = shell.withLock { shell in
                if !shell.isDrained { shell.drainWaiters.append(waiter) }
                return shell.isDrained
            }
            if isDrained { waiter.resume() }
        }
        loop.cancel(timer)
    }

    private func drained() {
        let waiters = shell.withLock { shell in
            shell.isDrained = true
            if let (_, timer) = shell.timer { loop.cancel(timer) }
            shell.timer = nil
            defer { shell.drainWaiters = [] }
            return shell.drainWaiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
