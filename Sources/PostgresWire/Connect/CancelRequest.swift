/// The request, on a connection of its own, that the server stop what another one is doing.
///
/// PostgreSQL: Message Flow, Canceling Requests in Progress.
struct CancelRequest {
    let key: BackendKeyData

    /// Sends the request and waits until the server has ended the connection, which says that it has acted.
    ///
    /// Returns early where the connection cannot be made or breaks; takes no longer than `timeout`.
    func send(overSiblingOf transport: any Transport, loop: EventLoop, timeout: Duration) async {
        let attempt = ConnectAttempt()
        let timer = loop.schedule(after: timeout.wholeNanoseconds) {
            attempt.interrupt(because: PostgresError(.timedOut, "no end of the cancel request within \(timeout)"))
        }
        defer {
            attempt.end()
            loop.cancel(timer)
        }
        do throws(SystemError) {
            let sibling = try await transport.openSibling { attempt.begin($0) }
            defer { sibling.close() }
            attempt.begin { _ in sibling.close() }
            try await exchange(sibling)
        } catch {
            // Nobody could do anything about it: what counts is whether the request ends in time.
        }
    }

    private func exchange(_ sibling: any Transport) async throws(SystemError) {
        var writer = ByteWriter(capacity: 32)
        do throws(WireError) {
            try StartupPacket.cancelRequest(processID: key.processID, secretKey: key.secretKey).encode(into: &writer)
        } catch {
            throw SystemError(call: "cancel", reason: error.description)
        }
        while !writer.isEmpty {
            let count = try sibling.send(writer.bytes)
            writer.removeFirst(count)
            if count == 0 { await sibling.wait(sending: true) }
        }
        // The server says nothing; what a proxy might say is of no interest.
        var input = ReceiveBuffer()
        while true {
            switch try sibling.receive(into: &input, needed: 1) {
            case .bytes: input.consume(input.unreadCount)
            case .wouldBlock: await sibling.wait(sending: false)
            case .end: return
            }
        }
    }
}
