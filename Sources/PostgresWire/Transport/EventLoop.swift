internal import Synchronization

/// What became possible on a descriptor.
struct Readiness: OptionSet, Sendable {
    let rawValue: UInt8
    static let readable = Readiness(rawValue: 1)
    static let writable = Readiness(rawValue: 2)
    static let hangUp = Readiness(rawValue: 4)
}

/// What a poller has noticed beside its descriptors.
struct PollerSignals: OptionSet, Sendable {
    let rawValue: UInt8
    /// Another thread asks for attention.
    static let wakeUp = PollerSignals(rawValue: 1)
    /// The alarm has gone off.
    static let alarm = PollerSignals(rawValue: 2)
}

/// What is to be announced of a descriptor: always that the peer has hung up, and so many other things.
enum Interest: Sendable {
    case hangUp, reading, everything
}

/// Somebody whose descriptor is watched by a loop.
protocol ReadinessHandler: AnyObject, Sendable {
    /// Called on the loop's thread.
    func becameReady(_ readiness: Readiness)
}

/// A thread that watches sockets, and on which tasks can run.
///
/// Every connection belongs to one loop. Tasks need not know: they read and write themselves, the loop only tells
/// them when the socket is ready. A task that runs *on* the loop of its connections is spared the thread switch at
/// each wait:
///
///     await withTaskExecutorPreference(EventLoop.default) {
///         try await connection.queryOne("SELECT \(1)::int4 + 1", as: Int.self)
///     }
///
/// Code that blocks such a thread (a long computation, a lock, blocking I/O) stops every connection of the loop
/// meanwhile, deadlines included; it belongs elsewhere. Code isolated to an actor, `@MainActor` functions and `main`
/// included, does not move to the loop.
///
/// Elsewhere a lone task whose answers come within a hundred microseconds waits for them on its own thread, which costs
/// less than the switch; one that is late may hold the thread for up to five milliseconds, once in hundreds of waits.
/// Where several tasks wait at the same time they are suspended.
@safe public final class EventLoop: TaskExecutor, @unchecked Sendable {
    // `jobs`, `isPolling`, `wasWoken` and those of the alarm belong to the loop's thread; everything else is atomic, behind
    // `remote`'s lock or immutable.
    private let poller = Poller()
    private var jobs = JobQueue()
    /// Whether handlers are being told about events: their code must not poll again.
    private var isPolling = false
    /// Whether what other threads handed over has still to be taken.
    private var wasWoken = false
    /// Whether the poller returns every ten milliseconds, whatever happens.
    private var isAlarmSet = false
    /// Whether a task has polled since the alarm last went off.
    private var isAlarmUsed = false
    private let thread = Atomic<UInt>(0)
    private let remote = Mutex(Remote())
    private let nextDeadline = Atomic<UInt64>(.max)
    /// How many tasks are suspended until their sockets are ready.
    private let waiting = Atomic<Int>(0)
    /// Whether a task waits for its socket on a thread of its own.
    private let hasWaitingThread = Atomic<Bool>(false)
    /// How many more waits there must be without another at the same time, before one is done on a thread of its own.
    private let crowd = Atomic<Int>(0)

    /// What other threads hand to the loop.
    private struct Remote {
        var jobs: [JobQueue.Entry] = []
        var retired: [Registration] = []
        var timers = DeadlineHeap<@Sendable () -> Void>()
        var isWoken = false
        var isStopping = false
    }

    /// The loops that connections are spread over: one on up to four processors, else one for every four.
    public static let shared: [EventLoop] = (0..<max(1, SystemCalls.processorCount / 4)).map { _ in EventLoop() }

    /// The first of the shared loops.
    public static var `default`: EventLoop { shared[0] }

    private static let turn = Atomic<Int>(0)

    /// The loop that the caller runs on, else the shared ones in turn.
    static func choose() -> EventLoop {
        if let current = shared.first(where: { $0.isCurrent }) { return current }
        return shared[turn.wrappingAdd(1, ordering: .relaxed).oldValue % shared.count]
    }

    /// Starts a further loop with a thread of its own.
    ///
    /// It runs until ``stop()``.
    public init() {
        SystemCalls.startThread(name: "postgres-loop") { self.run() }
    }

    /// Ends the thread of a loop that was started with `init`, once the work that it holds is done.
    ///
    /// Connections of the loop must be closed before; tasks that prefer it must have ended.
    public func stop() {
        remote.withLock { $0.isStopping = true }
        wake()
    }

    /// Whether the caller runs on this loop's thread.
    public var isCurrent: Bool { thread.load(ordering: .relaxed) == SystemCalls.currentThread() }

