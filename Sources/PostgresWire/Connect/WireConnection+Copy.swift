internal import Synchronization

/// What came of handing over COPY data.
package enum CopyHandOver: Sendable {
    /// This many bytes were taken.
    case sent(Int)
    /// The socket takes no more now.
    case full
    /// The server had something to say first; an error ends the COPY.
    case event(SessionEvent)
    /// The server takes no data any more.
    case over
}

// COPY IN: data go straight from the writer's buffer to the socket, and the server is listened to before every piece.
extension WireConnection {
    /// Hands over complete CopyData messages, from an offset in their buffer on.
    ///
    /// - Throws: why the connection or the request has ended.
    package func sendCopyData(
        _ buffer: inout ByteWriter, from offset: Int, for request: RequestID
    ) throws(PostgresError) -> CopyHandOver {
        let (outcome, hasAsides) = try locked { (state: inout State) throws(PostgresError) in
            let outcome = try handOver(&state, &buffer, offset, request)
            return (outcome, !state.asides.isEmpty)
        }
        if hasAsides { deliverAsides() }
        return outcome
    }

    private func handOver(
        _ state: inout State, _ buffer: inout ByteWriter, _ offset: Int, _ request: RequestID
    ) throws(PostgresError) -> sending CopyHandOver {
        try check(&state, request)
        switch try read(&state, as: .request) {
        case .event(let event): return .event(event)
        case .rows, .copyData, .notYourTurn, .deliverAsides, .tooLong, .exhausted: return .sent(0)
        case .wait(let sending):
            if sending { return .full }
            guard state.session.isCopyingIn(request) else { return .over }
            do throws(SystemError) {
                let count = try transport.send(buffer.bytes.slice(from: offset, to: buffer.count))
                return count == 0 ? .full : .sent(count)
            } catch {
                // The server may have said why; reading goes on to the end.
                state.sendError = error
                return .sent(0)
            }
        }
    }

    /// Says that all COPY data have been handed over.
    package func endCopy(_ request: RequestID) throws(PostgresError) {
        try locked { (state: inout State) throws(PostgresError) in
            try check(&state, request)
            state.session.copyDone(request)
            flush(&state)
        }
    }

    /// Has the server undo a COPY IN.
    ///
    /// - Parameter reason: what the server's error quotes, without NUL.
    package func failCopy(_ request: RequestID, reason: String) throws(PostgresError) {
        try locked { (state: inout State) throws(PostgresError) in
            try check(&state, request)
            do throws(WireError) {
                try state.session.copyFail(request, reason: reason)
            } catch {
                throw PostgresError(error)
            }
            flush(&state)
        }
    }

    /// How many bytes wait to be sent.
    package var outputCount: Int { locked { $0.session.output.byteCount } }
}
