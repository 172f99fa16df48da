public import PostgresWire

/// An open large object: bytes with a position, up to 4 TB.
///
/// Every call is one round trip, through the server's functions `loread` and `lowrite` and their like, in prepared
/// statements. These keep the object open and see all of it as it was when it was opened; `lo_get` and `lo_put`, which
/// need no descriptor, would find and open the object again for every piece. The `timeout` of a call is how long each of
/// its round trips may take; nil for what the transaction has left.
///
/// Used after its transaction, it throws `transactionEnded`. What is at the position counts for all tasks that use one
/// value, so they should not do so at once.
///
/// PostgreSQL: Large Objects.
public struct PostgresLargeObject: Sendable {
    /// What an open object is for.
    public enum Mode: Hashable, Sendable {
        /// Reading, of the object as it was when the transaction's snapshot was taken.
        case read
        /// Reading and writing, of the object as it is.
        case readWrite

        /// INV_READ and INV_WRITE of the server.
        var flags: Int32 { self == .read ? 0x4_0000 : 0x6_0000 }
    }

    /// Where a position is counted from.
    public enum Origin: Int32, Hashable, Sendable {
        /// The beginning.
        case start = 0
        /// The present position.
        case current = 1
        /// The end.
        case end = 2
    }

    /// The most bytes that one ``read(upTo:timeout:file:line:)`` can ask for: 256 MiB.
    public static let longestRead = 1 << 28
    /// How much is written in one round trip.
    private static let pieceLength = 1 << 20

    /// The object's number.
    public let id: UInt32
    let descriptor: Int32
    let transaction: PostgresTransaction

    /// Reads from the position on, and moves it behind what was read.
    ///
    /// - Parameter count: the most bytes to read, up to ``longestRead``.
    /// - Returns: the bytes; fewer than `count` only at the end, none behind it.
    /// - Throws: ``PostgresError``; `protocolViolation` where the server sends more than was asked for, which closes the
    ///   connection.
    public func read(
        upTo count: Int, timeout: Duration? = nil, file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> [UInt8] {
        guard count >= 0, count <= Self.longestRead else {
            throw PostgresError(
                .invalidQuery, "\(count) bytes of a large object cannot be read at once: 0 to \(Self.longestRead) can",
                nothingWasSent: true
            ).during(sql: nil, file: file, line: line)
        }
        let query: PostgresQuery = "SELECT pg_catalog.loread(\(descriptor)::int4, \(Int32(count))::int4)"
        let bytes = try await transaction.queryOne(
            query, as: PostgresBytes.self, timeout: timeout, file: file, line: line
        ).bytes
        if let error = Self.excess(bytes.count, asked: count) {
            transaction.connection.wire.close(because: error)
            throw error.during(sql: query.sql, file: file, line: line)
        }
        return bytes
    }

    /// What is wrong with an answer that is longer than what was asked for.
    static func excess(_ length: Int, asked count: Int) -> PostgresError? {
        guard length > count else { return nil }
        return PostgresError(
            .protocolViolation, "the server sent \(length) bytes of a large object where \(count) were asked for")
    }

    /// Writes at the position, and moves it behind what was written.
    ///
    /// One round trip for every megabyte. A position behind the end leaves a hole that reads as zeros and takes no space.
    ///
    /// - Throws: ``PostgresError``; the server's where the object was opened for reading only.
    public func write(
        _ bytes: [UInt8], timeout: Duration? = nil, file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) {
        var start = 0
        while start < bytes.count {
            let end = min(start + Self.pieceLength, bytes.count)
            let piece = start == 0 && end == bytes.count ? bytes : Array(bytes[start..<end])
            let query: PostgresQuery = "SELECT pg_catalog.lowrite(\(descriptor)::int4, \(PostgresBytes(piece))::bytea)"
            let written = try await transaction.queryOne(
                query, as: Int32.self, timeout: timeout, file: file, line: line)
            guard written == piece.count else {
                throw PostgresError(
                    .protocolViolation, "the server wrote \(written) of \(piece.count) bytes to a large object"
                ).during(sql: query.sql, file: file, line: line)
            }
            start = end
        }
    }

    /// Writes chunk after chunk at the position, as they come: one round trip for each, or for every megabyte of it.
    ///
    /// - Returns: how many bytes were written.
    /// - Throws: what the sequence throws, and ``PostgresError``; what was written before stays in the transaction.
    @discardableResult
    public func write<Chunks: AsyncSequence>(
        contentsOf chunks: Chunks, timeout: Duration? = nil, file: String = #fileID, line: Int = #line
    ) async throws -> Int64 where Chunks.Element == [UInt8] {
        var count: Int64 = 0
        for try await chunk in chunks {
            try await write(chunk, timeout: timeout, file: file, line: line)
            count += Int64(chunk.count)
        }
        return count
    }

    /// The rest of the object in chunks, read as they are needed.
    ///
    ///     for try await chunk in object.chunks() { try await response.write(chunk) }
    ///
    /// - Parameter size: how many bytes each chunk has but the last; from 1 to ``longestRead``. 256 KiB unless said
    ///   otherwise: the object's pages are 2 KiB, so a multiple of that wastes nothing.
    public func chunks(of size: Int = 1 << 18, timeout: Duration? = nil, file: String = #fileID, line: Int = #line)
        -> LargeObjectChunks
    {
        LargeObjectChunks(
            object: self, size: min(max(size, 1), Self.longestRead), timeout: timeout, file: file, line: line)
    }

    /// Moves the position; behind the end is allowed.
    ///
    /// - Returns: the position, counted from the beginning.
    /// - Throws: ``PostgresError``; the server's with 22023 where that is before the beginning or above 4 TB.
    @discardableResult
    public func seek(
        to offset: Int64, from origin: Origin = .start, timeout: Duration? = nil, file: String = #fileID,
        line: Int = #line
    ) async throws(PostgresError) -> Int64 {
        try await transaction.queryOne(
            "SELECT pg_catalog.lo_lseek64(\(descriptor)::int4, \(offset)::int8, \(origin.rawValue)::int4)",
            as: Int64.self, timeout: timeout, file: file, line: line)
    }

    /// The position, counted from the beginning.
    ///
    /// - Throws: ``PostgresError``.
    public func tell(timeout: Duration? = nil, file: String = #fileID, line: Int = #line) async throws(PostgresError)
        -> Int64
    {
        try await transaction.queryOne(
            "SELECT pg_catalog.lo_tell64(\(descriptor)::int4)", as: Int64.self, timeout: timeout, file: file, line: line
        )
    }

    /// Makes the object this long: cuts it off, or adds a hole; the position stays.
    ///
    /// - Throws: ``PostgresError``; the server's where the object was opened for reading only.
    public func truncate(
        to length: Int64, timeout: Duration? = nil, file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) {
        _ = try await transaction.queryOne(
            "SELECT pg_catalog.lo_truncate64(\(descriptor)::int4, \(length)::int8)", as: Int32.self, timeout: timeout,
            file: file,
            line: line)
    }

    /// Closes the object; the end of the transaction does that too.
    ///
    /// - Throws: ``PostgresError``; the server's with 42704 where it is closed already.
    public func close(timeout: Duration? = nil, file: String = #fileID, line: Int = #line) async throws(PostgresError) {
        _ = try await transaction.queryOne(
            "SELECT pg_catalog.lo_close(\(descriptor)::int4)", as: Int32.self, timeout: timeout, file: file, line: line)
    }
}
