public import PostgresWire

/// Takes the rows of a binary COPY FROM STDIN; see ``PostgresDatabase/copyIn(_:schema:columns:timeout:file:line:_:)``.
///
/// Rows are encoded as they come and sent in pieces of about 64 KiB; writing suspends while the server is slower.
/// The writer is valid inside the closure that received it, for one task at a time.
public final class PostgresCopyWriter {
    @usableFromInline let copy: CopyInRequest
    @usableFromInline let columns: PostgresColumns
    /// How many rows have been written.
    public private(set) var rowCount = 0

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
        try encode(repeat each value)
        if copy.isFull { try await copy.send() }
    }

    @inlinable @inline(__always)
    func encode<each Value: PostgresEncodable>(_ value: repeat each Value) throws(PostgresError) {
        var wanted = 0
        for _ in repeat (each Value).self { wanted += 1 }
        let start = try begin(count: wanted)
        var index = 0
        do throws(PostgresCodingError) {
            // One access to the buffer a row, not one a value.
            try Self.append(repeat each value, as: columns.cellTypes, to: &copy.buffer, &index)
        } catch {
            var types: [Any.Type] = []
            repeat types.append((each Value).self)
            throw failed(error, index, start, types[index])
        }
    }

    @inlinable @inline(__always)
    static func append<each Value: PostgresEncodable>(
        _ value: repeat each Value, as types: [PostgresColumns.CellType], to buffer: inout ByteWriter,
        _ index: inout Int
    ) throws(PostgresCodingError) {
        for item in repeat each value {
            try buffer.writeValue(item, as: types[index].type, binaryOnly: true)
            index += 1
        }
    }

    /// Writes one row of values whose types are known only when the program runs.
    ///
    /// - Throws: as ``write(_:)`` for several values does.
    public func write(row values: [any PostgresEncodable]) async throws(PostgresError) {
        let start = try begin(count: values.count)
        var index = 0
        for value in values {
            do throws(PostgresCodingError) {
                try copy.buffer.writeValue(value, as: columns.cellTypes[index].type, binaryOnly: true)
                index += 1
            } catch {
                throw failed(error, index, start, type(of: value))
            }
        }
        if copy.isFull { try await copy.send() }
    }

    @usableFromInline
    func begin(count: Int) throws(PostgresError) -> Int {
        guard count == columns.count, let fields = Int16(exactly: count) else {
            throw PostgresError(
                .invalidQuery, "row \(rowCount) of the COPY has \(count) values for \(columns.count) columns")
        }
        rowCount += 1
        let start = copy.buffer.count
        copy.buffer.write(fields)
        return start
    }

    @usableFromInline
    func failed(_ error: PostgresCodingError, _ index: Int, _ start: Int, _ type: Any.Type) -> PostgresError {
        rowCount -= 1
        copy.buffer.truncate(to: start)
        let column = columns.descriptions[index].name
        return PostgresError(
            .invalidQuery,
            "row \(rowCount), column \(index) \"\(column)\" (\(columns.cellTypes[index].type)) of the COPY cannot be "
                + "encoded from \(type): \(error.explanation)")
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
