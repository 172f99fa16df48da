public import PostgresWire

// Rows of up to eight values, spelled out; see RowDecoder.
extension PostgresDatabase {
    /// Copies rows of two values out of the server, as ``copyOut(_:as:timeout:file:line:)`` does of any number.
    @inlinable
    public func copyOut<A: PostgresDecodable, B: PostgresDecodable>(
        _ query: PostgresQuery, as a: A.Type, _ b: B.Type, timeout: Duration? = nil, file: String = #fileID,
        line: Int = #line
    ) async throws(PostgresError) -> CopiedRows<A, B> {
        try await copyOut(query, by: rowDecoder(a, b), timeout: timeout, file: file, line: line)
    }

    /// Copies rows of three values out of the server, as ``copyOut(_:as:timeout:file:line:)`` does of any number.
    @inlinable
    public func copyOut<A: PostgresDecodable, B: PostgresDecodable, C: PostgresDecodable>(
        _ query: PostgresQuery, as a: A.Type, _ b: B.Type, _ c: C.Type, timeout: Duration? = nil,
        file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> CopiedRows<A, B, C> {
        try await copyOut(query, by: rowDecoder(a, b, c), timeout: timeout, file: file, line: line)
    }

    /// Copies rows of four values out of the server, as ``copyOut(_:as:timeout:file:line:)`` does of any number.
    @inlinable
    public func copyOut<A: PostgresDecodable, B: PostgresDecodable, C: PostgresDecodable, D: PostgresDecodable>(
        _ query: PostgresQuery, as a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type, timeout: Duration? = nil,
        file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> CopiedRows<A, B, C, D> {
        try await copyOut(query, by: rowDecoder(a, b, c, d), timeout: timeout, file: file, line: line)
    }

    /// Copies rows of five values out of the server, as ``copyOut(_:as:timeout:file:line:)`` does of any number.
    @inlinable
    public func copyOut<
        A: PostgresDecodable, B: PostgresDecodable, C: PostgresDecodable, D: PostgresDecodable, E: PostgresDecodable
    >(
        _ query: PostgresQuery, as a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type, _ e: E.Type,
        timeout: Duration? = nil, file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> CopiedRows<A, B, C, D, E> {
        try await copyOut(query, by: rowDecoder(a, b, c, d, e), timeout: timeout, file: file, line: line)
    }

    /// Copies rows of six values out of the server, as ``copyOut(_:as:timeout:file:line:)`` does of any number.
    @inlinable
    public func copyOut<
        A: PostgresDecodable, B: PostgresDecodable, C: PostgresDecodable, D: PostgresDecodable, E: PostgresDecodable,
        F: PostgresDecodable
    >(
        _ query: PostgresQuery, as a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type, _ e: E.Type, _ f: F.Type,
        timeout: Duration? = nil, file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> CopiedRows<A, B, C, D, E, F> {
        try await copyOut(query, by: rowDecoder(a, b, c, d, e, f), timeout: timeout, file: file, line: line)
    }

    /// Copies rows of seven values out of the server, as ``copyOut(_:as:timeout:file:line:)`` does of any number.
    @inlinable
    public func copyOut<
        A: PostgresDecodable, B: PostgresDecodable, C: PostgresDecodable, D: PostgresDecodable, E: PostgresDecodable,
        F: PostgresDecodable, G: PostgresDecodable
    >(
        _ query: PostgresQuery, as a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type, _ e: E.Type, _ f: F.Type,
        _ g: G.Type, timeout: Duration? = nil, file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> CopiedRows<A, B, C, D, E, F, G> {
        try await copyOut(query, by: rowDecoder(a, b, c, d, e, f, g), timeout: timeout, file: file, line: line)
    }

    /// Copies rows of eight values out of the server, as ``copyOut(_:as:timeout:file:line:)`` does of any number.
    @inlinable
    public func copyOut<
        A: PostgresDecodable, B: PostgresDecodable, C: PostgresDecodable, D: PostgresDecodable, E: PostgresDecodable,
        F: PostgresDecodable, G: PostgresDecodable, H: PostgresDecodable
    >(
        _ query: PostgresQuery, as a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type, _ e: E.Type, _ f: F.Type,
        _ g: G.Type, _ h: H.Type, timeout: Duration? = nil, file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> CopiedRows<A, B, C, D, E, F, G, H> {
        try await copyOut(query, by: rowDecoder(a, b, c, d, e, f, g, h), timeout: timeout, file: file, line: line)
    }
}
