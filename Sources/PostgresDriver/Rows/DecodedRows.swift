public import PostgresWire

/// The rows of a running query as an asynchronous sequence of tuples, decoded one by one.
///
/// It can be iterated once; a second iteration throws `rowsConsumed`.
public struct DecodedRows<each Value: PostgresDecodable>: AsyncSequence {
    /// One row as a tuple.
    public typealias Element = (repeat each Value)

    private let stream: RowStream
    private let decoder: RowDecoder<repeat each Value>

    init(_ stream: RowStream, _ decoder: RowDecoder<repeat each Value>) {
        self.stream = stream
        self.decoder = decoder
    }

    /// An iterator over the rows.
    public func makeAsyncIterator() -> Iterator { Iterator(stream, decoder, isFirst: stream.beginIteration()) }

    /// Reads and decodes row after row.
    public struct Iterator: AsyncIteratorProtocol {
        private let stream: RowStream
        @usableFromInline let decoder: RowDecoder<repeat each Value>
        @usableFromInline let columns: PostgresColumns
        @usableFromInline let layout: RowLayout
        @usableFromInline var batch = RowBatch.empty
        private let isFirst: Bool

        fileprivate init(_ stream: RowStream, _ decoder: RowDecoder<repeat each Value>, isFirst: Bool) {
            self.decoder = decoder
            self.stream = stream
            self.isFirst = isFirst
            columns = stream.columns
            layout = columns.layout
        }

        /// The next row, or nil behind the last one.
        ///
        /// - Throws: ``PostgresError``: the server's, or `decodingFailed`.
        @inlinable
        public mutating func next() async throws(PostgresError) -> (repeat each Value)? {
            if let row = try nextInBatch() { return row }
            return try await nextBatch()
        }

        /// The next row, or nil behind the last one; see ``next()``.
        ///
        /// It runs where the caller does, whatever `actor` is: were that isolated, each row would ask the task twice
        /// for its executor.
        @inlinable @inline(__always)
        public nonisolated(nonsending) mutating func next(
            isolation actor: (any Actor)?
        ) async throws(PostgresError) -> (repeat each Value)? {
            if let row = try nextInBatch() { return row }
            return try await nextBatch()
        }

        @inlinable @inline(__always)
        mutating func nextInBatch() throws(PostgresError) -> (repeat each Value)? {
            if batch.isEmpty { return nil }
            // The block is borrowed, not held, while the row is decoded: a reference counted for each row is felt.
            let length = RowBatch.frameLength(batch.block.bytes(from: batch.position, to: batch.end), at: 0)
            defer { batch.moveOn(by: length) }
            let row: (repeat each Value) = try decoder.decode(
                batch.block.bytes(
                    from: batch.position + RowBatch.headLength, to: Swift.min(batch.position + length, batch.end)),
                layout, columns, batch.number)
            return row
        }

        @usableFromInline
        mutating func nextBatch() async throws(PostgresError) -> (repeat each Value)? {
            guard isFirst else { throw PostgresError(.rowsConsumed, "the rows have been read by another iteration") }
            // Let go of the block before more is read, so that its memory is used again.
            batch = .empty
            batch = try await stream.nextBatch() ?? .empty
            return try nextInBatch()
        }
    }
}
