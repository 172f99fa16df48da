public import PostgresWire

/// The code that decodes the values of a row, chosen where the types of a sequence's rows are written down.
///
/// The sequences are generic over a parameter pack, and the compiler does not unroll a loop over one: in it each value is decoded
/// by what is known of its type when the program runs. To call code made for the types costs less, once a row.
@usableFromInline
struct RowDecoder<each Value: PostgresDecodable> {
    /// It takes the values of a row, the columns, and the number of the row.
    @usableFromInline typealias Code = (RawSpan, RowLayout, PostgresColumns, Int) throws(PostgresError) -> (
        repeat each Value
    )
    @usableFromInline let decode: Code

    @inlinable
    init(_ decode: @escaping Code) { self.decode = decode }

    /// For any number of values.
    init() {
        decode = { (values, layout, columns, number) throws(PostgresError) in
            var cursor = RowValues(values: values, layout: layout, columns: columns, number: number)
            return try cursor.decode(repeat (each Value).self)
        }
    }
}

// Rows of up to eight values, spelled out.

@inlinable
func rowDecoder<A: PostgresDecodable, B: PostgresDecodable>(_ a: A.Type, _ b: B.Type) -> RowDecoder<A, B> {
    RowDecoder<A, B> { (values, layout, columns, number) throws(PostgresError) in
        var cursor = RowValues(values: values, layout: layout, columns: columns, number: number)
        try cursor.check(count: 2)
        return (try cursor.decodeNext(a), try cursor.decodeNext(b))
    }
}

@inlinable
func rowDecoder<A: PostgresDecodable, B: PostgresDecodable, C: PostgresDecodable>(_ a: A.Type, _ b: B.Type, _ c: C.Type)
    -> RowDecoder<A, B, C>
{
    RowDecoder<A, B, C> { (values, layout, columns, number) throws(PostgresError) in
        var cursor = RowValues(values: values, layout: layout, columns: columns, number: number)
        try cursor.check(count: 3)
        return (try cursor.decodeNext(a), try cursor.decodeNext(b), try cursor.decodeNext(c))
    }
}

@inlinable
func rowDecoder<A: PostgresDecodable, B: PostgresDecodable, C: PostgresDecodable, D: PostgresDecodable>(
    _ a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type
) -> RowDecoder<A, B, C, D> {
    RowDecoder<A, B, C, D> { (values, layout, columns, number) throws(PostgresError) in
        var cursor = RowValues(values: values, layout: layout, columns: columns, number: number)
        try cursor.check(count: 4)
        return (try cursor.decodeNext(a), try cursor.decodeNext(b), try cursor.decodeNext(c), try cursor.decodeNext(d))
    }
}

@inlinable
func rowDecoder<
    A: PostgresDecodable, B: PostgresDecodable, C: PostgresDecodable, D: PostgresDecodable, E: PostgresDecodable
>(_ a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type, _ e: E.Type) -> RowDecoder<A, B, C, D, E> {
    RowDecoder<A, B, C, D, E> { (values, layout, columns, number) throws(PostgresError) in
        var cursor = RowValues(values: values, layout: layout, columns: columns, number: number)
        try cursor.check(count: 5)
        return (
            try cursor.decodeNext(a), try cursor.decodeNext(b), try cursor.decodeNext(c), try cursor.decodeNext(d),
            try cursor.decodeNext(e)
        )
    }
}

@inlinable
func rowDecoder<
    A: PostgresDecodable, B: PostgresDecodable, C: PostgresDecodable, D: PostgresDecodable, E: PostgresDecodable,
    F: PostgresDecodable
>(_ a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type, _ e: E.Type, _ f: F.Type) -> RowDecoder<A, B, C, D, E, F> {
    RowDecoder<A, B, C, D, E, F> { (values, layout, columns, number) throws(PostgresError) in
        var cursor = RowValues(values: values, layout: layout, columns: columns, number: number)
        try cursor.check(count: 6)
        return (
            try cursor.decodeNext(a), try cursor.decodeNext(b), try cursor.decodeNext(c), try cursor.decodeNext(d),
            try cursor.decodeNext(e), try cursor.decodeNext(f)
        )
    }
}

@inlinable
func rowDecoder<
    A: PostgresDecodable, B: PostgresDecodable, C: PostgresDecodable, D: PostgresDecodable, E: PostgresDecodable,
    F: PostgresDecodable, G: PostgresDecodable
>(_ a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type, _ e: E.Type, _ f: F.Type, _ g: G.Type) -> RowDecoder<
    A, B, C, D, E, F, G
> {
    RowDecoder<A, B, C, D, E, F, G> { (values, layout, columns, number) throws(PostgresError) in
        var cursor = RowValues(values: values, layout: layout, columns: columns, number: number)
        try cursor.check(count: 7)
        return (
            try cursor.decodeNext(a), try cursor.decodeNext(b), try cursor.decodeNext(c), try cursor.decodeNext(d),
            try cursor.decodeNext(e), try cursor.decodeNext(f), try cursor.decodeNext(g)
        )
    }
}

@inlinable
func rowDecoder<
    A: PostgresDecodable, B: PostgresDecodable, C: PostgresDecodable, D: PostgresDecodable, E: PostgresDecodable,
    F: PostgresDecodable, G: PostgresDecodable, H: PostgresDecodable
>(_ a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type, _ e: E.Type, _ f: F.Type, _ g: G.Type, _ h: H.Type) -> RowDecoder<
    A, B, C, D, E, F, G, H
> {
    RowDecoder<A, B, C, D, E, F, G, H> { (values, layout, columns, number) throws(PostgresError) in
        var cursor = RowValues(values: values, layout: layout, columns: columns, number: number)
        try cursor.check(count: 8)
        return (
            try cursor.decodeNext(a), try cursor.decodeNext(b), try cursor.decodeNext(c), try cursor.decodeNext(d),
            try cursor.decodeNext(e), try cursor.decodeNext(f), try cursor.decodeNext(g), try cursor.decodeNext(h)
        )
    }
}
