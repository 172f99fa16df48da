public import PostgresWire

/// Takes the rows of a binary COPY FROM STDIN; see ``PostgresDatabase/copyIn(_:schema:columns:timeout:file:line:_:)``.
///
/// Rows are encoded as they come and sent in pieces of about 64 KiB; writing suspends while the server is slower.
/// The writer is valid inside the closure that received it, for one task at a time.
public final class PostgresCopyWriter {
    @usableFromInline let copy: CopyInRequest
    @usableFromInline let columns: PostgresColumns
    @usableFromInline var written = 0
    /// How many rows have been written.
    public var rowCount: Int { written }

    init(_ copy: CopyInRequest, columns: PostgresColumns) {
        self.copy = copy
        self.columns = columns
        // The signature, no flags, no header extension.
        copy.buffer.write([0x50, 0x47, 0x43, 0x4f, 0x50, 0x59, 0x0a, 0xff, 0x0d, 0x0a, 0x00])
        copy.buffer.write(0 as Int64)
    }

    /// Writes one row, a value for each column in order.
    ///
    /// - Throws: ``PostgresError``: `invalidQuery` where the number of values or a type does not fit its column, naming
    ///   both; nothing of the row is sent then. The server's error where it has refused earlier rows.
    @inlinable @inline(__always)
    public func write<each Value: PostgresEncodable>(_ value: repeat each Value) async throws(PostgresError) {
        if try encode(repeat each value) { try await copy.send() }
    }

    /// Encodes a row; returns whether it is time to send.
    @inlinable @inline(__always)
    func encode<each Value: PostgresEncodable>(_ value: repeat each Value) throws(PostgresError) -> Bool {
        var count = 0
        for _ in repeat (each Value).self { count += 1 }
        return try encode(count: count) { (place: inout CopyPlace, buffer: inout ByteWriter) throws(PostgresError) in
            for item in repeat each value { try place.append(item, to: &buffer) }
        }
    }

    /// Encodes a row whose values `body` appends; returns whether it is time to send.
    @inlinable @inline(__always)
    func encode(
        count: Int, _ body: (inout CopyPlace, inout ByteWriter) throws(PostgresError) -> Void
    ) throws(PostgresError) -> Bool {
        guard count == columns.count else { throw countMismatch(count) }
        var place = CopyPlace(columns: columns, row: written)
        // One access to the buffer a row, not one a value.
        let isFull = try Self.encode(&place, to: &copy.buffer, body)
        written += 1
        return isFull
    }

    @inlinable @inline(__always)
    static func encode(
        _ place: inout CopyPlace, to buffer: inout ByteWriter,
        _ body: (inout CopyPlace, inout ByteWriter) throws(PostgresError) -> Void
    ) throws(PostgresError) -> Bool {
        let start = buffer.count
        buffer.write(Int16(truncatingIfNeeded: place.columns.count))
        do throws(PostgresError) {
            try body(&place, &buffer)
        } catch {
            buffer.truncate(to: start)
            throw error
        }
        return buffer.count >= CopyInRequest.pieceSize
    }

    @inlinable
    func send() async throws(PostgresError) { try await copy.send() }

    /// Writes one row of values whose types are known only when the program runs.
    ///
    /// - Throws: as ``write(_:)`` for several values does.
    public func write(row values: [any PostgresEncodable]) async throws(PostgresError) {
        let isFull = try encode(count: values.count) {
            (place: inout CopyPlace, buffer: inout ByteWriter) throws(PostgresError) in
            for value in values { try place.append(value, to: &buffer) }
        }
        if isFull { try await copy.send() }
    }

    @usableFromInline
    func countMismatch(_ count: Int) -> PostgresError {
        PostgresError(
            .invalidQuery, "row \(written) of the COPY has \(count) values for \(columns.count) columns")
    }

    /// Ends the data.
    func finish() { copy.buffer.write(-1 as Int16) }
}

/// Takes the data of a COPY FROM STDIN as bytes, in whatever format the command says; see
/// ``PostgresDatabase/copyIn(raw:timeout:file:line:_:)``.
///
/// The writer is valid inside the closure that received it, for one task at a time.
public final class PostgresRawCopyWriter {
    private let copy: CopyInRequest

    init(_ copy: CopyInRequest) { self.copy = copy }

    /// Writes bytes, cut anywhere.
    ///
    /// They are sent in pieces of about 64 KiB; writing suspends while the server is slower.
    ///
    /// - Throws: ``PostgresError``: the server's error where it has refused what came before.
    public func write(_ bytes: [UInt8]) async throws(PostgresError) {
        var position = 0
        while position < bytes.count {
            let end = min(bytes.count, position + CopyInRequest.pieceSize)
            copy.buffer.write(bytes.rawSpan.slice(from: position, to: end))
            position = end
            if copy.isFull { try await copy.send() }
        }
    }

    /// Writes a text as UTF-8; see ``write(_:)``.
    public func write(_ text: String) async throws(PostgresError) { try await write(Array(text.utf8)) }
}
