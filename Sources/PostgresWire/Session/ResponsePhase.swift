// The grammar of answers: each step of the pipeline says which messages may come, and what comes after them.
extension Session {
    mutating func handleResponse(kind: UInt8, body: RawSpan) throws(WireError) -> SessionEvent? {
        guard let kind = BackendKind(rawValue: kind) else { throw .unknownKind(kind) }
        switch (kind, encoder.steps.first) {
        case (.bindComplete, .bind), (.parseComplete, .parse), (.closeComplete, .close):
            if body.byteCount != 0 { throw .trailingBytes(message: kind.name, count: body.byteCount) }
            encoder.steps.removeFirst()
            return nil
        case (.commandComplete, .execute), (.commandComplete, .query), (.commandComplete, .copy):
            let tag = try BackendMessage.decodeCommandTag(body: body)
            endResult()
            return .commandComplete(tag)
        case (.readyForQuery, .sync), (.readyForQuery, .query), (.readyForQuery, .copy):
            let status = try BackendMessage.readyForQueryStatus(body: body)
            encoder.steps.removeFirst()
            columnCount = nil
            copyPhase = .none
            return .finished(status)
        default:
            return try handleUncommon(try BackendMessage.decode(kind: kind.rawValue, body: body), kind)
        }
    }

    /// A result is over; a simple query may have more of them.
    mutating func endResult() {
        columnCount = nil
        copyPhase = .none
        if encoder.steps.first?.isSimpleQuery == false { encoder.steps.removeFirst() }
    }

    private mutating func handleUncommon(
        _ message: BackendMessage, _ kind: BackendKind
    ) throws(WireError) -> SessionEvent? {
        let step = encoder.steps.first
        switch (message, step) {
        case (.noticeResponse(let report), _):
            // A server that ends at once says why in a warning, for there is no time for an error.
            if report.sqlState == .crashShutdown || report.sqlState == .adminShutdown { fatalReport = report }
            return .notice(report)
        case (.notificationResponse(let notification), _):
            return .notification(notification)
        case (.parameterStatus(let parameter), _):
            return try note(parameter)
        case (.errorResponse(let report), _):
            return try handleError(report, during: step)
        case (.parameterDescription(let types), .describeStatement):
            encoder.steps.replaceFirst(with: .describePortal)
            return .parameterDescription(types)
        case (.rowDescription(let description), .describePortal):
            encoder.steps.removeFirst()
            columnCount = description.columns.count
            return .rowDescription(description)
        case (.rowDescription(let description), .query), (.rowDescription(let description), .copy):
            guard columnCount == nil, copyPhase == .none else { throw unexpected(kind.rawValue) }
            columnCount = description.columns.count
            return .rowDescription(description)
        case (.noData, .describePortal):
            encoder.steps.removeFirst()
            columnCount = nil
            return .noData
        case (.emptyQueryResponse, .execute), (.emptyQueryResponse, .query), (.emptyQueryResponse, .copy):
            endResult()
            return .emptyQuery
        case (.portalSuspended, .execute):
            endResult()
            return .portalSuspended
        default:
            return try handleCopy(message, kind)
        }
    }

    /// Remembers a parameter.
    ///
    /// Whatever changed it, under another client encoding every text would be read wrongly from here on.
    mutating func note(_ parameter: ParameterStatus) throws(WireError) -> SessionEvent {
        parameters.set(parameter.name, to: parameter.value, limits: limits)
        if parameter.name == "client_encoding", !ServerParameters.isUTF8(parameter.value) {
            throw .clientEncoding(parameter.value)
        }
        return .parameterStatus(name: parameter.name, value: parameter.value)
    }

    private mutating func handleError(
        _ report: ServerReport, during step: ResponseStep?
    ) throws(WireError) -> SessionEvent? {
        if report.isFatal { fatalReport = report }
        guard step != nil || openRequest == head else {
            // Nothing was asked, so the only error that makes sense is the reason for a goodbye.
            guard report.isFatal else { throw unexpected(BackendKind.errorResponse.rawValue) }
            return .closing(report)
        }
        encoder.steps.skipToSync()
        // The server skips whatever is sent until the Sync that is still to come.
        if openRequest == head { openHasFailed = true }
        columnCount = nil
        copyPhase = .none
        return .error(report, during: step)
    }

    /// Finds how many complete DataRow frames begin at `position`, and moves that to their end.
    mutating func rows(in bytes: RawSpan, from position: inout Int) throws(WireError) -> Int {
        let expected: Int
        switch encoder.steps.first {
        case .execute(let columns?): expected = columns
        case .execute(nil), .query, .copy:
            guard let count = columnCount, copyPhase == .none else { throw unexpected(BackendKind.dataRow.rawValue) }
            expected = count
        default: throw unexpected(BackendKind.dataRow.rawValue)
        }
        return try Self.rows(in: bytes, from: &position, columns: expected, limit: limits.longFrame)
    }

    /// Takes all complete DataRow frames at the front of the bytes as one event.
    mutating func rows(in bytes: RawSpan, consumed: inout Int) throws(WireError) -> SessionEvent? {
        let offset = consumed
        let count = try rows(in: bytes, from: &consumed)
        return .rows(count: count, offset: offset)
    }

    /// Checks each row: the number of columns, and that the lengths of the values add up to the frame.
    ///
    /// Who reads the values later can rely on it.
    private static func rows(
        in bytes: RawSpan, from position: inout Int, columns: Int, limit: Int
    ) throws(WireError) -> Int {
        var count = 0
        while let kind = bytes.integer(at: position, as: UInt8.self), kind == BackendKind.dataRow.rawValue,
            let length = bytes.integer(at: position + 1, as: Int32.self)
        {
            guard length >= 4, Int(length) <= limit else { throw .badLength(kind: kind, length: length) }
            let end = position + 1 + Int(length)
            guard end <= bytes.byteCount else { break }
            guard length >= 6 else { throw .badLength(kind: kind, length: length) }
            try checkRow(bytes, from: position + 5, to: end, columns: columns)
            position = end
            count += 1
        }
        return count
    }

    private static func checkRow(_ bytes: RawSpan, from start: Int, to end: Int, columns: Int) throws(WireError) {
        let declared = Int(bytes.integer(at: start, as: Int16.self) ?? -1)
        guard declared == columns else {
            throw .badField(message: "DataRow", reason: "\(declared) values for \(columns) columns")
        }
        let row = bytes.slice(from: start + 2, to: end)
        guard row.end(ofValues: columns, from: 0) != row.byteCount else { return }
        throw damage(of: row, columns: columns)
    }

    /// What is wrong with the values of a row.
    private static func damage(of row: RawSpan, columns: Int) -> WireError {
        var position = 0
        for _ in 0..<columns {
            guard let length = row.integer(at: position, as: Int32.self) else { return .truncated(message: "DataRow") }
            guard length >= -1 else {
                return .badField(message: "DataRow", reason: "a value has the length \(length)")
            }
            position += 4 + max(Int(length), 0)
        }
        return position > row.byteCount
            ? .truncated(message: "DataRow") : .trailingBytes(message: "DataRow", count: row.byteCount - position)
    }
}
