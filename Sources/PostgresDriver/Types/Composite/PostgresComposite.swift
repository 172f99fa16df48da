public import PostgresWire

/// A composite value as a `Decodable` type, by the names of its attributes.
///
///     struct Address: Decodable { var street: String; var number: Int? }
///     let address = try await db.queryOne("SELECT address FROM users", as: PostgresComposite<Address>.self).value
///
/// In a `Decodable` row a property of such a type needs no wrapper.
///
/// PostgreSQL: Composite Types.
public struct PostgresComposite<Value> {
    /// The value.
    public let value: Value

    /// Wraps a value.
    public init(_ value: Value) { self.value = value }
}

extension PostgresComposite: Sendable where Value: Sendable {}
extension PostgresComposite: Equatable where Value: Equatable {}
extension PostgresComposite: Hashable where Value: Hashable {}

extension PostgresComposite: PostgresDecodable where Value: Decodable {
    /// From composites, whose attributes' names the connection has loaded.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresComposite {
        let record = try cell.record()
        do throws(PostgresError) {
            return PostgresComposite(try record.view.decode(decodable: Value.self))
        } catch {
            throw .malformed("a composite: \(error.message)")
        }
    }
}

/// A composite value or a record with all of its fields, whatever their types.
///
/// PostgreSQL: Composite Types.
public struct PostgresRecord: Sendable, Hashable {
    /// The names of the attributes; `f1`, `f2`, … in an anonymous record.
    public let names: [String]
    /// The fields; nil is NULL.
    public let values: [PostgresValue?]

    /// The field of an attribute; nil where it is NULL, or there is no such attribute.
    public subscript(name: String) -> PostgresValue? {
        names.firstIndex(of: name).flatMap { values[$0] }
    }
}

extension PostgresRecord: PostgresCodable {
    /// From composites and records.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresRecord {
        let record = try cell.record()
        var values: [PostgresValue?] = []
        for index in 0..<record.columns.count {
            do throws(PostgresError) {
                values.append(try record.decode(PostgresValue?.self, at: index))
            } catch {
                throw .malformed("a composite: \(error.message)")
            }
        }
        return PostgresRecord(names: record.columns.descriptions.map(\.name), values: values)
    }

    /// The type `record`.
    public static var postgresType: PostgresType { .record }

    /// `(1,"a b",)`; nil where a field has no text form, as where too many values lie within each other.
    public var postgresText: String? { RecordText.print(values.map { ($0 == nil, $0?.postgresElementText) }) }

    /// Text.
    public func format(for type: PostgresType) -> WireFormat { .text }

    /// To a composite type, as text.
    ///
    /// - Throws: ``PostgresCodingError/malformed(_:)`` where it has no text form.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard postgresText != nil else {
            throw .malformed("a field without a text form, or more than ten values within each other")
        }
        try encodeText(into: &writer)
    }
}
