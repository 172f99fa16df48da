public import PostgresWire

/// The rows of a binary COPY TO STDOUT as an asynchronous sequence of tuples, decoded one by one.
///
/// It can be iterated once; a second iteration throws `rowsConsumed`. The connection belongs to it until the last row
/// has been read or it is dropped.
public struct CopiedRows<each Value: PostgresDecodable>: AsyncSequence {
    /// One row as a tuple.
    public typealias Element = (repeat each Value)

    private let copy: CopyOutRequest
    private let decoder: RowDecoder<repeat each Value>

    init(_ copy: CopyOutRequest, _ decoder: RowDecoder<repeat each Value>) {
        self.copy = copy
        self.decoder = decoder
    }

    /// An iterator over the rows.
    public func makeAsyncIterator() -> Iterator { Iterator(copy, decoder, isFirst: copy.beginIteration()) }

    /// Reads and decodes row after row.
    public struct Iterator: AsyncIteratorProtocol {
        @usableFromInline var rows: CopyRowReader
        @usableFromInline let columns: PostgresColumns
        @usableFromInline let layout: RowLayout
        @usableFromInline let decoder: RowDecoder<repeat each Value>
        private let isFirst: Bool

        fileprivate init(_ copy: CopyOutRequest, _ decoder: RowDecoder<repeat each Value>, isFirst: Bool) {
            self.decoder = decoder
            rows = CopyRowReader(copy)
            columns = copy.columns
            layout = columns.layout
            self.isFirst = isFirst
        }

        /// The next row, or nil behind the last one.
        ///
        /// - Throws: ``PostgresError``: the server's, or `decodingFailed`.
        @inlinable
        public mutating func next() async throws(PostgresError) -> (repeat each Value)? {
            if let row = try nextAtHand() { return row }
            return try await nextReceived()
        }

        /// The next row, or nil behind the last one; see ``next()``.
        ///
        /// It runs where the caller does, whatever `actor` is: were that isolated, each row would ask the task twice
        /// for its executor.
        @inlinable @inline(__always)
        public nonisolated(nonsending) mutating func next(
            isolation actor: (any Actor)?
        ) async throws(PostgresError) -> (repeat each Value)? {
            if let row = try nextAtHand() { return row }
            return try await nextReceived()
        }

        @inlinable @inline(__always)
        mutating func nextAtHand() throws(PostgresError) -> (repeat each Value)? {
            guard let row = try rows.nextAtHand() else { return nil }
            let values: (repeat each Value) = try decoder.decode(
                rows.rowBlock.bytes(from: row.start, to: row.end), layout, columns, rows.number)
            return values
        }

        @usableFromInline
        mutating func nextReceived() async throws(PostgresError) -> (repeat each Value)? {
            guard isFirst else { throw PostgresError(.rowsConsumed, "the rows have been read by another iteration") }
            while try await rows.receive() {
                if let row = try nextAtHand() { return row }
            }
            return nil
        }
    }
}