    // MARK: Executor

    /// Runs a job on the loop's thread; part of `TaskExecutor`.
    public func enqueue(_ job: consuming ExecutorJob) { unsafe enqueue(UnownedJob(job), for: nil) }

    /// Runs a job on the loop's thread, for an actor if `serial` is given.
    func enqueue(_ job: UnownedJob, for serial: UnownedSerialExecutor?) {
        let entry = unsafe JobQueue.Entry(job: job, serial: serial)
        if isCurrent {
            jobs.append(entry)
        } else {
            let mustWake = remote.withLock { remote in
                remote.jobs.append(entry)
                defer { remote.isWoken = true }
                return !remote.isWoken
            }
            if mustWake { wake() }
        }
    }

    /// This loop as a task executor.
    public func asUnownedTaskExecutor() -> UnownedTaskExecutor {
        unsafe UnownedTaskExecutor(ordinary: self)
    }

    // MARK: Descriptors

    /// Watches a descriptor; the handler is kept alive until `remove`.
    func add(_ descriptor: Int32, handler: any ReadinessHandler) throws(SystemError) -> Registration {
        let registration = Registration(handler)
        try poller.add(descriptor, key: registration.key)
        return registration
    }

    /// Stops watching.
    ///
    /// Events that were fetched already may still name the handler, so it is let go of only between two rounds of
    /// the loop.
    func remove(_ descriptor: Int32, _ registration: Registration) {
        poller.remove(descriptor)
        remote.withLock { $0.retired.append(registration) }
        if !isCurrent { wake() }
    }

    /// Changes what is announced to the handler; what is possible already is announced at once.
    func change(_ descriptor: Int32, key: UInt64, to interest: Interest) {
        poller.change(descriptor, key: key, to: interest)
    }

    /// The handler of one descriptor, found again from the number that the poller carries.
    @safe final class Registration: Sendable {
        let handler: any ReadinessHandler

        init(_ handler: any ReadinessHandler) { self.handler = handler }

        var key: UInt64 { UInt64(UInt(bitPattern: unsafe Unmanaged.passUnretained(self).toOpaque())) }

        static func find(_ key: UInt64) -> Registration? {
            // The key came from `key` of a registration that its transport or `retired` still holds.
            guard let pointer = unsafe UnsafeRawPointer(bitPattern: UInt(key)) else { return nil }
            return unsafe Unmanaged<Registration>.fromOpaque(pointer).takeUnretainedValue()
        }
    }

    // MARK: Timers

    /// What a timer is cancelled by.
    package struct Timer: Sendable {
        fileprivate let token: DeadlineHeap<@Sendable () -> Void>.Token
    }

    /// Calls `action` on the loop's thread once `nanoseconds` have passed.
    package func schedule(after nanoseconds: UInt64, _ action: @escaping @Sendable () -> Void) -> Timer {
        let deadline = SystemCalls.now().addingReportingOverflow(nanoseconds)
        let token = remote.withLock { remote in
            defer { publishDeadline(remote) }
            return remote.timers.insert(deadline.overflow ? .max : deadline.partialValue, action)
        }
        if !isCurrent { wake() }
        return Timer(token: token)
    }

    /// Forgets a timer; one that is running already still runs.
    package func cancel(_ timer: Timer) {
        // The action may hold the last reference to something with a lock of its own: let go of it outside ours.
        _ = remote.withLock { remote in
            defer { publishDeadline(remote) }
            return remote.timers.cancel(timer.token)
        }
    }

    private func publishDeadline(_ remote: borrowing Remote) {
        nextDeadline.store(remote.timers.earliest ?? .max, ordering: .relaxed)
    }

    private func runTimers() {
        while nextDeadline.load(ordering: .relaxed) <= SystemCalls.now() {
            let action = remote.withLock { remote in
                defer { publishDeadline(remote) }
                return remote.timers.popDue(now: SystemCalls.now())
            }
            guard let action else { return }
            action()
        }
    }

    // MARK: The thread

    private func wake() { SystemCalls.signal(poller.wakeUpDescriptor) }

    private func run() {
        thread.store(SystemCalls.currentThread(), ordering: .relaxed)
        let executor = unsafe asUnownedTaskExecutor()
        while true {
            // A bounded number of jobs, so that sockets are looked at however busy the tasks are.
            var budget = 256
            while budget > 0, let entry = jobs.popFirst() {
                // Without an actor the job runs as the task executor's: to run it for a serial one as well would make
                // every later await enqueue it anew.
                if let serial = unsafe entry.serial {
                    unsafe entry.job.runSynchronously(isolatedTo: serial, taskExecutor: executor)
                } else {
                    unsafe entry.job.runSynchronously(on: executor)
                }
                budget -= 1
            }
            if nextDeadline.load(ordering: .relaxed) != .max { runTimers() }
            poll(nanoseconds: jobs.isEmpty && !wasWoken ? timeUntilDeadline() : 0)
            if wasWoken, takeRemote(), jobs.isEmpty { return }
        }
    }

