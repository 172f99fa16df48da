public import PostgresWire

/// The bytes of a large object from its position on, in chunks; every chunk is one round trip.
public struct LargeObjectChunks: AsyncSequence, Sendable {
    /// A chunk.
    public typealias Element = [UInt8]

    let object: PostgresLargeObject
    let size: Int
    let timeout: Duration?
    let file: String
    let line: Int

    /// An iterator; several of them share the object's position.
    public func makeAsyncIterator() -> Iterator { Iterator(chunks: self) }

    /// Reads chunk after chunk.
    public struct Iterator: AsyncIteratorProtocol {
        let chunks: LargeObjectChunks
        private var isAtEnd = false

        init(chunks: LargeObjectChunks) { self.chunks = chunks }

        /// The next chunk, or nil at the end.
        ///
        /// - Throws: ``PostgresError``.
        public mutating func next() async throws(PostgresError) -> [UInt8]? {
            if isAtEnd { return nil }
            let bytes = try await chunks.object.read(
                upTo: chunks.size, timeout: chunks.timeout, file: chunks.file, line: chunks.line)
            isAtEnd = bytes.count < chunks.size
            return bytes.isEmpty ? nil : bytes
        }

        /// The next chunk, or nil at the end; see ``next()``.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(PostgresError) -> [UInt8]? {
            try await next()
        }
    }
}
