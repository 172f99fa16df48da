public import PostgresWire

/// Rows that arrived together, where they were received.
@usableFromInline
struct RowBatch: Sendable {
    @usableFromInline let block: ReceiveBlock
    /// Where the next row's frame begins.
    @usableFromInline var position: Int
    /// Where the last row's frame ends.
    @usableFromInline private(set) var end: Int
    /// The number of the next row in its result.
    @usableFromInline var number: Int

    init(_ run: RowRun, firstNumber: Int) {
        block = run.block
        position = run.start
        end = run.end
        number = firstNumber
    }

    /// No rows yet of a block that holds some.
    init(_ block: ReceiveBlock) {
        self.block = block
        position = 0
        end = 0
        number = 0
    }

    /// Other rows of the same block.
    mutating func begin(_ range: Range<Int>, firstNumber: Int) {
        position = range.lowerBound
        end = range.upperBound
        number = firstNumber
    }

    /// No rows.
    static let empty = RowBatch(.empty, firstNumber: 0)

    @inlinable var isEmpty: Bool { position >= end }

    /// Where the values of the next row begin and end, and moves on to the row behind.
    @inlinable
    mutating func advance() -> (start: Int, end: Int, number: Int) {
        let frame = position
        let length = Self.frameLength(block.bytes(from: frame, to: end), at: 0)
        let row = number
        moveOn(by: length)
        return (frame + Self.headLength, position, row)
    }

    /// Moves on to the row behind the next one, whose frame has this length.
    @inlinable
    mutating func moveOn(by length: Int) {
        position += length
        number += 1
    }

    /// How long the frame is that begins at `offset`.
    ///
    /// A frame is a kind byte, a length that counts itself, and the count of values; the session has checked all that.
    @inlinable
    static func frameLength(_ frames: RawSpan, at offset: Int) -> Int {
        let length = Int(frames.integer(at: offset + 1, as: Int32.self) ?? 0)
        return length > 0 ? 1 + length : frames.byteCount - offset
    }

    /// What stands in front of a row's values.
    @inlinable static var headLength: Int { 7 }

    /// A row that `advance` found.
    @inlinable
    @_lifetime(borrow self)
    func view(_ row: (start: Int, end: Int, number: Int), _ columns: PostgresColumns) -> RowView {
        RowView(values: block.bytes(from: row.start, to: row.end), columns: columns, number: row.number)
    }

    /// Gives every remaining row to `body`; none remain.
    @inlinable
    mutating func forEach<Failure: Error>(
        _ columns: PostgresColumns, _ body: (inout RowValues) throws(Failure) -> Void
    ) throws(Failure) {
        // The block and the columns are asked once for all rows.
        let block = block
        let layout = columns.layout
        let frames = block.bytes(from: position, to: end)
        var cursor = RowValues(values: frames, layout: layout, columns: columns, number: number)
        position = end
        var offset = 0
        while offset < frames.byteCount {
            let next = offset + Self.frameLength(frames, at: offset)
            let values = frames.slice(from: offset + Self.headLength, to: next)
            cursor.begin(values, number: number)
            try body(&cursor)
            number += 1
            offset = next
        }
    }
}