    /// Waits for events and tells the handlers, but for that of `own`, whose readiness is returned.
    @discardableResult
    private func poll(nanoseconds: UInt64?, own: UInt64? = nil) -> Readiness {
        var ownReadiness = Readiness()
        isPolling = true
        let signals = poller.wait(nanoseconds: nanoseconds) { key, readiness in
            if key == own {
                ownReadiness.formUnion(readiness)
            } else {
                EventLoop.Registration.find(key)?.handler.becameReady(readiness)
            }
        }
        isPolling = false
        if !signals.isEmpty {
            if signals.contains(.wakeUp) { wasWoken = true }
            if signals.contains(.alarm) { alarmWentOff() }
        }
        return ownReadiness
    }

    /// Nobody needs the alarm any more where nobody has polled since the last time.
    private func alarmWentOff() {
        if !isAlarmUsed, poller.setAlarm(every: 0) { isAlarmSet = false }
        isAlarmUsed = false
    }

    /// Counts a task that suspends for a socket of the loop.
    func waitBegins() {
        let others = waiting.wrappingAdd(1, ordering: .relaxed).oldValue
        if others > 0 || hasWaitingThread.load(ordering: .relaxed) { crowd.store(Self.crowdMemory, ordering: .relaxed) }
    }

    /// Counts it off.
    func waitEnds() { waiting.wrappingSubtract(1, ordering: .relaxed) }

    /// Looks at the sockets once on behalf of a task that runs on this thread and is about to wait.
    ///
    /// Where the loop has nothing else to do, it would do just this after the task has suspended, and then resume it.
    /// Where other tasks wait for their sockets, the loop had better wake them together.
    ///
    /// Waits for ten milliseconds at most, since meanwhile the task does not notice that it is cancelled. An alarm that is
    /// set once sees to that for many waits: a timeout of their own would cost each of them half a microsecond or more.
    ///
    /// - Parameter key: the registration of the task's socket, whose handler is not told.
    /// - Returns: what became possible on that socket; nil where the caller is on another thread or the loop has other
    ///   work, and nothing was done.
    func poll(forRunningTaskOf key: UInt64) -> Readiness? {
        guard isCurrent, jobs.isEmpty, !isPolling, !wasWoken, waiting.load(ordering: .relaxed) == 0 else { return nil }
        let timeout = timeUntilDeadline()
        guard timeout != 0 else { return nil }
        if !isAlarmSet { isAlarmSet = poller.setAlarm(every: Self.alarmInterval) }
        isAlarmUsed = true
        return poll(nanoseconds: isAlarmSet ? timeout : min(timeout ?? .max, UInt64(Self.alarmInterval)), own: key)
    }

    private static let alarmInterval = 10_000_000
    private static let crowdMemory = 64

    /// Lets the caller, on another thread, wait for its socket by itself, until `endWaitOnThread`.
    ///
    /// One at a time, and only where tasks have not been waiting together of late: a thread that waits would be missed.
    func beginWaitOnThread() -> Bool {
        guard waiting.load(ordering: .relaxed) == 0 else { return false }
        let left = crowd.load(ordering: .relaxed)
        guard left <= 0 else {
            crowd.store(left - 1, ordering: .relaxed)
            return false
        }
        return !hasWaitingThread.exchange(true, ordering: .relaxed)
    }

    func endWaitOnThread() { hasWaitingThread.store(false, ordering: .relaxed) }

    /// How long until the first timer is due, in nanoseconds; nil where there is none.
    private func timeUntilDeadline() -> UInt64? {
        let deadline = nextDeadline.load(ordering: .relaxed)
        guard deadline != .max else { return nil }
        let now = SystemCalls.now()
        return deadline > now ? deadline - now : 0
    }

    /// Takes over what other threads left; true where the loop is to end.
    private func takeRemote() -> Bool {
        // Retired handlers are released outside the lock: their deinit may come back to this loop.
        var retired: [Registration] = []
        wasWoken = false
        let isStopping = remote.withLock { remote in
            for job in remote.jobs { jobs.append(job) }
            remote.jobs.removeAll(keepingCapacity: true)
            swap(&retired, &remote.retired)
            remote.isWoken = false
            return remote.isStopping
        }
        return isStopping
    }
}
