internal import Synchronization

/// A connected stream socket.
///
/// The socket is watched edge-triggered: the flags remember what was announced and not used up yet, so a steady
/// exchange re-arms nothing. No lock is held while bytes are read or written: the loop would wait for it, and on a busy
/// machine a wait for a lock costs more than the call. For the same reason the descriptor is given back only in `deinit`, when
/// nobody can use it any more; closing shuts the socket down, which the peer sees at once.
package final class SocketTransport: Transport, ReadinessHandler {
    package let loop: EventLoop
    private let descriptor: Int32
    /// Where it is connected to; nil for a socket that a listener accepted.
    private let address: SocketAddress?
    private let flags = Atomic<UInt8>(0)
    /// By what the loop knows the socket; nothing while it is not registered.
    private let key = Atomic<UInt64>(0)
    private let state = Mutex(State())
    /// How often waits on a task's own thread have been too long of late, and how many of them are not to be tried now.
    private let misses = Atomic<Int>(0)
    private let skips = Atomic<Int>(0)

    private struct State {
        var registration: EventLoop.Registration?
        var waiter: SuspendedTask?
        var waiterSends = false
        weak var idleReader: (any IdleReader)?
        /// What the loop announces.
        var interest = Interest.everything
        /// Whether `lookAfter` will be called.
        var isLookedAfter = false
    }

    private enum Flag {
        static let readable: UInt8 = 1
        static let writable: UInt8 = 2
        /// What a hang-up brings must be read to the end, so the socket stays readable from then on.
        static let hungUp: UInt8 = 4
        static let closed: UInt8 = 8
        /// Somebody asked the next wait to end at once.
        static let woken: UInt8 = 16
        /// The loop announces no bytes, because a task waits for them on its own thread.
        static let unwatched: UInt8 = 32
        /// A task has waited on its own thread since this was last cleared.
        static let waited: UInt8 = 64
    }

    private init(descriptor: Int32, address: SocketAddress?, loop: EventLoop) {
        self.loop = loop
        self.address = address
        self.descriptor = descriptor
    }

    deinit {
        close()
        SystemCalls.close(descriptor)
    }

    /// Connects to one address.
    ///
    /// Whoever calls closes the transport to give up; `started` hands it out before the first wait for this.
    package static func connect(
        to address: SocketAddress, loop: EventLoop, started: (SocketTransport) -> Void
    ) async throws(SystemError) -> SocketTransport {
        let descriptor = try SystemCalls.streamSocket(family: address.family)
        let transport = SocketTransport(descriptor: descriptor, address: address, loop: loop)
        if address.isInternet { SystemCalls.setTCPOptions(descriptor) }
        let done = try SystemCalls.connect(descriptor, to: address)
        try transport.register()
        started(transport)
        if !done {
            await SuspendedTask.suspend { transport.keep($0, until: Flag.writable) }
            try transport.checkOpen("connect")
            try SystemCalls.pendingError(descriptor)
        }
        return transport
    }

    /// Takes over a connected socket that a listener accepted.
    package static func adopt(_ descriptor: Int32, loop: EventLoop) throws(SystemError) -> SocketTransport {
        let transport = SocketTransport(descriptor: descriptor, address: nil, loop: loop)
        SystemCalls.setTCPOptions(descriptor)
        try transport.register()
        return transport
    }

    private func register() throws(SystemError) {
        // The registration holds the transport, so that `close` has to break the circle.
        let registration = try loop.add(descriptor, handler: WeakHandler(self))
        key.store(registration.key, ordering: .relaxed)
        state.withLock { $0.registration = registration }
    }

    /// The loop must not keep a connection alive that everybody else has let go of.
    private final class WeakHandler: ReadinessHandler {
        private weak let transport: SocketTransport?

        init(_ transport: SocketTransport) { self.transport = transport }

        func becameReady(_ readiness: Readiness) { transport?.becameReady(readiness) }
    }

    private func checkOpen(_ call: String) throws(SystemError) {
        guard flags.load(ordering: .acquiring) & Flag.closed == 0 else {
            throw SystemError(call: call, reason: "the connection is closed")
        }
    }

    // In one order with the connection's own flag: the loop announces and then looks whether somebody attends, a task
    // stops attending and then looks whether something was announced.
    private func set(_ flag: UInt8) { flags.bitwiseOr(flag, ordering: .sequentiallyConsistent) }

    private func clear(_ flag: UInt8) { flags.bitwiseAnd(~flag, ordering: .acquiringAndReleasing) }

    package func receive(into buffer: inout ReceiveBuffer, needed: Int) throws(SystemError) -> ReceiveResult {
        try checkOpen("recv")
        let before = flags.load(ordering: .acquiring)
        guard before & (Flag.readable | Flag.hungUp) != 0 else { return .wouldBlock }
        // Cleared before the call: what is announced during it counts.
        clear(Flag.readable)
        let room = buffer.prepare(needed: needed)
        var failed = false
        let count = unsafe buffer.fill { memory in
            let count = unsafe SystemCalls.receive(descriptor, memory)
            failed = count < 0
            return count
        }
        if failed {
            guard SystemCalls.wouldBlock() else { throw SystemCalls.lastError("recv") }
            return .wouldBlock
        }
        // Less than there was room for means that the socket is empty, and the next bytes will be announced.
        if count == room { set(Flag.readable) }
        return count == 0 ? .end : .bytes(count)
    }

    package func send(_ bytes: RawSpan) throws(SystemError) -> Int {
        try checkOpen("send")
        let count = SystemCalls.send(descriptor, bytes)
        if count == bytes.byteCount { return count }
        if count < 0, !SystemCalls.wouldBlock() { throw SystemCalls.lastError("send") }
        clear(Flag.writable)
        // Room may have come between the call and the clearing, announced before it: look once more.
        let again = SystemCalls.send(descriptor, bytes.slice(from: max(count, 0), to: bytes.byteCount))
        if again < 0, !SystemCalls.wouldBlock() { throw SystemCalls.lastError("send") }
        if again > 0 { set(Flag.writable) }
        return max(count, 0) + max(again, 0)
    }

    package var hasUnseenBytes: Bool {
        let flags = flags.load(ordering: .sequentiallyConsistent)
        return flags & (Flag.readable | Flag.hungUp) != 0 && flags & Flag.closed == 0
    }

    package func expectBytes() { set(Flag.readable) }

    package func setIdleReader(_ reader: any IdleReader) {
        state.withLock { $0.idleReader = reader }
    }

    package func resume(_ task: SuspendedTask, sending: Bool) { keep(task, until: Self.wanted(sending)) }

    private static func wanted(_ sending: Bool) -> UInt8 { sending ? Flag.readable | Flag.writable : Flag.readable }

    package func waitBriefly(sending: Bool) -> Bool {
        let wanted = Self.wanted(sending)
        if !isReady(wanted) {
            if loop.isCurrent {
                noticeArrivals()
                guard let readiness = loop.poll(forRunningTaskOf: key.load(ordering: .relaxed)) else { return false }
                // Whoever called reads, so nobody else is to be told.
                _ = note(readiness)
            } else if !sending, SystemCalls.canWaitShortly {
                waitOnThread()
            }
            guard isReady(wanted) else { return false }
        }
        forgetWakeUp()
        return true
    }

    /// Waits for bytes on the caller's thread, where answers have been coming so fast that to suspend the task and to wake
    /// it through the loop would cost more than the wait.
    ///
    /// A thread that waits is of no use to other tasks, hence: one thread at a time, none where tasks of the loop wait
    /// together, ever less often where an answer took longer than a hundred microseconds, and hardly ever again where none
    /// came within five milliseconds.
    ///
    /// The loop does not announce the bytes meanwhile, nor later while such waits follow each other closely: its thread
    /// would wake up for nothing.
    private func waitOnThread() {
        let left = skips.load(ordering: .relaxed)
        guard left == 0 else { return skips.store(left - 1, ordering: .relaxed) }
        guard loop.beginWaitOnThread() else { return }
        defer { loop.endWaitOnThread() }
        let before = flags.load(ordering: .relaxed)
        if before & Flag.waited == 0 { set(Flag.waited) }
        if before & Flag.unwatched == 0 { stopWatching() }
        let begin = SystemCalls.now()
        let isReadable = SystemCalls.waitUntilReadable(descriptor, nanoseconds: Self.longestWaitOnThread)
        if isReadable { set(Flag.readable) }
        let count = misses.load(ordering: .relaxed)
        if isReadable, SystemCalls.now() &- begin < Self.worthwhileWaitOnThread {
            if count > 0 { misses.store(count - 1, ordering: .relaxed) }
        } else {
            // Worth it only where two of three are short.
            misses.store(isReadable ? min(count + 2, Self.mostMisses) : Self.mostMisses, ordering: .relaxed)
            skips.store((1 << (isReadable ? count + 1 : Self.mostMisses)) - 1, ordering: .relaxed)
        }
    }

    private static let worthwhileWaitOnThread: UInt64 = 100_000
    /// More than a tick of the system's clock, so that its timer has not to be set anew: that would cost as much as is saved.
    private static let longestWaitOnThread = 5_000_000
    private static let mostMisses = 9

    package func noticeArrivals() {
        if flags.load(ordering: .sequentiallyConsistent) & Flag.unwatched != 0 {
            state.withLock { state in
                // Another thread may have been first, with more.
                if state.interest == .hangUp { watch(&state, .reading) }
            }
        }
    }

    private func stopWatching() {
        let isLookedAfter = state.withLock { state in
            watch(&state, .hangUp)
            defer { state.isLookedAfter = true }
            return state.isLookedAfter
        }
        if !isLookedAfter { lookAfter() }
    }

    /// Has the loop watch again once nobody has waited on his own thread for some milliseconds.
    private func lookAfter() {
        _ = loop.schedule(after: 2_000_000) { [weak self] in
            guard let self else { return }
            let goesOn = state.withLock { state in
                if state.interest == .hangUp {
                    if flags.load(ordering: .relaxed) & Flag.waited != 0 {
                        clear(Flag.waited)
                        return true
                    }
                    watch(&state, .reading)
                }
                state.isLookedAfter = false
                return false
            }
            if goesOn { lookAfter() }
        }
    }

    private func watch(_ state: inout State, _ interest: Interest) {
        guard state.registration != nil, state.interest != interest else { return }
        state.interest = interest
        // Changed before the call: what it announces at once must find the flag as it will be.
        if interest == .hangUp { set(Flag.unwatched) } else { clear(Flag.unwatched) }
        loop.change(descriptor, key: key.load(ordering: .relaxed), to: interest)
    }

    private func forgetWakeUp() {
        if flags.load(ordering: .relaxed) & Flag.woken != 0 { clear(Flag.woken) }
    }

    private func isReady(_ wanted: UInt8) -> Bool {
        flags.load(ordering: .acquiring) & (wanted | Flag.hungUp | Flag.closed | Flag.woken) != 0
    }

    package func wake() {
        let waiter = state.withLock { state in
            if state.waiter == nil { set(Flag.woken) }
            return state.waiter.take()
        }
        resume(waiter)
    }

    private func resume(_ waiter: SuspendedTask?) {
        guard let waiter else { return }
        loop.waitEnds()
        waiter.resume()
    }

    package var hasSibling: Bool { address != nil }

    package func openSibling(
        started: @escaping @Sendable (@escaping @Sendable (PostgresError) -> Void) -> Void
    ) async throws(SystemError) -> any Transport {
        guard let address else { throw SystemError(call: "connect", reason: "the peer is a client") }
        return try await Self.connect(to: address, loop: loop) { sibling in started { _ in sibling.close() } }
    }

    private func keep(_ task: SuspendedTask, until wanted: UInt8) {
        // One task waits at a time; should there be another by mistake, it is woken rather than lost.
        let toResume: SuspendedTask? = state.withLock { state in
            // Flags are set before this lock is taken to look for a waiter, so none is missed.
            loop.waitBegins()
            if isReady(wanted) {
                forgetWakeUp()
                return task
            }
            let previous = state.waiter
            state.waiter = task
            state.waiterSends = wanted & Flag.writable != 0
            if state.waiterSends {
                watch(&state, .everything)
            } else if state.interest == .hangUp {
                watch(&state, .reading)
            }
            return previous
        }
        resume(toResume)
    }

    /// Takes note of what was announced.
    private func note(_ readiness: Readiness) -> UInt8 {
        var announced: UInt8 = 0
        if readiness.contains(.readable) { announced |= Flag.readable }
        if readiness.contains(.writable) { announced |= Flag.writable }
        if readiness.contains(.hangUp) { announced |= Flag.hungUp }
        set(announced)
        return announced
    }

    func becameReady(_ readiness: Readiness) {
        let announced = note(readiness)
        let canRead = announced & (Flag.readable | Flag.hungUp) != 0
        let (waiter, idleReader) = state.withLock { state in
            guard state.waiter != nil else { return (nil as SuspendedTask?, canRead ? state.idleReader : nil) }
            guard canRead || state.waiterSends && announced & Flag.writable != 0 else { return (nil, nil) }
            return (state.waiter.take(), nil)
        }
        resume(waiter)
        idleReader?.readWhileIdle()
    }

    package func close() {
        let before = flags.bitwiseOr(Flag.closed, ordering: .acquiringAndReleasing).oldValue
        guard before & Flag.closed == 0 else { return }
        let (waiter, registration) = state.withLock { state in
            state.idleReader = nil
            return (state.waiter.take(), state.registration.take())
        }
        if let registration { loop.remove(descriptor, registration) }
        SystemCalls.shutDown(descriptor)
        resume(waiter)
    }
}
