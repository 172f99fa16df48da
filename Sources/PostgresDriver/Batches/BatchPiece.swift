internal import PostgresWire

/// What has come of one query of a batch: rows, its end, or both.
///
/// One value serves all queries in turn, so that what they have in common is not copied for each.
struct BatchPiece {
    /// Rows that nobody has looked at.
    var rows = RowBatch.empty
    /// The columns of the query's rows.
    var columns = PostgresColumns.none
    /// How it ended, if it has.
    var outcome = PostgresBatchResult.Outcome.skipped
    /// Whether more of the same query is to come.
    var isOpen = false
}
