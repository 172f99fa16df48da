internal import PostgresWire
internal import Synchronization

/// How a replay ended.
enum ReplayOutcome: Sendable {
    case completed
    case mismatch(ReplayMismatch)
}

/// A transport with a recording at its other end; see ``FixtureReplay``.
final class ReplayTransport: Transport {
    private struct State {
        // Were the class generic, every call through the protocol would look up the type of its state.
        var machine: any ServerMachine
        var isOpen = true
        var failure: SystemError?
        var waiter: SuspendedTask?
        /// Ends the wait when its time is up.
        var timer: EventLoop.Timer?
        var hasReported = false
        /// Whether the next wait is to end at once.
        var isWoken = false
        /// Is told of bytes that come while nobody waits.
        weak var idleReader: (any IdleReader)?
        /// Whether the end of a pause is on its way, whoever reads then.
        var isTimingPause = false
        /// Which wait goes on, so that the timer of an earlier one does nothing.
        var waitNumber = 0
    }

    private let state: Mutex<State>
    private let patience: Duration
    private let loop: EventLoop?
    private let isMet: @Sendable (ReplayProgram.Order) -> Bool
    private let report: @Sendable (ReplayOutcome) -> Void

    init(
        _ machine: any ServerMachine, patience: Duration, loop: EventLoop?,
        report: @escaping @Sendable (ReplayOutcome) -> Void,
        isMet: @escaping @Sendable (ReplayProgram.Order) -> Bool = { _ in true }
    ) {
        self.isMet = isMet
        state = Mutex(State(machine: machine))
        self.patience = patience
        self.loop = loop
        self.report = report
    }

    func receive(into buffer: inout ReceiveBuffer, needed: Int) throws(SystemError) -> ReceiveResult {
        let (result, pause, isCompleted) = try state.withLock { (state: inout State) throws(SystemError) in
            try Self.check(state)
            let count = min(state.machine.available, buffer.prepare(needed: needed))
            if count > 0 {
                state.machine.deliver(count, into: &buffer)
                return (ReceiveResult.bytes(count), Duration?.none, Self.completes(&state))
            }
            // Who reads for nobody in particular does not wait, and is told as the idle reader.
            let pause = loop == nil || state.isTimingPause ? nil : state.machine.pause
            if pause != nil { state.isTimingPause = true }
            return (state.machine.isAtEnd ? .end : .wouldBlock, pause, Self.completes(&state))
        }
        if let pause, let loop {
            _ = loop.schedule(after: pause.wholeNanoseconds) { [weak self] in self?.endPause() }
        }
        if isCompleted { report(.completed) }
        return result
    }

    func send(_ bytes: RawSpan) throws(SystemError) -> Int {
        let bytes = bytes
        let (mismatch, waiter, isCompleted) = try state.withLock { (state: inout State) throws(SystemError) in
            try Self.check(state)
            guard let mismatch = state.machine.take(bytes) else {
                // Who waits already has no timer for a pause that begins now.
                while state.waiter != nil, state.machine.pause != nil { state.machine.endPause() }
                return (ReplayMismatch?.none, wakeIfReady(&state), Self.completes(&state))
            }
            return (mismatch, fail(&state, mismatch), false)
        }
        waiter?.resume()
        if isCompleted { report(.completed) }
        guard let mismatch else { return bytes.byteCount }
        report(.mismatch(mismatch))
        throw SystemError(call: "replay", reason: mismatch.description)
    }

    var hasUnseenBytes: Bool {
        state.withLock { $0.isOpen && $0.failure == nil && ($0.machine.available > 0 || $0.machine.serverHasClosed) }
    }

    // In a recording of one connection nothing comes by itself: what the server sends unasked lies behind an answer, where
    // it is seen. In one of several, another connection may bring it about.
    func setIdleReader(_ reader: any IdleReader) { state.withLock { $0.idleReader = reader } }

    /// Another connection has gone on: lets come what waited for that.
    ///
    /// Must not be called under a connection's lock.
    func lookAgain() {
        let (waiter, reader) = state.withLock { state in
            state.machine.passOrders(isMet)
            guard state.isOpen, state.failure == nil, state.machine.available > 0 else {
                return (SuspendedTask?.none, (any IdleReader)?.none)
            }
            return (takeWaiter(&state), state.idleReader)
        }
        if let waiter { waiter.resume() } else { reader?.readWhileIdle() }
    }

