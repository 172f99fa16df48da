/// The statements of a batch by their text.
///
/// Most batches repeat one text, and then no text is hashed.
struct BatchStatements {
    private let all: [String: PreparedStatement]
    private var last: PreparedStatement?

    init(_ all: [String: PreparedStatement]) { self.all = all }

    /// The statement of a text; nil for what is sent without being known.
    mutating func statement(for sql: String) -> PreparedStatement? {
        // Equal texts are almost always one and the same, which is seen without a look at their bytes.
        if let last, last.sql == sql { return last }
        let found = all[sql]
        if let found { last = found }
        return found
    }
}
