/// What a connection has done since it was opened.
public struct PostgresConnectionStatistics: Hashable, Sendable {
    /// Queries that were sent, those that failed included.
    public var queries = 0
    /// How many of them found their statement prepared.
    public var preparedHits = 0
    /// How many of them had to have it prepared first, which costs a round trip.
    public var preparedMisses = 0
    /// Rows that came.
    public var rows = 0

    /// Nothing done yet.
    public init() {}
}
