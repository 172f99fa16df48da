/// What a session has to say, in the server's order.
///
/// Events carry values only, so that they can be compared.
package enum SessionEvent: Equatable, Sendable {
    /// The session is authenticated and takes requests.
    case ready
    /// The types of a described statement's parameters.
    case parameterDescription([UInt32])
    /// The columns of a described statement or portal, or of the result that follows.
    case rowDescription(RowDescription)
    /// The described statement or portal returns no rows.
    case noData
    /// `count` complete DataRow frames; they lie in the bytes given to `next`, from `offset` to what was consumed.
    case rows(count: Int, offset: Int)
    /// A command ran to its end.
    case commandComplete(CommandTag)
    /// The query text was empty.
    case emptyQuery
    /// Execute stopped at its row limit.
    case portalSuspended
    /// The COPY that was asked for begins: its data are awaited, or follow.
    case copyBegan(CopyResponse)
    /// `count` complete CopyData frames; they lie in the bytes given to `next`, from `offset` to what was consumed.
    case copyData(count: Int, offset: Int)
    /// A COPY came where only queries belong; it has been refused (in) or is being skipped (out).
    case copyRefused(isIn: Bool)
    /// An error: the rest of the request is skipped by the server. `step` is what failed, where it is known.
    case error(ServerReport, during: ResponseStep?)
    /// ReadyForQuery: the request is over.
    case finished(TransactionStatus)
    /// A notice; it belongs to no request.
    case notice(ServerReport)
    /// A notification; it belongs to no request.
    case notification(PostgresNotification)
    /// A parameter has a new value; it belongs to no request.
    case parameterStatus(name: String, value: String)
    /// The server says why it is about to close the connection, while no request was running.
    case closing(ServerReport)

    /// Whether the event belongs to the request at the head of the pipeline.
    var belongsToRequest: Bool {
        switch self {
        case .ready, .notice, .notification, .parameterStatus, .closing: false
        default: true
        }
    }
}
