/// The number of a request on one session, in the order of submission; responses come in the same order.
package struct RequestID: Hashable, Comparable, Sendable {
    package var number: UInt64

    package init(number: UInt64) { self.number = number }

    package static func < (left: RequestID, right: RequestID) -> Bool { left.number < right.number }

    var next: RequestID { RequestID(number: number &+ 1) }
}

/// One answer that the server still owes us.
package enum ResponseStep: Equatable, Sendable {
    /// ParseComplete.
    case parse
    /// ParameterDescription, then what `.describePortal` expects.
    case describeStatement
    /// RowDescription or NoData.
    case describePortal
    /// BindComplete.
    case bind
    /// Rows with this many columns (nil: as the last RowDescription says), then CommandComplete or one of its kin.
    case execute(columns: Int?)
    /// CloseComplete.
    case close
    /// ReadyForQuery: the end of a request, and where the server picks up again after an error.
    case sync
    /// Any number of results of a simple query, then ReadyForQuery.
    case query
    /// The same for a simple query that is a COPY, so that its data are wanted.
    case copy(CopyDirection)

    /// Whether ReadyForQuery ends the step, and no Sync is needed.
    var isSimpleQuery: Bool {
        switch self {
        case .query, .copy: true
        default: false
        }
    }
}

/// The answers in flight, oldest first: a ring, so that a steady stream of requests allocates nothing.
struct RequestPipeline: ~Copyable {
    private var ring = [ResponseStep](repeating: .sync, count: 16)
    private var head = 0
    private(set) var count = 0

    /// The answer that must come next.
    var first: ResponseStep? { count == 0 ? nil : ring[head] }

    /// The answer behind the first.
    var second: ResponseStep? { count < 2 ? nil : ring[(head + 1) & (ring.count - 1)] }

    /// The answer added last.
    var last: ResponseStep? { count == 0 ? nil : ring[(head + count - 1) & (ring.count - 1)] }

    mutating func append(_ step: ResponseStep) {
        if count == ring.count {
            ring = (0..<count).map { ring[(head + $0) & (ring.count - 1)] }
            ring.append(contentsOf: repeatElement(.sync, count: count))
            head = 0
        }
        ring[(head + count) & (ring.count - 1)] = step
        count += 1
    }

    /// Adds two answers, one behind the other.
    mutating func append(_ step: ResponseStep, _ next: ResponseStep) {
        guard count + 2 <= ring.count else {
            append(step)
            return append(next)
        }
        let mask = ring.count - 1
        ring[(head + count) & mask] = step
        ring[(head + count + 1) & mask] = next
        count += 2
    }

    mutating func removeFirst() {
        guard count > 0 else { return }
        head = (head + 1) & (ring.count - 1)
        count -= 1
    }

    mutating func replaceFirst(with step: ResponseStep) {
        if count > 0 { ring[head] = step }
    }

    /// Takes back what was appended after there were `newCount` answers in flight.
    mutating func truncate(to newCount: Int) {
        if newCount >= 0, newCount < count { count = newCount }
    }

    /// After an error the server skips everything up to the next Sync (or to the end of a simple query).
    mutating func skipToSync() {
        while let step = first, step != .sync, !step.isSimpleQuery { removeFirst() }
    }
}
