/// Which way the data of a COPY go.
package enum CopyDirection: Hashable, Sendable {
    /// From the client into a table.
    case `in`
    /// From a table or query to the client.
    case out
}

/// What the data of a COPY are doing on a session.
enum CopyPhase {
    /// No COPY. Can go to: sending, receiving, skipping.
    case none
    /// The server takes data until CopyDone or CopyFail. Can go to: none.
    case sending
    /// The server sends data that were asked for. Can go to: none.
    case receiving
    /// The server sends data that nobody asked for. Can go to: none.
    case skipping
}

// COPY: where it was asked for, the data flow; where it was not, COPY IN is refused and COPY OUT is read and dropped.
extension Session {
    /// Whether the server is taking the COPY data of a request.
    package func isCopyingIn(_ request: RequestID) -> Bool { head == request && copyPhase == .sending }

    /// Says that all data of a COPY IN have been sent; without effect where the server takes none any more.
    package mutating func copyDone(_ request: RequestID) {
        guard isCopyingIn(request) else { return }
        encoder.output.writeCopyDone()
        copyPhase = .none
    }

    /// Makes the server undo a COPY IN; its error quotes the reason.
    ///
    /// - Throws: ``WireError`` where the reason holds a NUL or is too long; the copy goes on then.
    package mutating func copyFail(_ request: RequestID, reason: String) throws(WireError) {
        guard isCopyingIn(request) else { return }
        try encoder.output.writeCopyFail(reason)
        copyPhase = .none
    }

    mutating func handleCopy(_ message: BackendMessage, _ kind: BackendKind) throws(WireError) -> SessionEvent? {
        switch (message, encoder.steps.first) {
        case (.copyInResponse(let response), let step?):
            return try beginCopyIn(response, step)
        case (.copyOutResponse(let response), .copy(.out)) where copyPhase == .none:
            copyPhase = .receiving
            return .copyBegan(response)
        case (.copyOutResponse, .execute), (.copyOutResponse, .query), (.copyOutResponse, .copy(.in)):
            guard copyPhase == .none else { throw unexpected(kind.rawValue) }
            copyPhase = .skipping
            return .copyRefused(isIn: false)
        case (.copyData, _) where copyPhase == .skipping:
            return nil
        case (.copyDone, _) where copyPhase == .skipping || copyPhase == .receiving:
            copyPhase = .none
            return nil
        default:
            throw unexpected(kind.rawValue)
        }
    }

    private mutating func beginCopyIn(
        _ response: CopyResponse, _ step: ResponseStep
    ) throws(WireError) -> SessionEvent? {
        // The server ignores what follows until the copy ends, so requests sent behind this one would be lost.
        guard copyPhase == .none, head.next == nextID else { throw unexpected(BackendKind.copyInResponse.rawValue) }
        switch step {
        case .copy(.in):
            copyPhase = .sending
            // Nobody is there any more who would send anything.
            if isDiscarded(head) { try copyFail(head, reason: Self.abandonedCopy) }
            return .copyBegan(response)
        case .query, .copy(.out), .execute:
            try encoder.output.writeCopyFail("COPY FROM STDIN needs the COPY interface of the driver")
            // A Sync that was sent right behind fell into the copy and was ignored; anything else ends the copy there.
            if !step.isSimpleQuery, encoder.steps.second == .sync { encoder.output.writeSync() }
            return .copyRefused(isIn: true)
        default:
            throw unexpected(BackendKind.copyInResponse.rawValue)
        }
    }

    /// The reason that the server is given when the task of a COPY IN goes away.
    static let abandonedCopy = "the client gave the COPY up"

    /// Takes all complete CopyData frames at the front of the bytes as one event.
    mutating func copyData(in bytes: RawSpan, consumed: inout Int) throws(WireError) -> SessionEvent? {
        let offset = consumed
        var position = consumed
        var count = 0
        while let kind = bytes.integer(at: position, as: UInt8.self), kind == BackendKind.copyData.rawValue,
            let length = bytes.integer(at: position + 1, as: Int32.self)
        {
            guard length >= 4, Int(length) <= limits.longFrame else { throw .badLength(kind: kind, length: length) }
            let end = position + 1 + Int(length)
            guard end <= bytes.byteCount else { break }
            position = end
            count += 1
        }
        consumed = position
        return .copyData(count: count, offset: offset)
    }
}
