/// What one attempt to read brought.
package enum ReceiveResult: Equatable, Sendable {
    /// This many bytes were added to the buffer.
    case bytes(Int)
    /// Nothing is there now.
    case wouldBlock
    /// The peer will send nothing more.
    case end
}

/// Who reads what arrives while nobody waits for it.
package protocol IdleReader: AnyObject, Sendable {
    /// Called wherever the arrival was noticed.
    func readWhileIdle()
}

/// A two-way stream of bytes that never blocks: a socket, TLS around one, or a recorded session.
///
/// `receive` and `send` are called by one task at a time (the connection's lock sees to it); `wait` by the one task
/// that has the turn to read; `close` from anywhere.
package protocol Transport: AnyObject, Sendable {
    /// Adds what has arrived to the buffer, after making room for a frame of `needed` bytes.
    func receive(into buffer: inout ReceiveBuffer, needed: Int) throws(SystemError) -> ReceiveResult
    /// Hands bytes to the peer; returns how many were taken, 0 where it would block.
    func send(_ bytes: RawSpan) throws(SystemError) -> Int
    /// Resumes the task when there may be something to receive, or (if `sending`) room to send; at once when closed.
    func resume(_ task: SuspendedTask, sending: Bool)
    /// Waits for the same without suspending, for a short time, where that costs less than to suspend.
    ///
    /// - Returns: false where the caller has to suspend.
    func waitBriefly(sending: Bool) -> Bool
    /// Has what arrives noticed at once although nobody waits; after ``waitBriefly(sending:)`` it may be noticed late.
    func noticeArrivals()
    /// Wakes whoever waits, or will wait next, although nothing has happened.
    func wake()
    /// Whether ``openSibling(started:)`` can be tried.
    var hasSibling: Bool { get }
    /// Opens another stream to the same peer, for a cancel request; `started` receives a way to give up.
    func openSibling(
        started: @escaping @Sendable (@escaping @Sendable (PostgresError) -> Void) -> Void
    ) async throws(SystemError) -> any Transport
    /// Whether bytes were announced that nobody has received yet.
    var hasUnseenBytes: Bool { get }
    /// Has the next `receive` look for bytes although none were announced.
    func expectBytes()
    /// Tells `reader`, which is not kept alive, when bytes arrive while nobody waits.
    func setIdleReader(_ reader: any IdleReader)
    /// Ends the stream; whoever waits is woken. May be called again.
    func close()
}

extension Transport {
    /// Suspends until there may be something to receive, or (if `sending`) room to send.
    ///
    /// Returns at once when closed.
    @inline(__always)
    package func wait(sending: Bool) async { await SuspendedTask.suspend { resume($0, sending: sending) } }

    package func waitBriefly(sending: Bool) -> Bool { false }
    package func noticeArrivals() {}
    package func expectBytes() {}
}
