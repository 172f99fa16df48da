internal import Synchronization

/// A socket that others connect to, for servers that replay recordings and for proxies.
package final class SocketListener: ReadinessHandler {
    /// The TCP port that it listens on; 0 for a unix socket.
    package let port: UInt16
    private let descriptor: Int32
    private let loop: EventLoop
    private let path: String?
    private let state = Mutex(State())

    private struct State {
        var registration: EventLoop.Registration?
        var waiter: CheckedContinuation<Void, Never>?
        /// Whether connections may wait that nobody has looked for.
        var isReady = false
        var isClosed = false
    }

    /// Listens on an address; port 0 is any free port.
    ///
    /// - Parameter path: the file of a unix socket, which is removed at the end.
    package init(on address: SocketAddress, path: String? = nil, loop: EventLoop) throws(SystemError) {
        let descriptor = try SystemCalls.streamSocket(family: address.family)
        do throws(SystemError) {
            try SystemCalls.listen(descriptor, on: address)
        } catch {
            SystemCalls.close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        self.loop = loop
        self.path = path
        port = SystemCalls.port(of: descriptor)
        let registration = try loop.add(descriptor, handler: self)
        state.withLock { $0.registration = registration }
    }

    deinit { SystemCalls.close(descriptor) }

    /// The next connection; nil once the listener is closed.
    ///
    /// - Throws: what the system says, such as that the process has too many files open; it may be called again.
    package func accept() async throws(SystemError) -> SocketTransport? {
        while true {
            guard !state.withLock({ $0.isClosed }) else { return nil }
            state.withLock { $0.isReady = false }
            if let accepted = try SystemCalls.accept(descriptor) {
                return try SocketTransport.adopt(accepted, loop: loop)
            }
            await wait()
        }
    }

    private func wait() async {
        await withCheckedContinuation { continuation in
            let toResume: CheckedContinuation<Void, Never>? = state.withLock { state in
                if state.isReady || state.isClosed { return continuation }
                defer { state.waiter = continuation }
                return state.waiter
            }
            toResume?.resume()
        }
    }

    func becameReady(_ readiness: Readiness) {
        let waiter = state.withLock { state in
            state.isReady = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Accepts nothing more; may be called again.
    package func close() {
        let (registration, waiter) = state.withLock { state in
            state.isClosed = true
            defer {
                state.registration = nil
                state.waiter = nil
            }
            return (state.registration, state.waiter)
        }
        guard let registration else { return }
        loop.remove(descriptor, registration)
        SystemCalls.shutDown(descriptor)
        if let path { SystemCalls.removeFile(path) }
        waiter?.resume()
    }
}
