public import PostgresWire

extension PostgresType {
    /// Whether the binary form of the type is its text.
    @inlinable
    var isText: Bool {
        switch self {
        case .text, .varchar, .bpchar, .name, .unknown, .json, .xml, .cstring, .char, .refcursor: true
        default: false
        }
    }
}

extension String: PostgresCodable {
    /// The type `text`.
    @inlinable public static var postgresType: PostgresType { .text }

    /// From the text types, and from any type that came in its text form.
    ///
    /// A binary value of another type is refused: its bytes are no text.
    @inlinable
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> String {
        if cell.type.isText || cell.format == .text { return try cell.text() }
        // jsonb is a version byte and the text.
        guard cell.type == .jsonb, cell.bytes.byteCount > 0 else { throw .wrongType }
        guard cell.bytes.integer(at: 0, as: UInt8.self) == 1 else { throw .malformed("an unknown version of jsonb") }
        let text = PostgresCell(
            bytes: cell.bytes.slice(from: 1, to: cell.bytes.byteCount), type: .json, format: .text)
        return try text.text()
    }

    /// Text: the server reads it as the parameter's type, whichever that is.
    @inlinable
    public func format(for type: PostgresType) -> WireFormat { .text }

    /// The text itself; nil where it holds a NUL, which PostgreSQL's text cannot.
    public var postgresText: String? { utf8.contains(0) ? nil : self }

    /// To any type, in that type's text form.
    @inlinable
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        let start = writer.count
        writer.write(utf8: self)
        guard writer.holdsNUL(from: start) else { return }
        writer.truncate(to: start)
        throw .malformed("a NUL character, which PostgreSQL's text cannot hold")
    }
}

extension PostgresDecodable where Self: RawRepresentable, RawValue: PostgresDecodable {
    /// From the raw value's type.
    ///
    /// An enum with `String` raw values reads PostgreSQL enums and text.
    @inlinable
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> Self {
        guard let value = Self(rawValue: try RawValue.decode(cell)) else {
            throw .malformed("a value that \(Self.self) does not have")
        }
        return value
    }
}

extension PostgresEncodable where Self: RawRepresentable, RawValue: PostgresEncodable {
    /// The raw value's.
    @inlinable public static var postgresType: PostgresType { RawValue.postgresType }

    /// The raw value's.
    @inlinable
    public func format(for type: PostgresType) -> WireFormat { rawValue.format(for: type) }

    /// The raw value's.
    @inlinable public var postgresText: String? { rawValue.postgresText }

    /// The raw value's.
    @inlinable public var postgresElementText: String? { rawValue.postgresElementText }

    /// Appends the raw value.
    @inlinable
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        try rawValue.encode(into: &writer, as: type)
    }
}
