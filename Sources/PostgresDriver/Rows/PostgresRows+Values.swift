// Rows of up to eight values, spelled out; see RowDecoder.
extension PostgresRows {
    /// The rows as a sequence of tuples of two values, as ``decode(_:)`` makes it of any number.
    @inlinable
    public consuming func decode<A: PostgresDecodable, B: PostgresDecodable>(_ a: A.Type, _ b: B.Type) -> DecodedRows<
        A, B
    > {
        decoded(by: rowDecoder(a, b))
    }

    /// The rows as a sequence of tuples of three values, as ``decode(_:)`` makes it of any number.
    @inlinable
    public consuming func decode<A: PostgresDecodable, B: PostgresDecodable, C: PostgresDecodable>(
        _ a: A.Type, _ b: B.Type, _ c: C.Type
    ) -> DecodedRows<A, B, C> {
        decoded(by: rowDecoder(a, b, c))
    }

    /// The rows as a sequence of tuples of four values, as ``decode(_:)`` makes it of any number.
    @inlinable
    public consuming func decode<
        A: PostgresDecodable, B: PostgresDecodable, C: PostgresDecodable, D: PostgresDecodable
    >(_ a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type) -> DecodedRows<A, B, C, D> {
        decoded(by: rowDecoder(a, b, c, d))
    }

    /// The rows as a sequence of tuples of five values, as ``decode(_:)`` makes it of any number.
    @inlinable
    public consuming func decode<
        A: PostgresDecodable, B: PostgresDecodable, C: PostgresDecodable, D: PostgresDecodable, E: PostgresDecodable
    >(_ a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type, _ e: E.Type) -> DecodedRows<A, B, C, D, E> {
        decoded(by: rowDecoder(a, b, c, d, e))
    }

    /// The rows as a sequence of tuples of six values, as ``decode(_:)`` makes it of any number.
    @inlinable
    public consuming func decode<
        A: PostgresDecodable, B: PostgresDecodable, C: PostgresDecodable, D: PostgresDecodable, E: PostgresDecodable,
        F: PostgresDecodable
    >(_ a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type, _ e: E.Type, _ f: F.Type) -> DecodedRows<A, B, C, D, E, F> {
        decoded(by: rowDecoder(a, b, c, d, e, f))
    }

    /// The rows as a sequence of tuples of seven values, as ``decode(_:)`` makes it of any number.
    @inlinable
    public consuming func decode<
        A: PostgresDecodable, B: PostgresDecodable, C: PostgresDecodable, D: PostgresDecodable, E: PostgresDecodable,
        F: PostgresDecodable, G: PostgresDecodable
    >(_ a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type, _ e: E.Type, _ f: F.Type, _ g: G.Type) -> DecodedRows<
        A, B, C, D, E, F, G
    > {
        decoded(by: rowDecoder(a, b, c, d, e, f, g))
    }

    /// The rows as a sequence of tuples of eight values, as ``decode(_:)`` makes it of any number.
    @inlinable
    public consuming func decode<
        A: PostgresDecodable, B: PostgresDecodable, C: PostgresDecodable, D: PostgresDecodable, E: PostgresDecodable,
        F: PostgresDecodable, G: PostgresDecodable, H: PostgresDecodable
    >(_ a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type, _ e: E.Type, _ f: F.Type, _ g: G.Type, _ h: H.Type)
        -> DecodedRows<A, B, C, D, E, F, G, H>
    {
        decoded(by: rowDecoder(a, b, c, d, e, f, g, h))
    }
}
