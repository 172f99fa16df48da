public import PostgresWire

/// The running query behind a stream of rows: it owns the connection until it ends or is dropped.
///
/// Used by one task at a time; it is not Sendable.
@usableFromInline
final class RowStream {
    var response: Response
    private var first: RowBatch?
    private var onEnd: ((ConnectionOwner?) -> Void)?
    private var isIterated = false

    init(_ response: consuming Response, onEnd: @escaping (ConnectionOwner?) -> Void) {
        self.response = response
        self.onEnd = onEnd
    }

    var columns: PostgresColumns { response.columns }

    deinit {
        if let onEnd {
            response.abandon()
            onEnd(response.owner)
        }
    }

    /// Waits for the first rows or the end of the answer.
    func begin() async throws(PostgresError) { first = try await nextBatch() }

    /// Whether this is the first iteration.
    func beginIteration() -> Bool {
        defer { isIterated = true }
        return !isIterated
    }

    /// The next rows, or nil behind the last ones; then the connection is free again.
    @usableFromInline
    func nextBatch() async throws(PostgresError) -> RowBatch? {
        if let batch = first {
            first = nil
            return batch
        }
        if onEnd == nil { return nil }
        do throws(PostgresError) {
            if let batch = try await response.nextBatch() { return batch }
            end()
            return nil
        } catch {
            end()
            throw error
        }
    }

    private func end() {
        onEnd?(response.owner)
        onEnd = nil
    }
}
