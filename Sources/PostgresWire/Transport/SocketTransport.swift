internal import Synchronization

/// A connected stream socket.
///
/// The socket is watched edge-triggered: `readable` and `writable` remember what was announced and not used up yet,
/// so a steady exchange re-arms nothing.
package final class SocketTransport: Transport, ReadinessHandler {
    package let loop: EventLoop
    private let state: Mutex<State>

    /// `open` can go to: closed.
    ///
    /// Nothing leaves closed.
    @safe private struct State {
        var descriptor: Int32
        var registration: EventLoop.Registration?
        var isOpen = true
        var readable = false
        var writable = false
        var hungUp = false
        var waiter: UnsafeContinuation<Void, Never>?
        var waiterSends = false
        var idleHandler: (@Sendable () -> Void)?
    }

    private init(descriptor: Int32, loop: EventLoop) {
        self.loop = loop
        state = unsafe Mutex(State(descriptor: descriptor))
    }

    deinit { close() }

    /// Connects to one address.
    ///
    /// Whoever calls closes the transport to give up; `started` hands it out before the first wait for this.
    package static func connect(
        to address: SocketAddress, loop: EventLoop, started: (SocketTransport) -> Void
    ) async throws(SystemError) -> SocketTransport {
        let descriptor = try SystemCalls.streamSocket(family: address.family)
        let transport = SocketTransport(descriptor: descriptor, loop: loop)
        if address.isInternet { SystemCalls.setTCPOptions(descriptor) }
        let done = try SystemCalls.connect(descriptor, to: address)
        try transport.register()
        started(transport)
        if !done {
            await transport.wait { $0.writable }
            try transport.whileOpen("connect") { (state: inout State) throws(SystemError) in
                try SystemCalls.pendingError(state.descriptor)
            }
        }
        return transport
    }

    private func register() throws(SystemError) {
        try state.withLock { (state: inout State) throws(SystemError) in
            state.registration = try loop.add(state.descriptor, handler: self)
        }
    }

    private func whileOpen<Value>(
        _ call: String, _ body: (inout State) throws(SystemError) -> sending Value
    ) throws(SystemError) -> sending Value {
        try state.withLock { (state: inout State) throws(SystemError) in
            guard state.isOpen else { throw SystemError(call: call, reason: "the connection is closed") }
            return try body(&state)
        }
    }

    package func receive(
        into buffer: inout ReceiveBuffer, needed: Int, speculative: Bool
    ) throws(SystemError) -> ReceiveResult {
        try whileOpen("recv") { (state: inout State) throws(SystemError) in
            guard state.readable || speculative else { return .wouldBlock }
            let room = buffer.prepare(needed: needed)
            var failed = false
            let descriptor = state.descriptor
            let count = unsafe buffer.fill { memory in
                let count = unsafe SystemCalls.receive(descriptor, memory)
                failed = count < 0
                return count
            }
            if failed {
                guard SystemCalls.wouldBlock() else { throw SystemCalls.lastError("recv") }
                // A hang-up is announced once; what it brings must be read to the end.
                state.readable = false
                return .wouldBlock
            }
            // Less than there was room for means that the socket is empty, and the next bytes will be announced.
            state.readable = count == room || state.hungUp
            return count == 0 ? .end : .bytes(count)
        }
    }

    package func send(_ bytes: RawSpan) throws(SystemError) -> Int {
        let bytes = bytes
        return try state.withLock { (state: inout State) throws(SystemError) in
            guard state.isOpen else { throw SystemError(call: "send", reason: "the connection is closed") }
            let count = SystemCalls.send(state.descriptor, bytes)
            if count < bytes.byteCount { state.writable = false }
            if count >= 0 { return count }
            guard SystemCalls.wouldBlock() else { throw SystemCalls.lastError("send") }
            return 0
        }
    }

    package var isOnOwnLoop: Bool { loop.isCurrent }

    package var hasUnseenBytes: Bool { state.withLock { $0.isOpen && $0.readable } }

    package func setIdleHandler(_ handler: (@Sendable () -> Void)?) {
        state.withLock { $0.idleHandler = handler }
    }

    package func wait(sending: Bool) async {
        await wait(sending: sending) { $0.readable || sending && $0.writable }
    }

    private func wait(sending: Bool = true, until ready: (borrowing State) -> Bool) async {
        if state.withLock({ !$0.isOpen || ready($0) }) { return }
        unsafe await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            // One task waits at a time; should there be another by mistake, it is woken rather than lost.
            let toResume: UnsafeContinuation<Void, Never>? = unsafe state.withLock { state in
                if !state.isOpen || ready(state) { return unsafe continuation }
                let previous = unsafe state.waiter
                unsafe state.waiter = continuation
                state.waiterSends = sending
                return unsafe previous
            }
            unsafe toResume?.resume()
        }
    }

    func becameReady(_ readiness: Readiness) {
        let (waiter, idleHandler) = unsafe state.withLock { state in
            guard state.isOpen else {
                return unsafe (nil as UnsafeContinuation<Void, Never>?, nil as (@Sendable () -> Void)?)
            }
            if readiness.contains(.readable) { state.readable = true }
            if readiness.contains(.writable) { state.writable = true }
            if readiness.contains(.hangUp) { state.hungUp = true }
            guard let waiter = unsafe state.waiter else {
                return (nil, state.readable ? state.idleHandler : nil)
            }
            guard state.readable || state.waiterSends && state.writable else { return (nil, nil) }
            unsafe state.waiter = nil
            return unsafe (waiter, nil)
        }
        unsafe waiter?.resume()
        idleHandler?()
    }

    package func close() {
        let (waiter, registration, descriptor) = unsafe state.withLock { state in
            guard state.isOpen else {
                return unsafe (nil as UnsafeContinuation<Void, Never>?, nil as EventLoop.Registration?, -1 as Int32)
            }
            state.isOpen = false
            state.idleHandler = nil
            defer { unsafe state.waiter = nil }
            return unsafe (state.waiter, state.registration, state.descriptor)
        }
        guard descriptor >= 0 else { return }
        if let registration { loop.remove(descriptor, registration) }
        SystemCalls.close(descriptor)
        unsafe waiter?.resume()
    }
}
