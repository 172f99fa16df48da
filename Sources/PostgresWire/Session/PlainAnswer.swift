/// The part of an answer that almost all answers consist of: rows, how they ended, and the end of the request.
package struct PlainAnswer {
    /// How many complete DataRow frames there are.
    package var rowCount = 0
    /// Where they begin, and end, in the bytes.
    package var rows = 0..<0
    /// The tag of the command, where it ran to its end.
    package var commandTag: CommandTag?
    /// The transaction status, where the request is over.
    package var status: TransactionStatus?
    /// How many of the bytes are done with; 0 where the next message is of another kind, or not complete.
    package var consumed = 0
}

extension Session {
    /// Takes BindComplete, rows, CommandComplete and ReadyForQuery in one go, as far as they come in this order.
    ///
    /// It comes to the same as calling ``next(_:consumed:)`` for each message, which costs more than the messages do.
    /// Whatever is not as usual is left to that: then `consumed` ends in front of it.
    ///
    /// - Throws: ``WireError`` where a row is damaged.
    package mutating func nextPlain(_ bytes: RawSpan) throws(WireError) -> PlainAnswer {
        var answer = PlainAnswer()
        guard isRunning, discarded.isEmpty, copyPhase == .none else { return answer }
        if case .bind = encoder.steps.first, Self.isEmptyMessage(.bindComplete, bytes, at: 0) {
            encoder.steps.removeFirst()
            answer.consumed = 5
        }
        guard case .execute = encoder.steps.first else {
            takeEnd(bytes, &answer)
            return answer
        }
        if Self.body(of: .dataRow, bytes, at: answer.consumed, limit: limits.longFrame) != nil {
            let start = answer.consumed
            do throws(WireError) {
                answer.rowCount = try rows(in: bytes, from: &answer.consumed)
            } catch {
                phase = .failed
                throw error
            }
            answer.rows = start..<answer.consumed
        }
        guard let body = Self.body(of: .commandComplete, bytes, at: answer.consumed, limit: limits.shortFrame),
            let tag = try? BackendMessage.decodeCommandTag(body: body)
        else { return answer }
        endResult()
        answer.commandTag = tag
        answer.consumed += 5 + body.byteCount
        takeEnd(bytes, &answer)
        return answer
    }

    private mutating func takeEnd(_ bytes: RawSpan, _ answer: inout PlainAnswer) {
        guard case .sync = encoder.steps.first,
            let body = Self.body(of: .readyForQuery, bytes, at: answer.consumed, limit: 5),
            let status = try? BackendMessage.readyForQueryStatus(body: body)
        else { return }
        answer.status = status
        answer.consumed += 6
        encoder.steps.removeFirst()
        columnCount = nil
        endRequest(status)
    }

    static func isEmptyMessage(_ kind: BackendKind, _ bytes: RawSpan, at offset: Int) -> Bool {
        bytes.integer(at: offset, as: UInt8.self) == kind.rawValue
            && bytes.integer(at: offset + 1, as: Int32.self) == 4
    }

    /// The body of a message of this kind, where it has come whole.
    @_lifetime(copy bytes)
    static func body(of kind: BackendKind, _ bytes: RawSpan, at offset: Int, limit: Int) -> RawSpan? {
        guard bytes.integer(at: offset, as: UInt8.self) == kind.rawValue,
            let length = bytes.integer(at: offset + 1, as: Int32.self), length >= 4, Int(length) <= limit,
            Int(length) < bytes.byteCount - offset
        else { return nil }
        return bytes.slice(from: offset + 5, to: offset + 1 + Int(length))
    }
}
