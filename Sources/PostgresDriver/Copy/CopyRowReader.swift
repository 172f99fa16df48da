public import PostgresWire

/// Walks over the rows of a COPY TO STDOUT where they were received.
@usableFromInline
struct CopyRowReader {
    private let copy: CopyOutRequest
    private var parser: BinaryCopyParser
    private let columnCount: Int
    private var block = ReceiveBlock.empty
    /// The message that is taken apart by the parser, and how far that has come.
    private var start = 0
    private var end = 0
    private var offset = 0
    /// Where the run of messages ends.
    private var runEnd = 0
    /// Messages that hold one whole row each, as servers send them: where the next one begins, and where the last ends.
    @usableFromInline var position = 0
    @usableFromInline private(set) var wholeEnd = 0
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
        guard position < wholeEnd else { return try nextPiece() }
        let values = position + BinaryCopyParser.headLength
        position += BinaryCopyParser.messageLength(rowBlock.bytes(from: position, to: wholeEnd))
        number += 1
        return (values, position)
    }

    /// The next row of messages that may be cut anywhere, or the first one of those that are not.
    @usableFromInline @inline(never)
    mutating func nextPiece() throws(PostgresError) -> (start: Int, end: Int)? {
        let block = block
        rowBlock = block
        do throws(PostgresError) {
            while true {
                switch try parser.next(block.bytes(from: start, to: end), &offset) {
                case .row(let from, let to):
                    number += 1
                    return (start + from, start + to)
                case .assembled:
                    number += 1
                    rowBlock = ReceiveBlock(copying: parser.row)
                    return (0, parser.row.count)
                case .nothing:
                    guard end < runEnd else { return nil }
                    if findWholeRows() { return try nextAtHand() }
                    nextMessage()
                }
            }
        } catch {
            throw copy.give(error)
        }
    }

    /// Whether the next message is a row, and how many behind it are.
    private mutating func findWholeRows() -> Bool {
        guard parser.isBetweenRows else { return false }
        let block = block
        position = end
        wholeEnd = end + BinaryCopyParser.wholeRowsEnd(block.bytes(from: end, to: runEnd), columns: columnCount)
        // There is nothing left of the message before.
        start = wholeEnd
        offset = 0
        end = wholeEnd
        return position < wholeEnd
    }

    private mutating func nextMessage() {
        let length = BinaryCopyParser.messageLength(block.bytes(from: end, to: runEnd))
        start = end + 5
        end += length
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
        start = run.start
        end = run.start
        offset = 0
        runEnd = run.end
        position = run.start
        wholeEnd = run.start
        return true
    }
}
