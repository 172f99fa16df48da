/// Complete DataRow frames where they were received.
package struct RowRun: Sendable {
    /// The block that holds them; as long as somebody has it, the rows stay where they are.
    package var block: ReceiveBlock
    /// Where the first frame begins.
    package var start: Int
    /// Where the last one ends.
    package var end: Int
    /// How many rows there are.
    package var count: Int

    /// No rows.
    package static let empty = RowRun(block: .empty, start: 0, end: 0, count: 0)
}

/// What the answer to a request consists of, as its task sees it.
package enum ResponseEvent: Sendable {
    case rows(RowRun)
    case copyData(RowRun)
    case other(SessionEvent)
}

/// What has to happen before an answer goes on.
package enum ResponseWait: Sendable {
    /// Nothing: there is progress.
    case none
    /// Bytes have to come, or (if sending) go.
    case transport(sending: Bool)
    /// Earlier requests have to be answered.
    case turn
}

/// What a connection tells without being asked; called outside of every lock, in the server's order.
package struct ConnectionHandlers: Sendable {
    package var notice: (@Sendable (ServerReport) -> Void)?
    package var notification: (@Sendable (PostgresNotification) -> Void)?
    package var parameterStatus: (@Sendable (_ name: String, _ value: String) -> Void)?
    /// The connection is of no further use.
    package var closed: (@Sendable (PostgresError) -> Void)?

    package init() {}
}
