// Up to eight values, spelled out: the compiler does not unroll a loop over a parameter pack, and such a loop copies each value
// by what is known of its type when the program runs.
extension PostgresStatement {
    /// The statement with one value, as ``callAsFunction(_:)`` makes it of any number.
    @inlinable
    public func callAsFunction<A: PostgresEncodable>(_ a: A) -> PostgresQuery {
        PostgresQuery(unsafeSQL: sql, arguments: [a])
    }

    /// The statement with two values, as ``callAsFunction(_:)`` makes it of any number.
    @inlinable
    public func callAsFunction<A: PostgresEncodable, B: PostgresEncodable>(_ a: A, _ b: B) -> PostgresQuery {
        PostgresQuery(unsafeSQL: sql, arguments: [a, b])
    }

    /// The statement with three values, as ``callAsFunction(_:)`` makes it of any number.
    @inlinable
    public func callAsFunction<A: PostgresEncodable, B: PostgresEncodable, C: PostgresEncodable>(_ a: A, _ b: B, _ c: C)
        -> PostgresQuery
    {
        PostgresQuery(unsafeSQL: sql, arguments: [a, b, c])
    }

    /// The statement with four values, as ``callAsFunction(_:)`` makes it of any number.
    @inlinable
    public func callAsFunction<A: PostgresEncodable, B: PostgresEncodable, C: PostgresEncodable, D: PostgresEncodable>(
        _ a: A, _ b: B, _ c: C, _ d: D
    ) -> PostgresQuery {
        PostgresQuery(unsafeSQL: sql, arguments: [a, b, c, d])
    }

    /// The statement with five values, as ``callAsFunction(_:)`` makes it of any number.
    @inlinable
    public func callAsFunction<
        A: PostgresEncodable, B: PostgresEncodable, C: PostgresEncodable, D: PostgresEncodable, E: PostgresEncodable
    >(_ a: A, _ b: B, _ c: C, _ d: D, _ e: E) -> PostgresQuery {
        PostgresQuery(unsafeSQL: sql, arguments: [a, b, c, d, e])
    }

    /// The statement with six values, as ``callAsFunction(_:)`` makes it of any number.
    @inlinable
    public func callAsFunction<
        A: PostgresEncodable, B: PostgresEncodable, C: PostgresEncodable, D: PostgresEncodable, E: PostgresEncodable,
        F: PostgresEncodable
    >(_ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F) -> PostgresQuery {
        PostgresQuery(unsafeSQL: sql, arguments: [a, b, c, d, e, f])
    }

    /// The statement with seven values, as ``callAsFunction(_:)`` makes it of any number.
    @inlinable
    public func callAsFunction<
        A: PostgresEncodable, B: PostgresEncodable, C: PostgresEncodable, D: PostgresEncodable, E: PostgresEncodable,
        F: PostgresEncodable, G: PostgresEncodable
    >(_ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G) -> PostgresQuery {
        PostgresQuery(unsafeSQL: sql, arguments: [a, b, c, d, e, f, g])
    }

    /// The statement with eight values, as ``callAsFunction(_:)`` makes it of any number.
    @inlinable
    public func callAsFunction<
        A: PostgresEncodable, B: PostgresEncodable, C: PostgresEncodable, D: PostgresEncodable, E: PostgresEncodable,
        F: PostgresEncodable, G: PostgresEncodable, H: PostgresEncodable
    >(_ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G, _ h: H) -> PostgresQuery {
        PostgresQuery(unsafeSQL: sql, arguments: [a, b, c, d, e, f, g, h])
    }
}
