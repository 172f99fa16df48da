internal import Synchronization

/// The place where one task waits until somebody lets it go on.
///
/// The call that lets it go may come first, and only the first one counts, so no order of events loses the task or
/// resumes it twice: what CheckedContinuation finds out when the program runs cannot be done wrong here. It is also
/// cheaper where many tasks wait: CheckedContinuation is moved around by its metadata, this by a reference.
package final class Suspension: Sendable {
    private enum State: Sendable {
        case running
        case waiting(SuspendedTask)
        case resumed
    }

    private let state = Mutex(State.running)

    package init() {}

    /// Suspends the task until ``resume()`` is called, or not at all where that has happened.
    @inlinable @inline(__always)
    package func wait() async { await SuspendedTask.suspend { keep($0) } }

    @usableFromInline
    func keep(_ task: SuspendedTask) {
        let toResume: SuspendedTask? = state.withLock { state in
            switch state {
            case .resumed: return task
            case .running:
                state = .waiting(task)
                return nil
            case .waiting(let other):
                // One task waits; should there be another by mistake, the first goes on rather than being lost.
                state = .waiting(task)
                return other
            }
        }
        toResume?.resume()
    }

    /// Lets the task go on, now or as soon as it waits.
    package func resume() {
        let waiter: SuspendedTask? = state.withLock { state in
            defer { state = .resumed }
            guard case .waiting(let waiter) = state else { return nil }
            return waiter
        }
        waiter?.resume()
    }
}
