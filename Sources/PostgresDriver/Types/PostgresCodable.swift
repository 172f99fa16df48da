public import PostgresWire

/// Why a value could not be turned into a PostgreSQL value or back; the row or the query adds where.
public enum PostgresCodingError: Error, Equatable, Sendable {
    /// NULL came, and the Swift type has no room for it.
    case null
    /// NULL came at an index, from 0, of an array whose Swift elements have no room for it.
    case nullElement(index: Int)
    /// The Swift type and the PostgreSQL type do not go together.
    case wrongType
    /// The value does not fit the type it is to be converted to.
    case outOfRange
    /// The bytes are not what the type's format allows.
    case malformed(String)
}

/// One non-NULL value as the server sent it: bytes that live as long as the row does.
///
/// No copy is made; a cell cannot outlive its row, which the compiler checks.
public struct PostgresCell: ~Escapable {
    /// The value in its wire format.
    public var bytes: RawSpan
    /// The PostgreSQL type of the column.
    public var type: PostgresType
    /// Whether the bytes are the type's binary or its text form.
    public var format: WireFormat

    /// What the connection knows of the types that are not built in.
    public let types: PostgresTypeCatalog?

    /// How many values this one lies within.
    @usableFromInline let depth: Int

    /// A cell over bytes.
    @inlinable
    @_lifetime(copy bytes)
    public init(bytes: RawSpan, type: PostgresType, format: WireFormat, types: PostgresTypeCatalog? = nil) {
        self.bytes = bytes
        self.type = type
        self.format = format
        self.types = types
        depth = 0
    }

    /// A cell within others.
    @inlinable
    @_lifetime(copy bytes)
    init(bytes: RawSpan, type: PostgresType, format: WireFormat, types: PostgresTypeCatalog?, depth: Int) {
        self.bytes = bytes
        self.type = type
        self.format = format
        self.types = types
        self.depth = depth
    }

    /// Every way by which values can lie in values without end asks this: the server chooses how deep they are, and
    /// each level costs it few bytes but us a piece of the stack.
    func checkDepth() throws(PostgresCodingError) {
        guard depth <= 64 else { throw .malformed("values nested more than 64 deep") }
    }

    /// A cell over a part of the bytes, for codecs of composed types such as arrays; a domain becomes its base type.
    @inlinable
    @_lifetime(copy self)
    public func part(from start: Int, to end: Int, type: PostgresType) -> PostgresCell {
        PostgresCell(
            bytes: bytes.slice(from: start, to: end), type: baseType(of: type), format: format, types: types,
            depth: depth + 1)
    }

    /// The type itself, or for a domain the type below it.
    @inlinable
    func baseType(of type: PostgresType) -> PostgresType {
        type.isAssignedByServer ? types?.base(of: type) ?? type : type
    }

    /// What is known of the cell's type where it is not built in.
    public var typeEntry: PostgresTypeCatalog.Entry? { types?[type] }

    /// The bytes as text.
    ///
    /// - Throws: ``PostgresCodingError/malformed(_:)`` if they are not UTF-8.
    @inlinable
    public func text() throws(PostgresCodingError) -> String {
        guard let text = bytes.utf8Text else { throw .malformed("text that is not UTF-8") }
        return text
    }

    /// The bytes as one integer in network order where the cell has this type, in binary, and as many bytes.
    ///
    /// The short way of the values that columns mostly have, made to be inlined.
    @inlinable @inline(__always)
    func plainInteger<Value: FixedWidthInteger & BitwiseCopyable>(_ type: PostgresType, as: Value.Type) -> Value? {
        guard self.type == type, format == .binary, bytes.byteCount == MemoryLayout<Value>.size else { return nil }
        return bytes.integer(at: 0, as: Value.self)
    }

    /// The bytes as one integer in network order.
    ///
    /// - Throws: ``PostgresCodingError/malformed(_:)`` if their number is another.
    @inlinable
    public func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type
    ) throws(PostgresCodingError) -> Value {
        guard bytes.byteCount == MemoryLayout<Value>.size, let value = bytes.integer(at: 0, as: Value.self) else {
            throw .malformed("\(bytes.byteCount) bytes where \(MemoryLayout<Value>.size) were expected")
        }
        return value
    }
}

/// A type that values of a PostgreSQL column can be decoded to.
///
/// To join with a type of your own, say how its value is made from a cell:
///
///     extension Celsius: PostgresDecodable {
///         static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> Celsius {
///             Celsius(degrees: try Double.decode(cell))
///         }
///     }
public protocol PostgresDecodable {
    /// A value from a cell that is not NULL.
    ///
    /// - Throws: ``PostgresCodingError``; the row adds its number, the column and both types.
    static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> Self

