public import PostgresWire

// Decodable types by column name. Each property is decoded from the column of its coding key's name: directly where its
// type is PostgresDecodable, from json or jsonb where it is any other Decodable type.

extension RowView {
    /// The row as a value of a `Decodable` type, by column name.
    ///
    /// Columns that the type does not ask for are ignored. A property may be optional where its column is NULL or
    /// missing. Slower than ``decode(_:)``: every property costs a look-up by name and a walk over the row.
    ///
    /// - Throws: ``PostgresError`` with the code `decodingFailed`.
    public func decode<Value: Decodable>(decodable type: Value.Type) throws(PostgresError) -> Value {
        do {
            return try Value(from: DecodableRow(row: owned))
        } catch let error as PostgresError {
            throw error
        } catch {
            throw columns.decodingFailure(error, row: number, as: type)
        }
    }
}

extension PostgresColumns {
    func decodingFailure<Value>(_ error: any Error, row: Int, as type: Value.Type) -> PostgresError {
        let reason =
            switch error {
            case DecodingError.keyNotFound(let key, _): "there is no column named \"\(key.stringValue)\""
            case DecodingError.valueNotFound(_, let context): "\"\(Self.path(context))\" is NULL"
            case DecodingError.typeMismatch(let wanted, let context):
                "\"\(Self.path(context))\" is no \(wanted): \(context.debugDescription)"
            case DecodingError.dataCorrupted(let context): "\"\(Self.path(context))\" holds no value of its type"
            default: "the type refused it"
            }
        return PostgresError(.decodingFailed, "row \(row) cannot be decoded to \(type): \(reason)")
    }

    private static func path(_ context: DecodingError.Context) -> String {
        context.codingPath.map(\.stringValue).joined(separator: ".")
    }
}

/// A row as a `Decoder`.
struct DecodableRow: Decoder {
    let row: PostgresRow
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(RowContainer<Key>(row: row))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        throw PostgresError(.decodingFailed, "row \(row.number): a row is decoded by column names, not as a list")
    }

    /// For types that wrap a single value: the row must have one column.
    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        guard row.columns.count == 1 else { throw row.columns.countMismatch(wanted: 1, row: row.number) }
        return ColumnDecoder(row: row, index: 0, codingPath: [])
    }
}

private struct RowContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let row: PostgresRow
    let codingPath: [any CodingKey] = []

    var allKeys: [Key] { row.columns.descriptions.compactMap { Key(stringValue: $0.name) } }

    func contains(_ key: Key) -> Bool { row.columns.index(of: key.stringValue) != nil }

    private func column(_ key: Key) throws -> ColumnDecoder {
        guard let index = row.columns.index(of: key.stringValue) else {
            throw row.columns.noColumn("named \"\(key.stringValue)\"", row: row.number)
        }
        return ColumnDecoder(row: row, index: index, codingPath: [key])
    }

    func decodeNil(forKey key: Key) throws -> Bool { try column(key).isNull() }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try column(key).decode(type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try column(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try column(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { DecodableRow(row: row) }
    func superDecoder(forKey key: Key) throws -> any Decoder { try column(key) }
}

/// One column as a `Decoder`: a single value.
private struct ColumnDecoder: Decoder, SingleValueDecodingContainer {
    let row: PostgresRow
    let index: Int
    let codingPath: [any CodingKey]
    let userInfo: [CodingUserInfoKey: Any] = [:]

    func isNull() throws -> Bool { try row.view.isNull(at: index) }
    func decodeNil() -> Bool { (try? isNull()) ?? false }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if let decodable = type as? any PostgresDecodable.Type, let value = try open(decodable) as? Value {
            return value
        }
        switch row.columns.cellTypes[index].type {
        case .json, .jsonb: return try row.view.decode(FromJSON<Value>.self, at: index).value
        case let type where row.columns.isComposite(type):
            return try row.view.decode(PostgresComposite<Value>.self, at: index).value
        default: return try Value(from: self)
        }
    }

    private func open<Value: PostgresDecodable>(_ type: Value.Type) throws -> Value {
        try row.view.decode(type, at: index)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        throw notNested
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw notNested }

    private var notNested: PostgresError {
        row.columns.decodingError(.wrongType, column: index, row: row.number, as: (any Decodable).self)
    }
}

/// Any Decodable value from a JSON column.
private struct FromJSON<Value: Decodable>: PostgresDecodable {
    let value: Value

    static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> FromJSON {
        FromJSON(value: try decodeJSON(Value.self, from: cell))
    }
}

extension RowView {
    /// Whether a column is NULL.
    ///
    /// - Throws: ``PostgresError`` for a position that does not exist.
    public func isNull(at index: Int) throws(PostgresError) -> Bool {
        try bytes(at: index) == nil
    }
}

extension PostgresColumns {
    /// Whether a type has attributes that have names.
    func isComposite(_ type: PostgresType) -> Bool {
        guard case .composite = layout.types?[type]?.kind else { return false }
        return true
    }
}
