public import PostgresWire

/// The rows of a running query, read as they are needed.
///
/// The server waits while nobody reads, so a result of any size takes a bounded amount of memory. Until the last row
/// has been read, or the value is dropped, the connection belongs to it, and other requests on the connection throw
/// `connectionBusy`. Rows that are dropped unread are read and thrown away in the background.
public struct PostgresRows: ~Copyable {
    private let stream: RowStream
    private var batch = RowBatch.empty

    init(_ stream: RowStream) { self.stream = stream }

    /// The columns of the result; none for a command that returns no rows.
    public var columns: PostgresColumns { stream.columns }

    /// The command tag, known once the last row has been read.
    public var commandTag: CommandTag? { stream.response.commandTag }

    /// The next row, or nil behind the last one.
    ///
    /// The row is valid until the next call.
    ///
    /// - Throws: ``PostgresError``, such as the server's error after some rows have come.
    @_lifetime(&self)
    public mutating func next() async throws(PostgresError) -> RowView? {
        while batch.isEmpty { guard try await receive() else { return nil } }
        let row = batch.advance()
        return batch.view(row, stream.columns)
    }

    /// Waits for more rows; false behind the last one.
    private mutating func receive() async throws(PostgresError) -> Bool {
        // Let go of the block before more is read, so that its memory is used again.
        batch = .empty
        guard let next = try await stream.nextBatch() else { return false }
        batch = next
        return true
    }

    /// The rows as a sequence of tuples: `for try await (id, name) in rows.decode(Int64.self, String?.self)`.
    public consuming func decode<each Value: PostgresDecodable>(
        _ type: repeat (each Value).Type
    ) -> DecodedRows<repeat each Value> {
        decoded(by: RowDecoder<repeat each Value>())
    }

    @usableFromInline
    consuming func decoded<each Value: PostgresDecodable>(
        by decoder: RowDecoder<repeat each Value>
    ) -> DecodedRows<repeat each Value> {
        DecodedRows(stream, decoder)
    }

    /// Gives every row that is left to `body`, which costs less than to ask for one after the other.
    ///
    ///     try await connection.query("SELECT id, name FROM users").forEach { row in
    ///         names[try row.next(Int64.self)] = try row.next(String.self)
    ///     }
    ///
    /// - Throws: as ``next()`` does, or what `body` throws; the rows behind are then read and thrown away.
    /// - Returns: the command tag.
    @discardableResult
    public consuming func forEach(_ body: (inout RowValues) throws -> Void) async throws -> CommandTag? {
        repeat { try batch.forEach(columns, body) } while try await receive()
        return commandTag
    }

    /// All rows that are left, as copies.
    ///
    /// - Throws: as ``next()`` does.
    public consuming func collect() async throws(PostgresError) -> [PostgresRow] {
        var rows: [PostgresRow] = []
        while let row = try await next() { rows.append(row.owned) }
        return rows
    }
}