    /// The replay of another connection has failed, so nothing will come here any more.
    func fail(_ reason: String) {
        let (waiter, reader) = state.withLock { state in
            if state.failure == nil { state.failure = SystemError(call: "replay", reason: reason) }
            return (takeWaiter(&state), state.idleReader)
        }
        if let waiter { waiter.resume() } else { reader?.readWhileIdle() }
    }

    func wake() {
        let waiter = state.withLock { state in
            state.isWoken = state.waiter == nil
            return takeWaiter(&state)
        }
        waiter?.resume()
    }

    /// A recording holds one connection.
    var hasSibling: Bool { false }

    func openSibling(
        started: @escaping @Sendable (@escaping @Sendable (PostgresError) -> Void) -> Void
    ) async throws(SystemError) -> any Transport {
        throw SystemError(call: "replay", reason: "a recording holds one connection")
    }

    func resume(_ task: SuspendedTask, sending: Bool) {
        // There is always room to send.
        if sending { return task.resume() }
        // Without a clock nothing is held back.
        if loop == nil, state.withLock({ $0.machine.pause }) != nil { endPause() }
        let toResume = state.withLock { state in
            if Self.isReady(state) || state.isWoken {
                state.isWoken = false
                return task as SuspendedTask?
            }
            let previous = takeWaiter(&state)
            state.waiter = task
            state.waitNumber += 1
            if !state.isTimingPause { state.timer = limit(state.waitNumber, state.machine.pause) }
            return previous
        }
        toResume?.resume()
    }

    /// Ends a wait, or the pause that it waits for, when its time is up.
    private func limit(_ number: Int, _ pause: Duration?) -> EventLoop.Timer? {
        loop?.schedule(after: (pause ?? patience).wholeNanoseconds) { [weak self] in
            if pause == nil { self?.losePatience(number) } else { self?.endPause() }
        }
    }

    func close() {
        let (waiter, isCompleted) = state.withLock { state in
            let isCompleted = Self.completes(&state)
            state.isOpen = false
            state.idleReader = nil
            return (takeWaiter(&state), isCompleted)
        }
        waiter?.resume()
        if isCompleted { report(.completed) }
    }

    private func endPause() {
        let (waiter, reader) = state.withLock { state in
            state.isTimingPause = false
            while state.machine.pause != nil { state.machine.endPause() }
            return (wakeIfReady(&state), state.idleReader)
        }
        if let waiter { waiter.resume() } else { reader?.readWhileIdle() }
    }

    /// Nobody sends what the recording waits for.
    private func losePatience(_ number: Int) {
        let (mismatch, waiter) = state.withLock { state in
            guard !Self.isReady(state), state.waiter != nil, state.waitNumber == number else {
                return (ReplayMismatch?.none, SuspendedTask?.none)
            }
            if state.machine.isSilent {
                state.failure = SystemError(call: "replay", reason: "the connection timed out")
                return (nil, takeWaiter(&state))
            }
            let mismatch = state.machine.stalled(after: patience)
            return (mismatch, fail(&state, mismatch))
        }
        if let mismatch { report(.mismatch(mismatch)) }
        waiter?.resume()
    }

    // MARK: Under the lock

    private static func check(_ state: State) throws(SystemError) {
        if let failure = state.failure { throw failure }
        guard state.isOpen else { throw SystemError(call: "replay", reason: "the connection is closed") }
    }

    private static func isReady(_ state: State) -> Bool {
        !state.isOpen || state.failure != nil || state.machine.available > 0 || state.machine.isAtEnd
    }

    private func wakeIfReady(_ state: inout State) -> SuspendedTask? {
        Self.isReady(state) ? takeWaiter(&state) : nil
    }

    private func fail(_ state: inout State, _ mismatch: ReplayMismatch) -> SuspendedTask? {
        state.failure = SystemError(call: "replay", reason: mismatch.description)
        return takeWaiter(&state)
    }

    private func takeWaiter(_ state: inout State) -> SuspendedTask? {
        if let timer = state.timer.take() { loop?.cancel(timer) }
        return state.waiter.take()
    }

    /// Whether the recording has just been played to its end; true once.
    private static func completes(_ state: inout State) -> Bool {
        guard !state.hasReported, state.isOpen, state.failure == nil, state.machine.isComplete else { return false }
        state.hasReported = true
        return true
    }
}
