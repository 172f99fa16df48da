public import PostgresWire

// Large objects live in the database and are addressed by a number. An open one belongs to its transaction, so they are
// used inside of one.
extension PostgresTransaction {
    /// Creates an empty large object: one round trip.
    ///
    /// PostgreSQL: Large Objects, Server-Side Functions.
    ///
    /// - Parameter id: the number it is to have; 0 for one that the server chooses.
    /// - Returns: its number.
    /// - Throws: ``PostgresError``; the server's with 23505 where the number is taken.
    public func createLargeObject(
        _ id: UInt32 = 0, timeout: Duration? = nil, file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> UInt32 {
        try await queryOne(
            "SELECT pg_catalog.lo_create(\(id)::oid)", as: UInt32.self, timeout: timeout, file: file, line: line)
    }

    /// Deletes a large object: one round trip.
    ///
    /// PostgreSQL: Large Objects, Server-Side Functions.
    ///
    /// - Throws: ``PostgresError``; the server's with 42704 where there is none of that number.
    public func unlinkLargeObject(
        _ id: UInt32, timeout: Duration? = nil, file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) {
        _ = try await queryOne(
            "SELECT pg_catalog.lo_unlink(\(id)::oid)", as: Int32.self, timeout: timeout, file: file, line: line)
    }

    /// Opens a large object, at its beginning: one round trip.
    ///
    /// It stays open until ``PostgresLargeObject/close(timeout:file:line:)``, the end of the transaction, or the rollback of
    /// the savepoint that it was opened in. Its requests are those of this value, so while a savepoint is open they throw
    /// `connectionBusy`.
    ///
    /// PostgreSQL: Large Objects, Client Interfaces.
    ///
    /// - Throws: ``PostgresError``; the server's with 42704 where there is none of that number.
    public func openLargeObject(
        _ id: UInt32, _ mode: PostgresLargeObject.Mode, timeout: Duration? = nil, file: String = #fileID,
        line: Int = #line
    ) async throws(PostgresError) -> PostgresLargeObject {
        let descriptor = try await queryOne(
            "SELECT pg_catalog.lo_open(\(id)::oid, \(mode.flags)::int4)", as: Int32.self, timeout: timeout, file: file,
            line: line)
        return PostgresLargeObject(id: id, descriptor: descriptor, transaction: self)
    }

    /// Opens a large object for `body`, and closes it when `body` returns: two round trips.
    ///
    ///     let id = try await tx.createLargeObject()
    ///     try await tx.withLargeObject(id, .readWrite) { object in try await object.write(contentsOf: upload) }
    ///
    /// - Throws: what `body` throws; a transaction that failed closes the object itself.
    @discardableResult
    public func withLargeObject<Value>(
        _ id: UInt32, _ mode: PostgresLargeObject.Mode, timeout: Duration? = nil, file: String = #fileID,
        line: Int = #line,
        _ body: nonisolated(nonsending) (PostgresLargeObject) async throws -> Value
    ) async throws -> Value {
        let object = try await openLargeObject(id, mode, timeout: timeout, file: file, line: line)
        let value: Value
        do {
            value = try await body(object)
        } catch {
            // In a failed transaction this fails as well, and the object is closed by the rollback.
            try? await object.close(timeout: timeout, file: file, line: line)
            throw error
        }
        try await object.close(timeout: timeout, file: file, line: line)
        return value
    }
}
