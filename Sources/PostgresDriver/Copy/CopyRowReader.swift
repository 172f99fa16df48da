public import PostgresWire

/// Walks over the rows of a COPY TO STDOUT where they were received.
@usableFromInline
struct CopyRowReader {
    private let copy: CopyOutRequest
    private var parser: BinaryCopyParser
    @usableFromInline let columnCount: Int
    private var block = ReceiveBlock.empty
    /// The message that is taken apart by the parser, and how far that has come.
    private var start = 0
    private var end = 0
    private var offset = 0
    /// Where the next message begins, and where the last one ends.
    @usableFromInline var position = 0
    @usableFromInline private(set) var runEnd = 0
    /// Whether the parser has nothing left, so that the next message can be a whole row, as servers send them.
    @usableFromInline private(set) var isBetweenRows = false
    /// The block with the row that was found last: that of the messages, or one with a row put together.
    @usableFromInline private(set) var rowBlock = ReceiveBlock.empty
    /// The number of the row that was found last.
    @usableFromInline var number = -1

    init(_ copy: CopyOutRequest) {
        self.copy = copy
        columnCount = copy.columns.count
        parser = BinaryCopyParser(columns: columnCount, limit: Limits().longFrame)
    }

    /// The values of the next row of the messages at hand, from and to these offsets of ``rowBlock``.
    @inlinable @inline(__always)
    mutating func nextAtHand() throws(PostgresError) -> (start: Int, end: Int)? {
        guard isBetweenRows,
            let length = BinaryCopyParser.wholeRow(rowBlock.bytes(from: position, to: runEnd), columns: columnCount)
        else { return try nextPiece() }
        let values = position + BinaryCopyParser.headLength
        position += length
        number += 1
        return (values, position)
    }

    /// Gives every row that is left to `body`.
    mutating func forEach(_ columns: PostgresColumns, _ body: (inout RowValues) throws -> Void) async throws {
        while true {
            try forEachAtHand(columns, body)
            let isOver: Bool
            // Spelled out, because the compiler fails at the conversion of a typed error in a condition.
            do { isOver = !(try await receive()) } catch { throw error as any Error }
            if isOver { return }
        }
    }

    /// Gives every row of the messages at hand to `body`.
    private mutating func forEachAtHand(
        _ columns: PostgresColumns, _ body: (inout RowValues) throws -> Void
    ) throws {
        let layout = columns.layout
        let block = block
        let messages = block.bytes(from: 0, to: runEnd)
        var row = RowValues(values: messages, layout: layout, columns: columns, number: number)
        while true {
            while isBetweenRows,
                let length = BinaryCopyParser.wholeRow(
                    messages.slice(from: position, to: messages.byteCount), columns: columnCount)
            {
                let values = position + BinaryCopyParser.headLength
                position += length
                number += 1
                row.begin(messages.slice(from: values, to: position), number: number)
                try body(&row)
            }
            guard let (start, end) = try nextPiece() else { return }
            // It may lie in another block, which the reader above must not refer to.
            let pieceBlock = rowBlock
            var piece = RowValues(
                values: pieceBlock.bytes(from: start, to: end), layout: layout, columns: columns, number: number)
            try body(&piece)
        }
    }

    /// The next row of messages that may be cut anywhere.
    @usableFromInline @inline(never)
    mutating func nextPiece() throws(PostgresError) -> (start: Int, end: Int)? {
        let block = block
        rowBlock = block
        do throws(PostgresError) {
            while true {
                switch try parser.next(block.bytes(from: start, to: end), &offset) {
                case .row(let from, let to):
                    isBetweenRows = parser.isBetweenRows && start + offset == end
                    number += 1
                    return (start + from, start + to)
                case .assembled:
                    isBetweenRows = false
                    number += 1
                    rowBlock = ReceiveBlock(copying: parser.row)
                    return (0, parser.row.count)
                case .nothing:
                    guard position < runEnd else {
                        isBetweenRows = false
                        return nil
                    }
                    nextMessage()
                }
            }
        } catch {
            throw copy.give(error)
        }
    }

    private mutating func nextMessage() {
        let length = BinaryCopyParser.messageLength(block.bytes(from: position, to: runEnd))
        start = position + 5
        position += length
        end = position
        offset = 0
    }

    /// Waits for more messages; false behind the last one.
    mutating func receive() async throws(PostgresError) -> Bool {
        // Let go of the block before more is read, so that its memory is used again.
        block = .empty
        rowBlock = .empty
        guard let run = try await copy.nextRun() else {
            guard parser.isComplete else {
                throw copy.give(PostgresError(.protocolViolation, "the binary COPY data end without their trailer"))
            }
            return false
        }
        block = run.block
        rowBlock = run.block
        position = run.start
        runEnd = run.end
        start = run.start
        end = run.start
        offset = 0
        isBetweenRows = false
        return true
    }
}
