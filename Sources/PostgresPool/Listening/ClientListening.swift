internal import PostgresDriver
internal import PostgresWire
internal import Synchronization

/// Listens for a client: one connection beside the pool for all its listeners, made when the first comes, made again when
/// it is lost, closed when the last has gone.
final class ClientListening: Sendable {
    typealias Waiter = CheckedContinuation<Result<Void, PostgresError>, Never>
    typealias Channels = ClientChannels<ChannelName, NotificationMailbox, Waiter>

    private struct State: ~Copyable {
        var channels = Channels()
        var isRunning = false
        var isShutDown = false
        var lastFailure: PostgresError?
        var connectionCount = 0
    }

    private let state = Mutex(State())
    private let loop: EventLoop
    private let open:
        @Sendable (@escaping @Sendable (PostgresError) -> Void) async throws(PostgresError) -> PostgresConnection
    /// How long a listener waits for its connection.
    private let patience: Duration?
    /// How often the connection is asked whether it is still there.
    private let healthCheckPeriod: Duration
    /// How long its answer, and that to LISTEN, may take.
    private static let answerTimeout = Duration.seconds(10)
    /// Says that there may be something to do; more than one at a time say nothing more.
    private let changes: AsyncStream<Void>
    private let noteChange: AsyncStream<Void>.Continuation
    /// Ends with the client.
    private let life: AsyncStream<Void>
    private let endLife: AsyncStream<Void>.Continuation

    /// - Parameter open: opens a connection; its argument is to be called when the connection ends later.
    init(
        configuration: PoolConfiguration, loop: EventLoop,
        open:
            @escaping @Sendable (
                _ closed: @escaping @Sendable (PostgresError) -> Void
            ) async throws(PostgresError) -> PostgresConnection
    ) {
        self.loop = loop
        self.open = open
        patience = configuration.acquireTimeout
        healthCheckPeriod = configuration.healthCheckPeriod
        (changes, noteChange) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (life, endLife) = AsyncStream.makeStream()
    }

    /// How many connections have been made for listening.
    var connectionCount: Int { state.withLock { $0.connectionCount } }

    // MARK: Listeners

