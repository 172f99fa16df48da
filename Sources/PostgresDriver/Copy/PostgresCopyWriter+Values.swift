public import PostgresWire

// Rows of up to eight values, spelled out: the compiler does not unroll a loop over a parameter pack, and in it no value is
// encoded by code for its own type.
extension PostgresCopyWriter {
    /// Writes one row of one value, as ``write(_:)`` for any number does.
    @inlinable @inline(__always)
    public func write<A: PostgresEncodable>(_ a: A) async throws(PostgresError) {
        let isFull = try encode(count: 1) {
            (place: inout CopyPlace, buffer: inout ByteWriter) throws(PostgresError) in
            try place.append(a, to: &buffer)
        }
        if isFull { try await send() }
    }

    /// Writes one row of two values, as ``write(_:)`` for any number does.
    @inlinable @inline(__always)
    public func write<A: PostgresEncodable, B: PostgresEncodable>(_ a: A, _ b: B) async throws(PostgresError) {
        let isFull = try encode(count: 2) {
            (place: inout CopyPlace, buffer: inout ByteWriter) throws(PostgresError) in
            try place.append(a, to: &buffer)
            try place.append(b, to: &buffer)
        }
        if isFull { try await send() }
    }

    /// Writes one row of three values, as ``write(_:)`` for any number does.
    @inlinable @inline(__always)
    public func write<A: PostgresEncodable, B: PostgresEncodable, C: PostgresEncodable>(_ a: A, _ b: B, _ c: C)
        async throws(PostgresError)
    {
        let isFull = try encode(count: 3) {
            (place: inout CopyPlace, buffer: inout ByteWriter) throws(PostgresError) in
            try place.append(a, to: &buffer)
            try place.append(b, to: &buffer)
            try place.append(c, to: &buffer)
        }
        if isFull { try await send() }
    }

    /// Writes one row of four values, as ``write(_:)`` for any number does.
    @inlinable @inline(__always)
    public func write<A: PostgresEncodable, B: PostgresEncodable, C: PostgresEncodable, D: PostgresEncodable>(
        _ a: A, _ b: B, _ c: C, _ d: D
    ) async throws(PostgresError) {
        let isFull = try encode(count: 4) {
            (place: inout CopyPlace, buffer: inout ByteWriter) throws(PostgresError) in
            try place.append(a, to: &buffer)
            try place.append(b, to: &buffer)
            try place.append(c, to: &buffer)
            try place.append(d, to: &buffer)
        }
        if isFull { try await send() }
    }

    /// Writes one row of five values, as ``write(_:)`` for any number does.
    @inlinable @inline(__always)
    public func write<
        A: PostgresEncodable, B: PostgresEncodable, C: PostgresEncodable, D: PostgresEncodable, E: PostgresEncodable
    >(_ a: A, _ b: B, _ c: C, _ d: D, _ e: E) async throws(PostgresError) {
        let isFull = try encode(count: 5) {
            (place: inout CopyPlace, buffer: inout ByteWriter) throws(PostgresError) in
            try place.append(a, to: &buffer)
            try place.append(b, to: &buffer)
            try place.append(c, to: &buffer)
            try place.append(d, to: &buffer)
            try place.append(e, to: &buffer)
        }
        if isFull { try await send() }
    }

    /// Writes one row of six values, as ``write(_:)`` for any number does.
    @inlinable @inline(__always)
    public func write<
        A: PostgresEncodable, B: PostgresEncodable, C: PostgresEncodable, D: PostgresEncodable, E: PostgresEncodable,
        F: PostgresEncodable
    >(_ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F) async throws(PostgresError) {
        let isFull = try encode(count: 6) {
            (place: inout CopyPlace, buffer: inout ByteWriter) throws(PostgresError) in
            try place.append(a, to: &buffer)
            try place.append(b, to: &buffer)
            try place.append(c, to: &buffer)
            try place.append(d, to: &buffer)
            try place.append(e, to: &buffer)
            try place.append(f, to: &buffer)
        }
        if isFull { try await send() }
    }

    /// Writes one row of seven values, as ``write(_:)`` for any number does.
    @inlinable @inline(__always)
    public func write<
        A: PostgresEncodable, B: PostgresEncodable, C: PostgresEncodable, D: PostgresEncodable, E: PostgresEncodable,
        F: PostgresEncodable, G: PostgresEncodable
    >(_ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G) async throws(PostgresError) {
        let isFull = try encode(count: 7) {
            (place: inout CopyPlace, buffer: inout ByteWriter) throws(PostgresError) in
            try place.append(a, to: &buffer)
            try place.append(b, to: &buffer)
            try place.append(c, to: &buffer)
            try place.append(d, to: &buffer)
            try place.append(e, to: &buffer)
            try place.append(f, to: &buffer)
            try place.append(g, to: &buffer)
        }
        if isFull { try await send() }
    }

    /// Writes one row of eight values, as ``write(_:)`` for any number does.
    @inlinable @inline(__always)
    public func write<
        A: PostgresEncodable, B: PostgresEncodable, C: PostgresEncodable, D: PostgresEncodable, E: PostgresEncodable,
        F: PostgresEncodable, G: PostgresEncodable, H: PostgresEncodable
    >(_ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G, _ h: H) async throws(PostgresError) {
        let isFull = try encode(count: 8) {
            (place: inout CopyPlace, buffer: inout ByteWriter) throws(PostgresError) in
            try place.append(a, to: &buffer)
            try place.append(b, to: &buffer)
            try place.append(c, to: &buffer)
            try place.append(d, to: &buffer)
            try place.append(e, to: &buffer)
            try place.append(f, to: &buffer)
            try place.append(g, to: &buffer)
            try place.append(h, to: &buffer)
        }
        if isFull { try await send() }
    }
}
