public import PostgresWire

extension PostgresType {
    /// Whether the binary form of the type is its text.
    @inlinable @inline(__always)
    var isText: Bool { self == .text || isLikeText }

    @usableFromInline var isLikeText: Bool {
        switch self {
        case .varchar, .bpchar, .name, .unknown, .json, .xml, .cstring, .char, .refcursor: true
        default: false
        }
    }
}

extension PostgresCell {
    /// The text of a binary value whose type is text in disguise.
    @usableFromInline
    func rareText() throws(PostgresCodingError) -> String {
        if type == .jsonb { return try versionedText() }
        guard let entry = typeEntry else { throw .wrongType }
        switch (entry.kind, entry.name) {
        case (.enumeration, _), (.base, "citext"): return try text()
        case (.base, "ltree"), (.base, "lquery"), (.base, "ltxtquery"): return try versionedText()
        default: throw .wrongType
        }
    }
}

extension String: PostgresCodable {
    /// The type `text`.
    @inlinable public static var postgresType: PostgresType { .text }

    /// From the text types, enums and `citext`, `jsonb`, `ltree` and its kin, and any type that came in its text form.
    ///
    /// A binary value of another type is refused: its bytes are no text.
    @inlinable
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> String {
        if cell.type.isText || cell.format == .text { return try cell.text() }
        return try cell.rareText()
    }

    /// Text: the server reads it as the parameter's type, whichever that is.
    @inlinable
    public func format(for type: PostgresType) -> WireFormat { .text }

    /// The text itself; nil where it holds a NUL, which PostgreSQL's text cannot.
    public var postgresText: String? { utf8.contains(0) ? nil : self }

    /// To any type, in that type's text form.
    @inlinable @inline(__always)
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard writer.write(utf8WithoutNUL: self) else {
            throw .malformed("a NUL character, which PostgreSQL's text cannot hold")
        }
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