    func listen(
        to name: ChannelName, bufferSize: Int, timeout: Duration?
    ) async throws(PostgresError) -> PostgresNotifications {
        let patience = timeout ?? patience
        let deadline = patience.map { RequestDeadline(after: $0) }
        defer { deadline?.end() }
        let number = state.withLock { $0.channels.number() }
        let mailbox = NotificationMailbox(capacity: bufferSize)
        let subscription = NotificationSubscription { self.remove(number, .cancelled) }
        deadline?.begin { self.remove(number, self.timeoutError(patience)) }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (waiter: Waiter) in
                add(mailbox, number, name, waiter, deadline)
            }
        } onCancel: {
            // Not in the handler itself, which must not wake other tasks.
            _ = loop.schedule(after: 0) { [weak self] in self?.remove(number, .cancelled) }
        }
        do throws(PostgresError) {
            try result.get()
        } catch {
            subscription.end()
            throw error
        }
        return PostgresNotifications(mailbox, subscription)
    }

    private func add(
        _ mailbox: NotificationMailbox, _ number: UInt64, _ name: ChannelName, _ waiter: Waiter,
        _ deadline: RequestDeadline?
    ) {
        let failure = state.withLock { state -> PostgresError? in
            if state.isShutDown { return .clientShutDown }
            // A task that was cancelled, or whose time was up, before has no handler to come back here.
            if Task.isCancelled { return .cancelled.beforeSending() }
            if let deadline, deadline.isOver { return deadline.error.beforeSending() }
            state.channels.add(mailbox, number, on: name, waiter)
            return nil
        }
        if let failure { return waiter.resume(returning: .failure(failure)) }
        noteChange.yield()
    }

    private func remove(_ number: UInt64, _ error: PostgresError) {
        let waiter = state.withLock { $0.channels.remove(number) }
        noteChange.yield()
        waiter?.resume(returning: .failure(error.beforeSending()))
    }

    private func timeoutError(_ timeout: Duration?) -> PostgresError {
        let (isRunning, lastFailure) = state.withLock { ($0.isRunning, $0.lastFailure) }
        var text = "the server did not begin to listen"
        if let timeout { text += " within \(timeout)" }
        if !isRunning { text += "; the client's run() has not been called" }
        if let lastFailure { text += "; last attempt: \(lastFailure.message)" }
        return PostgresError(.timedOut, text, nothingWasSent: true)
    }

    private func receive(_ event: PostgresNotificationEvent, on name: ChannelName) {
        for mailbox in state.withLock({ $0.channels.listeners(on: name) }) { mailbox.put(event) }
    }

    // MARK: Life

    /// Keeps the connection as long as somebody listens, until the shutdown or until the task is cancelled.
    func run() async {
        state.withLock { $0.isRunning = true }
        await withDiscardingTaskGroup { group in
            group.addTask { await self.keepConnected() }
            for await _ in life {}
            group.cancelAll()
        }
        shutDown()
    }

    /// Ends all sequences, and refuses new listeners.
    func shutDown() {
        let (mailboxes, waiters) = state.withLock { state in
            state.isShutDown = true
            let waiters = state.channels.refuse()
            return (state.channels.allListeners, waiters)
        }
        endLife.finish()
        for mailbox in mailboxes { mailbox.finish(nil) }
        for waiter in waiters { waiter.resume(returning: .failure(.clientShutDown)) }
    }

    private func keepConnected() async {
        var signals = changes.makeAsyncIterator()
        var backoff = RetryBackoff()
        while !Task.isCancelled {
            if state.withLock({ $0.channels.isEmpty }) {
                guard await signals.next(isolation: #isolation) != nil else { return }
                continue
            }
            guard backoff.allowsAttempt(now: now) else {
                await wait(&signals, nanoseconds: backoff.retryAt.elapsed(since: now))
                continue
            }
            let begin = now
            guard let failure = await connectOnce(&signals), !Task.isCancelled else {
                backoff.forget()
                continue
            }
            // A connection that held for a while says that the server is well; a short one may be the next of many.
            if now.elapsed(since: begin) > RetryBackoff.longestDelay { backoff.forget() }
            backoff.recordFailure(failure, permanent: false, random: .random(in: .min ... .max), now: now)
        }
    }

    private var now: PoolTime { PoolTime(nanoseconds: Int64(clamping: SystemCalls.now())) }

    /// Waits for something to do, or until the time is over.
    private func wait(_ signals: inout AsyncStream<Void>.Iterator, nanoseconds: Int64) async {
        let timer = loop.schedule(after: UInt64(clamping: nanoseconds)) { [noteChange] in noteChange.yield() }
        _ = await signals.next(isolation: #isolation)
        loop.cancel(timer)
    }

    /// Connects, listens, and returns when that is over: why, or nil where nobody listens any more.
    private func connectOnce(_ signals: inout AsyncStream<Void>.Iterator) async -> PostgresError? {
        do throws(PostgresError) {
            let connection = try await open { [noteChange] _ in noteChange.yield() }
            defer { connection.close() }
            state.withLock { state in
                state.connectionCount += 1
                state.channels.connected()
            }
            try await serve(connection, &signals)
            return nil
        } catch {
            let isPermanent = ConnectionPool.isPermanent(error)
            let waiters = state.withLock { state in
                state.lastFailure = error
                return isPermanent ? state.channels.refuse() : []
            }
            for waiter in waiters { waiter.resume(returning: .failure(error.beforeSending())) }
            return error
        }
    }

    // MARK: The connection

    private func serve(
        _ connection: PostgresConnection, _ signals: inout AsyncStream<Void>.Iterator
    ) async throws(PostgresError) {
        var active: [ChannelName: NotificationSubscription] = [:]
        // Before the subscriptions end: a connection that is about to be closed has no use for an UNLISTEN.
        defer { withExtendedLifetime(active) { connection.close() } }
        var lastSign = now
        while !Task.isCancelled {
            if let failure = connection.failure { throw failure }
            let (step, isEmpty) = state.withLock { state in
                state.channels.isEmpty ? (nil, true) : (state.channels.next { active[$0] != nil }, false)
            }
            switch step {
            case .listen(let name):
                if let subscription = try await listen(to: name, on: connection) {
                    active[name] = subscription
                    establish(name, isNew: true)
                }
            case .establish(let name): establish(name, isNew: false)
            case .unlisten(let name): active[name] = nil
            case nil:
                if isEmpty { return }
                let left = healthCheckPeriod.clampedNanoseconds - now.elapsed(since: lastSign)
                if left > 0 {
                    await wait(&signals, nanoseconds: left)
                } else {
                    try await connection.simpleQuery("", timeout: Self.answerTimeout)
                    lastSign = now
                }
            }
        }
    }

    /// Has the server listen; nil where it refused and nobody but new listeners wanted it.
    private func listen(
        to name: ChannelName, on connection: PostgresConnection
    ) async throws(PostgresError) -> NotificationSubscription? {
        let listener = NotificationListener(
            receive: { [weak self] in self?.receive($0, on: name) }, end: { [noteChange] _ in noteChange.yield() })
        do throws(PostgresError) {
            let call = PostgresCall(timeout: Self.answerTimeout, file: #fileID, line: #line)
            return try await connection.subscribe(listener, to: name, call)
        } catch {
            guard error.code == .server else { throw error }
            let (waiters, isWanted) = state.withLock { state in
                let waiters = state.channels.refuse(name)
                return (waiters, !state.channels.listeners(on: name).isEmpty)
            }
            for waiter in waiters { waiter.resume(returning: .failure(error)) }
            if isWanted { throw error }
            return nil
        }
    }

    /// - Parameter isNew: whether the server has listened only since now, so that former listeners have missed something.
    private func establish(_ name: ChannelName, isNew: Bool) {
        let (waiters, former) = state.withLock { state in
            state.lastFailure = nil
            return state.channels.established(name)
        }
        if isNew { for mailbox in former { mailbox.put(.gap(.reconnected)) } }
        for waiter in waiters { waiter.resume(returning: .success(())) }
    }
}

extension PostgresError {
    fileprivate static let clientShutDown = PostgresError(
        .clientClosed, "the client has been shut down", nothingWasSent: true)
}
