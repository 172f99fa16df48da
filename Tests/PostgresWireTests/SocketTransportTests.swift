import Synchronization
import Testing

@testable import PostgresWire

/// What becomes of bytes that arrive after a task has waited for some on its own thread, so that the loop was told not to
/// look for them.
@Suite("A socket", .timeLimit(.minutes(1)))
struct SocketTransportTests {
    private let loop = EventLoop()
    private let peerLoop = EventLoop()

    /// Remembers that it was called.
    private final class Reader: IdleReader {
        private struct State {
            var calls = 0
            var waiter: CheckedContinuation<Void, Never>?
        }

        private let state = Mutex(State())

        func readWhileIdle() {
            let waiter = state.withLock { state in
                state.calls += 1
                return state.waiter.take()
            }
            waiter?.resume()
        }

        func wasCalled() async {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.calls == 0 { state.waiter = continuation }
                    return state.calls > 0
                }
                if isOver { continuation.resume() }
            }
        }
    }

    private func withPair(_ body: (SocketTransport, SocketTransport) async throws -> Void) async throws {
        let addresses = try await SocketAddress.resolve(host: "127.0.0.1", port: 0) { _ in }
        let listener = try SocketListener(on: try #require(addresses.first), loop: peerLoop)
        let port = try await SocketAddress.resolve(host: "127.0.0.1", port: listener.port) { _ in }
        let socket = try await SocketTransport.connect(to: try #require(port.first), loop: loop) { _ in }
        let peer = try #require(try await listener.accept())
        try await body(socket, peer)
        for transport in [socket, peer] { transport.close() }
        listener.close()
        for loop in [loop, peerLoop] { loop.stop() }
    }

    private func receive(_ socket: SocketTransport) throws -> ReceiveResult {
        var buffer = ReceiveBuffer()
        return try socket.receive(into: &buffer, needed: 0)
    }

    @Test("brings what the loop was told not to announce to whoever waits without suspending")
    func waitsAgain() async throws {
        try await withPair { socket, peer in
            #expect(!socket.waitBriefly(sending: false))
            _ = try peer.send([1, 2, 3].rawSpan)
            // After a wait in vain the next ones are not made.
            var isReady = false
            for _ in 0..<1000 where !isReady { isReady = socket.waitBriefly(sending: false) }
            let result = try receive(socket)
            #expect(isReady && result == .bytes(3))
        }
    }

    @Test("wakes a task that suspends after it has waited on its own thread", arguments: [false, true])
    func suspends(_ isThereBefore: Bool) async throws {
        try await withPair { socket, peer in
            #expect(!socket.waitBriefly(sending: false))
            if isThereBefore { _ = try peer.send([1, 2, 3].rawSpan) }
            async let woken: Void = socket.wait(sending: false)
            if !isThereBefore { _ = try peer.send([1, 2, 3].rawSpan) }
            await woken
            let result = try receive(socket)
            #expect(result == .bytes(3))
        }
    }

    @Test("wakes a task that suspends to send")
    func sends() async throws {
        try await withPair { socket, peer in
            #expect(!socket.waitBriefly(sending: false))
            let block = [UInt8](repeating: 0, count: 1 << 20)
            var sent = 0
            while case let count = try socket.send(block.rawSpan), count > 0 { sent += count }
            async let woken: Void = socket.wait(sending: true)
            var received = 0
            while received < sent {
                switch try receive(peer) {
                case .bytes(let count): received += count
                case .wouldBlock: await peer.wait(sending: false)
                case .end: Issue.record("the stream has ended")
                }
            }
            await woken
            #expect(try socket.send([1].rawSpan) == 1)
        }
    }

    enum Arrival: CaseIterable {
        case later, asked, end
    }

    @Test("tells who reads while nobody waits: soon, when asked to, and of the end", arguments: Arrival.allCases)
    func idles(_ arrival: Arrival) async throws {
        try await withPair { socket, peer in
            let reader = Reader()
            socket.setIdleReader(reader)
            #expect(!socket.waitBriefly(sending: false))
            if arrival == .end { peer.close() } else { _ = try peer.send([1, 2, 3].rawSpan) }
            if arrival == .asked { socket.noticeArrivals() }
            await reader.wasCalled()
            #expect(socket.hasUnseenBytes)
            let result = try receive(socket)
            #expect(result == (arrival == .end ? .end : .bytes(3)))
        }
    }

    @Test("is waited for by one thread at a time, and by none where tasks have waited together")
    func crowd() {
        #expect(loop.beginWaitOnThread() && !loop.beginWaitOnThread())
        loop.waitBegins()
        loop.endWaitOnThread()
        #expect(!loop.beginWaitOnThread())
        loop.waitEnds()
        var refusals = 0
        while refusals < 1000, !loop.beginWaitOnThread() { refusals += 1 }
        #expect(refusals == 64)
        for loop in [loop, peerLoop] { loop.stop() }
    }
}
