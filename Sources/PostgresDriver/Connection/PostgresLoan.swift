/// A connection that is lent until the loan is ended; see ``PostgresDatabase/borrow(call:)``.
public struct PostgresLoan {
    /// The connection.
    public let connection: PostgresConnection
    /// The call as the connection is to be given it.
    public let call: PostgresCall
    /// Ends the loan; to be called exactly once.
    public let end: () -> Void

    /// A loan, for types that conform to ``PostgresDatabase``.
    public init(connection: PostgresConnection, call: PostgresCall, end: @escaping () -> Void) {
        self.connection = connection
        self.call = call
        self.end = end
    }
}
