internal import Foundation
public import PostgresWire

/// A `Codable` value that is `json` or `jsonb` in the database.
///
///     try await db.execute("INSERT INTO events (body) VALUES (\(PostgresJSON(event)))")
///     let event = try await db.queryOne("SELECT body FROM events", as: PostgresJSON<Event>.self).value
public struct PostgresJSON<Value: Sendable>: Sendable {
    /// The value.
    public var value: Value

    /// Wraps a value.
    public init(_ value: Value) { self.value = value }
}

extension PostgresJSON: Equatable where Value: Equatable {}
extension PostgresJSON: Hashable where Value: Hashable {}

extension PostgresJSON: PostgresDecodable where Value: Decodable {
    /// From `json` and `jsonb`, by Foundation's `JSONDecoder`.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresJSON {
        guard cell.type == .json || cell.type == .jsonb else { throw .wrongType }
        return PostgresJSON(try decodeJSON(Value.self, from: cell))
    }
}

extension PostgresJSON: PostgresEncodable where Value: Encodable {
    /// The type `jsonb`.
    public static var postgresType: PostgresType { .jsonb }

    /// The JSON text, or nil where the value cannot be encoded.
    ///
    /// As `jsonb` the server prints the same value with its own spaces and order.
    public var postgresText: String? {
        guard let bytes = try? JSONEncoder().encode(value) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    /// To `json`, `jsonb` and text, by Foundation's `JSONEncoder`.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .jsonb || type.isText else { throw .wrongType }
        do {
            let bytes = [UInt8](try JSONEncoder().encode(value))
            if type == .jsonb { writer.write(1 as UInt8) }
            writer.write(bytes)
        } catch {
            throw .malformed("\(Value.self) could not be encoded as JSON")
        }
    }
}

/// A value from JSON text in a cell.
func decodeJSON<Value: Decodable>(
    _ type: Value.Type, from cell: borrowing PostgresCell
) throws(PostgresCodingError) -> Value {
    let text = Data(try String.decode(cell).utf8)
    do {
        return try JSONDecoder().decode(Value.self, from: text)
    } catch let error as DecodingError {
        // The decoder's debug text may quote the data; the path to the place does not.
        throw .malformed("JSON that is no \(Value.self)\(path(of: error))")
    } catch {
        throw .malformed("JSON that is no \(Value.self)")
    }
}

private func path(of error: DecodingError) -> String {
    let context: DecodingError.Context? =
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
            .dataCorrupted(let context):
            context
        @unknown default: nil
        }
    guard let path = context?.codingPath, !path.isEmpty else { return "" }
    return ", at " + path.map(\.stringValue).joined(separator: ".")
}
