import Foundation
import Synchronization

/// Turns Ctrl-C and the like into an error, so that everything is cleaned up on the usual way out.
final class Interruption: Sendable {
    private struct State {
        var signal: Int32?
        var child: Int32?
    }

    private let state = Mutex(State())
    // Never touched again after init, only kept.
    private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

    init() {
        signal(SIGPIPE, SIG_IGN)
        let queue = DispatchQueue(label: "signals")
        let numbers = [SIGINT, SIGTERM, SIGHUP]
        let sources = numbers.map { number in
            signal(number, SIG_IGN)
            return DispatchSource.makeSignalSource(signal: number, queue: queue)
        }
        unsafe self.sources = sources
        for (source, number) in zip(sources, numbers) {
            source.setEventHandler { [weak self] in self?.received(number, queue) }
            source.activate()
        }
    }

    /// Throws if a signal has come.
    func check() throws {
        if let signal = state.withLock({ $0.signal }) { throw BenchmarkError.interrupted(signal) }
    }

    /// Names the process to kill when a signal comes; nil when it has ended.
    func setChild(_ child: Int32?) throws {
        let signal = state.withLock { state in
            state.child = child
            return state.signal
        }
        if let signal {
            if let child { kill(child, SIGKILL) }
            throw BenchmarkError.interrupted(signal)
        }
    }

    private func received(_ number: Int32, _ queue: DispatchQueue) {
        let isSecond = state.withLock { state in
            let isSecond = state.signal != nil
            state.signal = number
            if let child = state.child { kill(child, SIGKILL) }
            return isSecond
        }
        // Impatience, or a server that does not answer: the temporary server has a watchdog of its own.
        if isSecond { _exit(128 + number) }
        queue.asyncAfter(deadline: .now() + .seconds(20)) { _exit(128 + number) }
    }
}
