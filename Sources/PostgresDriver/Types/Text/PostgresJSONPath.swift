public import PostgresWire

/// An expression of the SQL/JSON path language: `jsonpath`, by its text form.
///
/// PostgreSQL: JSON Types, jsonpath Type.
public struct PostgresJSONPath: Sendable, Hashable {
    /// The text form: `$."a"[*]?(@ > 1)`.
    public let description: String
}

extension PostgresJSONPath: PostgresTextRepresentable {
    /// An expression, which the server checks.
    public init(postgresText text: String) throws(PostgresCodingError) { description = text }

    /// The type `jsonpath`.
    public static var postgresType: PostgresType { .jsonpath }

    /// From `jsonpath`.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresJSONPath {
        guard cell.type == .jsonpath else { throw .wrongType }
        return PostgresJSONPath(description: try cell.format == .text ? cell.text() : cell.versionedText())
    }

    /// To `jsonpath`.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .jsonpath else { throw .wrongType }
        writer.write(1 as UInt8)
        writer.write(utf8: description)
    }
}

extension PostgresCell {
    /// Text behind the version byte 1, as jsonb, jsonpath and the types of ltree have it.
    @usableFromInline
    func versionedText() throws(PostgresCodingError) -> String {
        guard bytes.integer(at: 0, as: UInt8.self) == 1 else { throw .malformed("an unknown version of \(type)") }
        guard let text = bytes.slice(from: 1, to: bytes.byteCount).utf8Text else {
            throw .malformed("text that is not UTF-8")
        }
        return text
    }
}
