public import PostgresWire

/// Takes the rows of a binary COPY FROM STDIN; see ``PostgresDatabase/copyIn(_:schema:columns:timeout:file:line:_:)``.
///
/// Rows are encoded as they come and sent in pieces of about 64 KiB; writing suspends while the server is slower.
/// The writer cannot leave the closure that received it; a function that writes rows takes it as `inout`.
public struct PostgresCopyWriter: ~Copyable {
    private let copy: CopyInRequest
    /// What has not been sent yet.
    @usableFromInline var buffer: ByteWriter
    private let columns: PostgresColumns
    @usableFromInline let types: [PostgresType]
    /// Where in the buffer the row begins that is being written.
    @usableFromInline var rowStart = 0
    @usableFromInline var written = 0
    /// How many rows have been written.
    public var rowCount: Int { written }

    init(_ copy: CopyInRequest, columns: PostgresColumns) {
        self.copy = copy
        self.columns = columns
        types = columns.cellTypes.map(\.type)
        buffer = CopyInRequest.newBuffer()
        // The signature, no flags, no header extension.
        buffer.write([0x50, 0x47, 0x43, 0x4f, 0x50, 0x59, 0x0a, 0xff, 0x0d, 0x0a, 0x00])
        buffer.write(0 as Int64)
    }

    /// Writes one row, a value for each column in order.
    ///
    /// - Throws: ``PostgresError``: `invalidQuery` where the number of values or a type does not fit its column, naming
    ///   both; nothing of the row is sent then. The server's error where it has refused earlier rows.
    @inlinable @inline(__always)
    public mutating func write<each Value: PostgresEncodable>(_ value: repeat each Value) async throws(PostgresError) {
        var count = 0
        for _ in repeat (each Value).self { count += 1 }
        try beginRow(count)
        var index = 0
        for item in repeat each value {
            try append(item, at: index)
            index += 1
        }
        if endRow() { try await send() }
    }

    /// Writes one row of values whose types are known only when the program runs.
    ///
    /// - Throws: as ``write(_:)`` for several values does.
    public mutating func write(row values: [any PostgresEncodable]) async throws(PostgresError) {
        try beginRow(values.count)
        for (index, value) in values.enumerated() { try append(value, at: index) }
        if endRow() { try await send() }
    }

    @inlinable @inline(__always)
    mutating func beginRow(_ count: Int) throws(PostgresError) {
        guard count == types.count else { throw countMismatch(count) }
        rowStart = buffer.count
        buffer.write(Int16(truncatingIfNeeded: count))
    }

    /// Appends the value of a column, of which there must be one.
    @inlinable @inline(__always)
    mutating func append<Value: PostgresEncodable>(_ value: Value, at index: Int) throws(PostgresError) {
        do throws(PostgresCodingError) {
            try value.encodeWithLength(into: &buffer, as: types[index])
        } catch {
            throw takeBack(error, index, type(of: value))
        }
    }

    /// Returns whether it is time to send.
    @inlinable @inline(__always)
    mutating func endRow() -> Bool {
        written += 1
        return buffer.count >= CopyInRequest.pieceSize
    }

    @usableFromInline
    mutating func send() async throws(PostgresError) { try await copy.send(&buffer) }

    /// Forgets the row, a value of which could not be encoded.
    @usableFromInline
    mutating func takeBack(_ error: PostgresCodingError, _ index: Int, _ type: Any.Type) -> PostgresError {
        buffer.truncate(to: rowStart)
        return PostgresError(
            .invalidQuery,
            "row \(written), column \(index) \"\(columns.descriptions[index].name)\" (\(types[index])) of the COPY cannot "
                + "be encoded from \(type): \(error.explanation)")
    }

    @usableFromInline
    func countMismatch(_ count: Int) -> PostgresError {
        PostgresError(
            .invalidQuery, "row \(written) of the COPY has \(count) values for \(types.count) columns")
    }

    /// Ends the data and sends what is left of them.
    mutating func finish() async throws(PostgresError) {
        buffer.write(-1 as Int16)
        try await send()
    }
}
