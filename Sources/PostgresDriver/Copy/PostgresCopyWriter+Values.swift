public import PostgresWire

// Rows of up to eight values, spelled out: the compiler does not unroll a loop over a parameter pack, and in it no value is
// encoded by code for its own type.
extension PostgresCopyWriter {
    /// Writes one row of one value, as ``write(_:)`` for any number does.
    @inlinable @inline(__always)
    public mutating func write<A: PostgresEncodable>(_ a: A) async throws(PostgresError) {
        try beginRow(1)
        try append(a, at: 0)
        if endRow() { try await send() }
    }

    /// Writes one row of two values, as ``write(_:)`` for any number does.
    @inlinable @inline(__always)
    public mutating func write<A: PostgresEncodable, B: PostgresEncodable>(_ a: A, _ b: B) async throws(PostgresError) {
        try beginRow(2)
        try append(a, at: 0)
        try append(b, at: 1)
        if endRow() { try await send() }
    }

    /// Writes one row of three values, as ``write(_:)`` for any number does.
    @inlinable @inline(__always)
    public mutating func write<A: PostgresEncodable, B: PostgresEncodable, C: PostgresEncodable>(_ a: A, _ b: B, _ c: C)
        async throws(PostgresError)
    {
        try beginRow(3)
        try append(a, at: 0)
        try append(b, at: 1)
        try append(c, at: 2)
        if endRow() { try await send() }
    }

    /// Writes one row of four values, as ``write(_:)`` for any number does.
    @inlinable @inline(__always)
    public mutating func write<A: PostgresEncodable, B: PostgresEncodable, C: PostgresEncodable, D: PostgresEncodable>(
        _ a: A, _ b: B, _ c: C, _ d: D
    ) async throws(PostgresError) {
        try beginRow(4)
        try append(a, at: 0)
        try append(b, at: 1)
        try append(c, at: 2)
        try append(d, at: 3)
        if endRow() { try await send() }
    }

    /// Writes one row of five values, as ``write(_:)`` for any number does.
    @inlinable @inline(__always)
    public mutating func write<
        A: PostgresEncodable, B: PostgresEncodable, C: PostgresEncodable, D: PostgresEncodable, E: PostgresEncodable
    >(_ a: A, _ b: B, _ c: C, _ d: D, _ e: E) async throws(PostgresError) {
        try beginRow(5)
        try append(a, at: 0)
        try append(b, at: 1)
        try append(c, at: 2)
        try append(d, at: 3)
        try append(e, at: 4)
        if endRow() { try await send() }
    }

    /// Writes one row of six values, as ``write(_:)`` for any number does.
    @inlinable @inline(__always)
    public mutating func write<
        A: PostgresEncodable, B: PostgresEncodable, C: PostgresEncodable, D: PostgresEncodable, E: PostgresEncodable,
        F: PostgresEncodable
    >(_ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F) async throws(PostgresError) {
        try beginRow(6)
        try append(a, at: 0)
        try append(b, at: 1)
        try append(c, at: 2)
        try append(d, at: 3)
        try append(e, at: 4)
        try append(f, at: 5)
        if endRow() { try await send() }
    }

    /// Writes one row of seven values, as ``write(_:)`` for any number does.
    @inlinable @inline(__always)
    public mutating func write<
        A: PostgresEncodable, B: PostgresEncodable, C: PostgresEncodable, D: PostgresEncodable, E: PostgresEncodable,
        F: PostgresEncodable, G: PostgresEncodable
    >(_ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G) async throws(PostgresError) {
        try beginRow(7)
        try append(a, at: 0)
        try append(b, at: 1)
        try append(c, at: 2)
        try append(d, at: 3)
        try append(e, at: 4)
        try append(f, at: 5)
        try append(g, at: 6)
        if endRow() { try await send() }
    }

    /// Writes one row of eight values, as ``write(_:)`` for any number does.
    @inlinable @inline(__always)
    public mutating func write<
        A: PostgresEncodable, B: PostgresEncodable, C: PostgresEncodable, D: PostgresEncodable, E: PostgresEncodable,
        F: PostgresEncodable, G: PostgresEncodable, H: PostgresEncodable
    >(_ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G, _ h: H) async throws(PostgresError) {
        try beginRow(8)
        try append(a, at: 0)
        try append(b, at: 1)
        try append(c, at: 2)
        try append(d, at: 3)
        try append(e, at: 4)
        try append(f, at: 5)
        try append(g, at: 6)
        try append(h, at: 7)
        if endRow() { try await send() }
    }
}
