public import PostgresWire

/// The running query behind a stream of rows: it owns the connection until it ends or is dropped.
///
/// Used by one task at a time; it is not Sendable.
@usableFromInline
final class RowStream {
    let columns: PostgresColumns
    var response: Response
    private var onEnd: (() -> Void)?
    private var isIterated = false

    init(_ response: Response, onEnd: @escaping () -> Void) {
        self.response = response
        columns = response.columns
        self.onEnd = onEnd
    }

    deinit {
        if let onEnd {
            response.abandon()
            onEnd()
        }
    }

    /// Whether this is the first iteration.
    func beginIteration() -> Bool {
        defer { isIterated = true }
        return !isIterated
    }

    /// The next rows, or nil behind the last ones; then the connection is free again.
    @usableFromInline
    func nextBatch() async throws(PostgresError) -> RowBatch? {
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
        onEnd?()
        onEnd = nil
    }
}
