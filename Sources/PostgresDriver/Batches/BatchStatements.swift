/// The statements of the queries of a batch.
///
/// Most batches repeat one text, so those with the same statement in a row are one run.
struct BatchStatements {
    private var runs: [(end: Int, statement: PreparedStatement?)] = []

    /// No statement is known.
    init() {}

    /// Says of which statement the queries are, from the end of those before up to `end`.
    mutating func append(_ statement: PreparedStatement?, upTo end: Int) { runs.append((end, statement)) }

    /// The statement of a query, nil for what is sent without being known, and the end of those that have the same.
    func run(at index: Int) -> (statement: PreparedStatement?, end: Int) {
        var (low, high) = (0, runs.count)
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].end > index { high = middle } else { low = middle + 1 }
        }
        return low < runs.count ? (runs[low].statement, runs[low].end) : (nil, .max)
    }

    /// All of them, some more than once.
    var all: [PreparedStatement] { runs.compactMap(\.statement) }
}
