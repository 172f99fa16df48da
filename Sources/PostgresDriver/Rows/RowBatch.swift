public import PostgresWire

/// Rows that arrived together, where they were received.
@usableFromInline
struct RowBatch: Sendable {
    @usableFromInline let block: ReceiveBlock
    /// Where the next row's frame begins.
    @usableFromInline var position: Int
    /// Where the last row's frame ends.
    @usableFromInline let end: Int
    /// The number of the next row in its result.
    @usableFromInline var number: Int

    init(_ run: RowRun, firstNumber: Int) {
        block = run.block
        position = run.start
        end = run.end
        number = firstNumber
    }

    /// No rows.
    static let empty = RowBatch(.empty, firstNumber: 0)

    @inlinable var isEmpty: Bool { position >= end }

    /// Where the values of the next row begin and end, and moves on to the row behind.
    ///
    /// A frame is a kind byte, a length that counts itself, and the count of values; the session has checked all that.
    @inlinable
    mutating func advance() -> (start: Int, end: Int, number: Int) {
        let frame = position
        let length = Int(block.bytes(from: frame, to: end).integer(at: 1, as: Int32.self) ?? 0)
        let next = length > 0 ? frame + 1 + length : end
        let row = number
        position = next
        number = row + 1
        return (frame + 7, next, row)
    }

    /// A row that `advance` found.
    @inlinable
    @_lifetime(borrow self)
    func view(_ row: (start: Int, end: Int, number: Int), _ columns: PostgresColumns) -> RowView {
        RowView(values: block.bytes(from: row.start, to: row.end), columns: columns, number: row.number)
    }

    /// Gives every remaining row to `body`.
    @inlinable
    mutating func forEach(
        _ columns: PostgresColumns, _ body: (borrowing RowView) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        while !isEmpty {
            let row = advance()
            try body(
                RowView(values: block.bytes(from: row.start, to: row.end), columns: columns, number: row.number))
        }
    }
}
