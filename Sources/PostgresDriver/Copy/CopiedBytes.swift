public import PostgresWire

/// The data of a COPY TO STDOUT as an asynchronous sequence of chunks, as the server sends them.
///
/// A chunk holds what has arrived together, up to about 64 KiB unless a row is longer; it may be cut anywhere. The
/// sequence can be iterated once. The connection belongs to it until the last chunk has been read or it is dropped.
public struct CopiedBytes: AsyncSequence {
    /// A chunk.
    public typealias Element = [UInt8]

    private let copy: CopyOutRequest

    init(_ copy: CopyOutRequest) { self.copy = copy }

    /// The command tag, known once the last chunk has been read; `rowsAffected` is the number of rows.
    public var commandTag: CommandTag? { copy.commandTag }

    /// An iterator over the chunks.
    public func makeAsyncIterator() -> Iterator { Iterator(copy, isFirst: copy.beginIteration()) }

    /// Reads chunk after chunk.
    public struct Iterator: AsyncIteratorProtocol {
        private let copy: CopyOutRequest
        private let isFirst: Bool

        fileprivate init(_ copy: CopyOutRequest, isFirst: Bool) {
            self.copy = copy
            self.isFirst = isFirst
        }

        /// The next chunk, or nil behind the last one.
        ///
        /// - Throws: ``PostgresError``.
        public mutating func next() async throws(PostgresError) -> [UInt8]? {
            guard isFirst else { throw PostgresError(.rowsConsumed, "the data have been read by another iteration") }
            guard let run = try await copy.nextRun() else { return nil }
            return Self.payload(of: run)
        }

        /// The next chunk, or nil behind the last one; see ``next()``.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(PostgresError) -> [UInt8]? {
            try await next()
        }

        /// What stands in the messages of a run, without their headers.
        private static func payload(of run: RowRun) -> [UInt8] {
            let bytes = run.block.bytes(from: run.start, to: run.end)
            var writer = ByteWriter(capacity: bytes.byteCount)
            var position = 0
            while position < bytes.byteCount {
                let end = position + 1 + Int(bytes.integer(at: position + 1, as: Int32.self) ?? 4)
                writer.write(bytes.slice(from: position + 5, to: end))
                position = end
            }
            return writer.bytes.array
        }
    }
}
