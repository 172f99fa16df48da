public import PostgresWire

// int2, int4, int8, oid and what is stored like it, xid8. Integers of one width decode from every other where the value
// fits; a value that does not fit is an error, never cut off.

@inlinable @inline(never)
func decodeInteger<Value: FixedWidthInteger & BitwiseCopyable>(
    _ cell: borrowing PostgresCell
) throws(PostgresCodingError) -> Value {
    guard cell.format == .binary else { return try decodeIntegerText(cell) }
    let value: Value?
    switch cell.type {
    case .int4: value = Value(exactly: try cell.integer(Int32.self))
    case .int8: value = Value(exactly: try cell.integer(Int64.self))
    case .int2: value = Value(exactly: try cell.integer(Int16.self))
    case .oid, .xid, .cid, .regproc: value = Value(exactly: try cell.integer(UInt32.self))
    default: value = try decodeRareInteger(cell)
    }
    guard let value else { throw .outOfRange }
    return value
}

/// The types that whole numbers seldom come from; nil where the value does not fit.
@usableFromInline
func decodeRareInteger<Value: FixedWidthInteger>(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> Value? {
    switch cell.type {
    case .xid8: Value(exactly: try cell.integer(UInt64.self))
    case .regprocedure, .regoper, .regoperator, .regclass, .regtype, .regconfig, .regdictionary, .regnamespace,
        .regrole, .regcollation:
        Value(exactly: try cell.integer(UInt32.self))
    case .numeric: try PostgresNumeric.decode(cell).integer(Value.self)
    default: throw .wrongType
    }
}

/// Elements without NULLs of exactly the integer's own type lie at even distances.
@inlinable
func decodeIntegers<Value: FixedWidthInteger & BitwiseCopyable>(_ bytes: RawSpan, count: Int) -> [Value]? {
    let size = MemoryLayout<Value>.size
    guard bytes.byteCount == count * (4 + size) else { return nil }
    var result = [Value](repeating: 0, count: count)
    var position = 0
    for index in result.indices {
        guard bytes.integer(at: position, as: Int32.self) == Int32(truncatingIfNeeded: size),
            let value = bytes.integer(at: position + 4, as: Value.self)
        else { return nil }
        result[index] = value
        position += 4 + size
    }
    return result
}

@usableFromInline
func decodeIntegerText<Value: FixedWidthInteger>(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> Value {
    switch cell.type {
    case .int2, .int4, .int8, .oid, .xid, .cid, .xid8: break
    case .numeric: return try PostgresNumeric.decode(cell).integer(Value.self)
    // The text of a reg* type is a name, whose OID only the catalog knows.
    default: throw .wrongType
    }
    let text = try cell.text()
    if let value = Value(text) { return value }
    // A number in PostgreSQL's notation that Int64 or UInt64 holds is merely too large for this type.
    throw Int64(text) != nil || UInt64(text) != nil ? .outOfRange : .malformed("not an integer")
}

@inlinable @inline(__always)
func encodeInteger(
    _ value: some FixedWidthInteger, into writer: inout ByteWriter, as type: PostgresType
) throws(PostgresCodingError) {
    switch type {
    case .int4:
        guard let value = Int32(exactly: value) else { throw .outOfRange }
        writer.write(value)
    case .int8:
        guard let value = Int64(exactly: value) else { throw .outOfRange }
        writer.write(value)
    case .int2:
        guard let value = Int16(exactly: value) else { throw .outOfRange }
        writer.write(value)
    default: try encodeOtherNumber(value, into: &writer, as: type)
    }
}

@usableFromInline
func encodeOtherNumber(
    _ value: some FixedWidthInteger, into writer: inout ByteWriter, as type: PostgresType
) throws(PostgresCodingError) {
    switch type {
    case .oid, .xid, .cid, .regproc, .regprocedure, .regoper, .regoperator, .regclass, .regtype, .regconfig,
        .regdictionary, .regnamespace, .regrole, .regcollation:
        guard let value = UInt32(exactly: value) else { throw .outOfRange }
        writer.write(value)
    case .xid8:
        guard let value = UInt64(exactly: value) else { throw .outOfRange }
        writer.write(value)
    case .float8:
        guard let value = Double(exactly: value) else { throw .outOfRange }
        writer.write(value.bitPattern)
    case .float4:
        guard let value = Float(exactly: value) else { throw .outOfRange }
        writer.write(value.bitPattern)
    case .numeric:
        try PostgresNumeric(value).encode(into: &writer, as: type)
    default: throw .wrongType
    }
}

/// A Swift integer that goes to and from PostgreSQL's integer types.
///
/// A protocol, so that the integers share one set of codecs.
public protocol PostgresInteger: PostgresCodable, FixedWidthInteger, BitwiseCopyable {}

extension PostgresInteger {
    /// Elements of exactly the integer's own type in one go.
    @inlinable
    public static func decodeElements(_ bytes: RawSpan, type: PostgresType, count: Int) -> [Self]? {
        type == postgresType ? decodeIntegers(bytes, count: count) : nil
    }

    /// From any integer type, `oid` and its kin, `xid8` and `numeric`, where the value is whole and fits.
    @inlinable @inline(__always)
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> Self {
        if let value = cell.plainInteger(postgresType, as: Self.self) { return value }
        return try decodeInteger(cell)
    }

    /// The decimal digits.
    @inlinable
    public var postgresText: String? { String(self) }

    /// To any number type, where the value fits.
    @inlinable @inline(__always)
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        try encodeInteger(self, into: &writer, as: type)
    }
}

extension Int16: PostgresInteger {
    /// The type `int2`.
    @inlinable public static var postgresType: PostgresType { .int2 }
}

extension Int32: PostgresInteger {
    /// The type `int4`.
    @inlinable public static var postgresType: PostgresType { .int4 }
}

extension Int64: PostgresInteger {
    /// The type `int8`.
    @inlinable public static var postgresType: PostgresType { .int8 }
}

extension Int: PostgresInteger {
    /// The type `int8`.
    @inlinable public static var postgresType: PostgresType { .int8 }
}

extension UInt32: PostgresInteger {
    /// The type `oid`.
    @inlinable public static var postgresType: PostgresType { .oid }
}

extension UInt64: PostgresInteger {
    /// The type `xid8`.
    @inlinable public static var postgresType: PostgresType { .xid8 }
}
