public import PostgresWire

/// The rows of a binary COPY TO STDOUT, each looked at where it was received.
///
///     var rows = try await connection.copyOut("SELECT id, name FROM users")
///     while let row = try await rows.next() {
///         let id = try row.decode(Int64.self, at: 0)
///         if let name = try row.bytes(at: 1) { index.add(id, name) }
///     }
///
/// Nothing is copied: the way to hand values on, or to look at parts of them. The connection belongs to it until the
/// last row has been read or it is dropped.
public struct PostgresCopiedRows: ~Copyable {
    private let copy: CopyOutRequest
    @usableFromInline var rows: CopyRowReader

    /// The columns of the result.
    public let columns: PostgresColumns

    init(_ copy: CopyOutRequest) {
        self.copy = copy
        rows = CopyRowReader(copy)
        columns = copy.columns
    }

    /// The command tag, known once the last row has been read; `rowsAffected` is the number of rows.
    public var commandTag: CommandTag? { copy.commandTag }

    /// The next row, or nil behind the last one.
    ///
    /// The row is valid until the next call.
    ///
    /// - Throws: ``PostgresError``, such as the server's error after some rows have come.
    @inlinable @inline(__always)
    @_lifetime(&self)
    public mutating func next() async throws(PostgresError) -> RowView? {
        while true {
            if let row = try rows.nextAtHand() {
                return RowView(
                    values: rows.rowBlock.bytes(from: row.start, to: row.end), columns: columns, number: rows.number)
            }
            guard try await receive() else { return nil }
        }
    }

    /// Gives every row that is left to `body`, which costs less than to ask for one after the other.
    ///
    ///     try await connection.copyOut("SELECT id, name FROM users").forEach { row in
    ///         names[try row.next(Int64.self)] = try row.next(String.self)
    ///     }
    ///
    /// - Throws: as ``next()`` does, or what `body` throws; the rows behind are then read and thrown away.
    /// - Returns: the command tag; `rowsAffected` is the number of rows.
    @discardableResult
    public consuming func forEach(_ body: (inout RowValues) throws -> Void) async throws -> CommandTag? {
        try await rows.forEach(columns, body)
        return commandTag
    }

    @usableFromInline
    mutating func receive() async throws(PostgresError) -> Bool { try await rows.receive() }
}
