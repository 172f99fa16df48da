internal import Synchronization

/// The end of one call's time, through all its stages: waiting for a connection, for its turn, for the answer.
///
/// Each stage says how it is interrupted. A deadline that passes between two stages hits the next one.
@usableFromInline
package final class RequestDeadline: Sendable {
    private struct State {
        var isOver = false
        var interrupt: (@Sendable () -> Void)?
        var timer: EventLoop.Timer?
    }

    private let state = Mutex(State())
    private let loop: EventLoop
    private let timeout: Duration
    private let time: UInt64
    private let ownError: PostgresError?

    /// A deadline `timeout` from now; one that is not positive has passed already.
    @usableFromInline
    package init(after timeout: Duration, error: PostgresError? = nil, loop: EventLoop? = nil) {
        self.loop = loop ?? .choose()
        self.timeout = timeout
        ownError = error
        let (time, isLate) = SystemCalls.now().addingReportingOverflow(timeout.wholeNanoseconds)
        self.time = isLate ? .max : time
        let timer = self.loop.schedule(after: timeout.wholeNanoseconds) { [weak self] in self?.timeIsUp() }
        state.withLock { state in
            state.timer = timer
            if timeout <= .zero { state.isOver = true }
        }
    }

    deinit { end() }

    /// Whether the time is up.
    package var isOver: Bool { state.withLock { $0.isOver } }

    /// What the call throws when its time is up.
    package var error: PostgresError {
        ownError ?? PostgresError(.timedOut, "the call did not end within \(timeout)")
    }

    /// What is left of the time; zero where it is up.
    package var left: Duration {
        let now = SystemCalls.now()
        return .nanoseconds(time > now ? Int64(clamping: time - now) : 0)
    }

    /// Sets how the stage that begins now is interrupted.
    package func begin(_ interrupt: @escaping @Sendable () -> Void) {
        let isOver = state.withLock { state in
            state.interrupt = interrupt
            return state.isOver
        }
        if isOver { interrupt() }
    }

    private func timeIsUp() {
        let interrupt = state.withLock { state in
            state.isOver = true
            return state.interrupt
        }
        interrupt?()
    }

    /// The call is over; nothing is interrupted any more.
    package func end() {
        let timer = state.withLock { state in
            state.interrupt = nil
            defer { state.timer = nil }
            return state.timer
        }
        if let timer { loop.cancel(timer) }
    }
}
