public import PostgresWire

/// The rows of a binary COPY TO STDOUT as an asynchronous sequence of tuples, decoded one by one.
///
/// It can be iterated once; a second iteration throws `rowsConsumed`. The connection belongs to it until the last row
/// has been read or it is dropped.
public struct CopiedRows<each Value: PostgresDecodable>: AsyncSequence {
    /// One row as a tuple.
    public typealias Element = (repeat each Value)

    private let copy: CopyOutRequest

    init(_ copy: CopyOutRequest) { self.copy = copy }

    /// An iterator over the rows.
    public func makeAsyncIterator() -> Iterator { Iterator(copy, isFirst: copy.beginIteration()) }

    /// Reads and decodes row after row.
    public struct Iterator: AsyncIteratorProtocol {
        private var rows: CopyRowReader
        private let isFirst: Bool

        fileprivate init(_ copy: CopyOutRequest, isFirst: Bool) {
            rows = CopyRowReader(copy)
            self.isFirst = isFirst
        }

        /// The next row, or nil behind the last one.
        ///
        /// - Throws: ``PostgresError``: the server's, or `decodingFailed`.
        public mutating func next() async throws(PostgresError) -> (repeat each Value)? {
            guard isFirst else { throw PostgresError(.rowsConsumed, "the rows have been read by another iteration") }
            while true {
                if let found = try rows.nextInMessage() {
                    let view = RowView(
                        values: found.block.bytes(from: found.start, to: found.end), columns: rows.columns,
                        number: rows.number)
                    let values: (repeat each Value) = try view.decode(repeat (each Value).self)
                    return values
                }
                guard try await rows.receive() else { return nil }
            }
        }

        /// The next row, or nil behind the last one; see ``next()``.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(PostgresError) -> (repeat each Value)? {
            try await next()
        }
    }
}

/// Walks over the rows of a COPY TO STDOUT, message by message.
struct CopyRowReader {
    private let copy: CopyOutRequest
    private var parser: BinaryCopyParser
    private var block = ReceiveBlock.empty
    /// The message that is being read, and how far.
    private var start = 0
    private var end = 0
    private var position = 0
    /// Where the run of messages ends.
    private var runEnd = 0
    /// The number of the row that was found last.
    private(set) var number = -1

    init(_ copy: CopyOutRequest) {
        self.copy = copy
        parser = BinaryCopyParser(columns: copy.columns.count, limit: Limits().longFrame)
    }

    var columns: PostgresColumns { copy.columns }

    /// The next row of the messages at hand.
    mutating func nextInMessage() throws(PostgresError) -> (block: ReceiveBlock, start: Int, end: Int)? {
        do throws(PostgresError) {
            while true {
                let block = block
                switch try parser.next(block.bytes(from: start, to: end), &position) {
                case .row(let from, let to):
                    number += 1
                    return (block, start + from, start + to)
                case .assembled:
                    number += 1
                    return (ReceiveBlock(copying: parser.row), 0, parser.row.count)
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
        guard let run = try await copy.nextRun() else {
            guard parser.isComplete else {
                throw copy.give(PostgresError(.protocolViolation, "the binary COPY data end without their trailer"))
            }
            return false
        }
        block = run.block
        start = run.start
        end = run.start
        position = 0
        runEnd = run.end
        return true
    }
}
