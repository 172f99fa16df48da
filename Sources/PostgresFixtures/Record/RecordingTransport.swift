internal import PostgresWire

/// A transport that writes down what goes through another one.
final class RecordingTransport: Transport {
    private let base: any Transport
    private let tape: FixtureTape

    init(_ base: any Transport, tape: FixtureTape) {
        self.base = base
        self.tape = tape
    }

    func receive(into buffer: inout ReceiveBuffer, needed: Int) throws(SystemError) -> ReceiveResult {
        do throws(SystemError) {
            let result = try base.receive(into: &buffer, needed: needed)
            switch result {
            case .bytes(let count):
                let unread = buffer.unreadCount
                tape.received(buffer.unread.slice(from: unread - count, to: unread).array)
            case .end: tape.closed(by: .server)
            case .wouldBlock: break
            }
            return result
        } catch {
            // The socket of a client that has closed fails too; the tape knows that then.
            tape.closed(by: .server)
            throw error
        }
    }

    func send(_ bytes: RawSpan) throws(SystemError) -> Int {
        let time = ContinuousClock.now
        let count = try base.send(bytes)
        if count > 0 { tape.sent(bytes.slice(from: 0, to: count).array, at: time) }
        return count
    }

    func wake() { base.wake() }

    var hasSibling: Bool { base.hasSibling }

    // What happens on another connection is no part of this one's recording.
    func openSibling(
        started: @escaping @Sendable (@escaping @Sendable (PostgresError) -> Void) -> Void
    ) async throws(SystemError) -> any Transport {
        try await base.openSibling(started: started)
    }

    func resume(_ task: SuspendedTask, sending: Bool) { base.resume(task, sending: sending) }

    var hasUnseenBytes: Bool { base.hasUnseenBytes }

    func expectBytes() { base.expectBytes() }

    func setIdleReader(_ reader: any IdleReader) { base.setIdleReader(reader) }

    func close() {
        tape.closed(by: .client)
        base.close()
    }
}
