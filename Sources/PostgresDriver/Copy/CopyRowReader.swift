public import PostgresWire

/// Walks over the rows of a COPY TO STDOUT, message by message.
@usableFromInline
struct CopyRowReader {
    private let copy: CopyOutRequest
    private var parser: BinaryCopyParser
    private let columnCount: Int
    private var block = ReceiveBlock.empty
    /// The message that is being read, and how far.
    private var start = 0
    private var end = 0
    private var position = 0
    /// Where the run of messages ends.
    private var runEnd = 0
    /// The block with the row that was found last: that of the messages, or one with a row put together.
    @usableFromInline private(set) var rowBlock = ReceiveBlock.empty
    private var isAssembled = false
    /// The number of the row that was found last.
    @usableFromInline private(set) var number = -1

    init(_ copy: CopyOutRequest) {
        self.copy = copy
        columnCount = copy.columns.count
        parser = BinaryCopyParser(columns: columnCount, limit: Limits().longFrame)
    }

    /// The values of the next row of the messages at hand, from and to these offsets of ``rowBlock``.
    @usableFromInline
    mutating func nextAtHand() throws(PostgresError) -> (start: Int, end: Int)? {
        if end < runEnd, start + position == end, parser.isBetweenRows, let row = nextWholeMessage() {
            if isAssembled {
                rowBlock = block
                isAssembled = false
            }
            number += 1
            return row
        }
        return try nextPiece()
    }

    /// The next message where it is one row, as servers send it; nil, with nothing changed, where it is not.
    private mutating func nextWholeMessage() -> (start: Int, end: Int)? {
        guard let length = Self.wholeRow(block.bytes(from: end, to: runEnd), columns: columnCount) else { return nil }
        start = end + 5
        end += length
        position = length - 5
        return (start + 2, end)
    }

    /// How long the message is with which the bytes begin, if it holds one row and nothing else.
    private static func wholeRow(_ bytes: RawSpan, columns: Int) -> Int? {
        guard let length = bytes.integer(at: 1, as: Int32.self), let count = bytes.integer(at: 5, as: Int16.self),
            Int(count) == columns, let end = bytes.end(ofValues: columns, from: 7), end == 1 + Int(length)
        else { return nil }
        return end
    }

    private mutating func nextPiece() throws(PostgresError) -> (start: Int, end: Int)? {
        do throws(PostgresError) {
            while true {
                let block = block
                switch try parser.next(block.bytes(from: start, to: end), &position) {
                case .row(let from, let to):
                    number += 1
                    rowBlock = block
                    return (start + from, start + to)
                case .assembled:
                    number += 1
                    rowBlock = ReceiveBlock(copying: parser.row)
                    isAssembled = true
                    return (0, parser.row.count)
                case .nothing:
                    guard nextMessage() else { return nil }
                }
            }
        } catch {
            throw copy.give(error)
        }
    }

    private mutating func nextMessage() -> Bool {
        guard end < runEnd else { return false }
        let length = Int(block.bytes(from: end, to: runEnd).integer(at: 1, as: Int32.self) ?? 4)
        start = end + 5
        end = end + 1 + length
        position = 0
        return true
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
        isAssembled = false
        start = run.start
        end = run.start
        position = 0
        runEnd = run.end
        return true
    }
}
