public import PostgresWire

/// A composite value or a record as a tuple.
///
///     let (street, number) = try await db.queryOne(
///         "SELECT address FROM users WHERE id = \(id)", as: PostgresTuple<String, Int?>.self).fields
///
/// As a parameter it goes as text, so that the server reads it as whatever composite type it expects there.
///
/// PostgreSQL: Composite Types.
public struct PostgresTuple<each Field> {
    /// The fields.
    public let fields: (repeat each Field)

    /// A composite of these fields.
    public init(_ field: repeat each Field) { fields = (repeat each field) }
}

extension PostgresTuple: Sendable where repeat each Field: Sendable {}

extension PostgresTuple: PostgresDecodable where repeat each Field: PostgresDecodable {
    /// From composites and records with as many fields as the tuple has.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresTuple {
        let record = try cell.record()
        var wanted = 0
        for _ in repeat (each Field).self { wanted += 1 }
        guard wanted == record.columns.count else {
            throw .malformed("a composite of \(record.columns.count) fields where \(wanted) were expected")
        }
        var index = 0
        return PostgresTuple(repeat try field((each Field).self, of: record, &index))
    }

    private static func field<Value: PostgresDecodable>(
        _ type: Value.Type, of record: PostgresRow, _ index: inout Int
    ) throws(PostgresCodingError) -> Value {
        defer { index += 1 }
        do throws(PostgresError) {
            return try record.decode(type, at: index)
        } catch {
            throw .malformed("a composite: \(error.message)")
        }
    }
}

extension PostgresTuple: PostgresEncodable where repeat each Field: PostgresEncodable {
    /// No built-in type: the server must say which composite it is.
    public static var postgresType: PostgresType { .unspecified }

    /// `(1,"a b",)`; nil where a field has no text form.
    public var postgresText: String? {
        var parts: [(isNull: Bool, text: String?)] = []
        for field in repeat each fields { parts.append((field.isNull, field.postgresElementText)) }
        return RecordText.print(parts)
    }

    /// Text.
    public func format(for type: PostgresType) -> WireFormat { .text }

    /// To a composite type, as text.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        try encodeText(into: &writer)
    }
}