    /// The value for NULL. Types other than optionals have none, and need not implement this.
    static func decodeNull() throws(PostgresCodingError) -> Self

    /// All elements of an array at once, for types whose values have one width: nil where that does not apply, and
    /// they are decoded one by one.
    ///
    /// - Parameters:
    ///   - bytes: what follows the array's header: each element behind its length.
    ///   - type: the type of the elements.
    ///   - count: how many elements there must be.
    static func decodeElements(_ bytes: RawSpan, type: PostgresType, count: Int) -> [Self]?
}

extension PostgresDecodable {
    /// Most types have no quicker way than element by element.
    @inlinable
    public static func decodeElements(_ bytes: RawSpan, type: PostgresType, count: Int) -> [Self]? { nil }

    /// NULL is an error for every type that does not say otherwise.
    @inlinable
    public static func decodeNull() throws(PostgresCodingError) -> Self { throw .null }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    /// The wrapped value.
    @inlinable
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> Wrapped? {
        try Wrapped.decode(cell)
    }

    /// NULL is nil.
    @inlinable
    public static func decodeNull() throws(PostgresCodingError) -> Wrapped? { nil }
}

/// A type whose values can be parameters of a query.
///
/// The server infers each parameter's type from the SQL text, and the value is encoded as that type. Where the
/// server cannot tell, write a cast: `\(value)::int8`.
public protocol PostgresEncodable: Sendable {
    /// The PostgreSQL type that suits the Swift type best, for places where the server is not asked.
    static var postgresType: PostgresType { get }

    /// Whether the value is NULL; then nothing is encoded.
    var isNull: Bool { get }

    /// The wire format that `encode` writes for a parameter of this type.
    func format(for type: PostgresType) -> WireFormat

    /// The value in its type's text form, as the server prints `value::text` in a session with `TimeZone = UTC`,
    /// `DateStyle = ISO` and `bytea_output = hex`; it depends on nothing of the process.
    ///
    /// Used where a value must be sent as text: parameters whose type is not known, and the simple protocol. Nil, also
    /// for NULL, where no text form is known: then the value can be sent in binary only, as its ``postgresType``.
    var postgresText: String? { get }

    /// The text form of the value as it stands within arrays, ranges and composites.
    ///
    /// It differs from ``postgresText`` for few types: there a bool is `t`, not `true`.
    var postgresElementText: String? { get }

    /// Appends the value, without its length.
    ///
    /// - Throws: ``PostgresCodingError``; the query adds which parameter it was.
    func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError)

    /// Appends the value behind its length, or the length -1 for NULL, to a place where no format is said: a row of a
    /// binary COPY, an array, a range.
    ///
    /// Types need not implement this; those whose values all have the same length can save time with it.
    ///
    /// - Throws: ``PostgresCodingError``; also where the value can only be sent as text and `type` has another binary form.
    func encodeWithLength(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError)

    /// Appends the value as a query's parameter: behind its length, or the length -1 for NULL, in the format that it
    /// returns.
    ///
    /// Types need not implement this: it comes to ``format(for:)``, and ``encode(into:as:)`` or, to types that are not
    /// built in, ``postgresText``, but asks a value once for everything.
    ///
    /// - Throws: ``PostgresCodingError``; the query adds which parameter it was.
    func encodeParameter(
        into writer: inout ByteWriter, as type: PostgresType
    ) throws(PostgresCodingError) -> WireFormat
}

extension PostgresEncodable {
    /// Only optionals can be NULL.
    @inlinable
    public var isNull: Bool { false }

    /// A type that does not say how it is written as text is sent in binary only.
    @inlinable
    public var postgresText: String? { nil }

    /// Most types have one text form.
    @inlinable
    public var postgresElementText: String? { postgresText }

    /// Values are sent in binary unless a type says otherwise.
    @inlinable
    public func format(for type: PostgresType) -> WireFormat { .binary }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    /// The wrapped type's.
    @inlinable
    public static var postgresType: PostgresType { Wrapped.postgresType }

    /// Whether there is no value.
    @inlinable
    public var isNull: Bool { self?.isNull ?? true }

    /// The wrapped value's.
    @inlinable
    public func format(for type: PostgresType) -> WireFormat { self?.format(for: type) ?? .binary }

    /// The wrapped value's; nil for NULL.
    @inlinable
    public var postgresText: String? { self?.postgresText }

    /// The wrapped value's; nil for NULL.
    @inlinable
    public var postgresElementText: String? { self?.postgresElementText }

    /// Appends the wrapped value.
    @inlinable
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        try self?.encode(into: &writer, as: type)
    }
}

/// A type that goes both ways.
public typealias PostgresCodable = PostgresDecodable & PostgresEncodable
