public import PostgresWire

/// Pairs of keys and values: the type `hstore` of the extension of that name.
///
/// As a parameter it goes as text, since the type's OID is another one in every database.
///
/// PostgreSQL: hstore.
public struct PostgresHStore: Sendable, Hashable, Codable, ExpressibleByDictionaryLiteral {
    /// The values by their keys; nil is NULL.
    public var pairs: [String: String?]

    /// Some pairs.
    public init(_ pairs: [String: String?]) { self.pairs = pairs }

    /// Some pairs; of those with the same key the last one stays.
    public init(dictionaryLiteral elements: (String, String?)...) {
        pairs = Dictionary(elements, uniquingKeysWith: { $1 })
    }
}

extension PostgresHStore: PostgresCodable {
    /// No built-in type: the server must say which one it is.
    public static var postgresType: PostgresType { .unspecified }

    /// From a type named `hstore`, whatever schema it lies in.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresHStore {
        guard cell.type.isAssignedByServer,
            cell.typeEntry.map({ $0.kind == .base && $0.name == "hstore" }) ?? (cell.format == .text)
        else { throw .wrongType }
        return PostgresHStore(try cell.format == .binary ? binaryPairs(cell) : textPairs(cell.bytes.array))
    }

    private static func binaryPairs(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> [String: String?] {
        let bytes = cell.bytes
        guard let count = bytes.integer(at: 0, as: Int32.self), count >= 0, Int(count) <= bytes.byteCount / 8 else {
            throw .malformed("an hstore that says it is longer than its bytes")
        }
        var pairs: [String: String?] = [:]
        var position = 4
        for _ in 0..<count {
            guard let key = try part(bytes, &position) else { throw .malformed("an hstore with a key that is NULL") }
            let value = try part(bytes, &position)
            guard pairs.updateValue(value, forKey: key) == nil else { throw .malformed("an hstore with a key twice") }
        }
        guard position == bytes.byteCount else { throw .malformed("bytes behind an hstore") }
        return pairs
    }

    private static func part(_ bytes: RawSpan, _ position: inout Int) throws(PostgresCodingError) -> String? {
        guard let length = bytes.integer(at: position, as: Int32.self), length >= -1,
            Int(length) <= bytes.byteCount - position - 4
        else { throw .malformed("an hstore that ends in a pair") }
        let start = position + 4
        position = start + max(Int(length), 0)
        if length == -1 { return nil }
        guard let text = bytes.slice(from: start, to: position).utf8Text else {
            throw .malformed("text that is not UTF-8")
        }
        return text
    }

    private static func textPairs(_ text: [UInt8]) throws(PostgresCodingError) -> [String: String?] {
        var reader = TextReader(text)
        var pairs: [String: String?] = [:]
        while !reader.isAtEnd {
            let key = try quoted(&reader)
            guard reader.take("=>") else { throw .malformed("an hstore with a key without a value") }
            let value = try reader.take("NULL") ? nil : quoted(&reader)
            guard pairs.updateValue(value, forKey: key) == nil else { throw .malformed("an hstore with a key twice") }
            guard reader.isAtEnd || reader.take(", ") else { throw .malformed("text behind a pair of an hstore") }
        }
        return pairs
    }

    private static func quoted(_ reader: inout TextReader) throws(PostgresCodingError) -> String {
        try reader.expect(UInt8(ascii: "\""), "an hstore without quotes")
        var bytes: [UInt8] = []
        while !reader.take(UInt8(ascii: "\"")) {
            _ = reader.take(UInt8(ascii: "\\"))
            guard !reader.isAtEnd else { throw .malformed("an hstore whose quote is not closed") }
            bytes.append(reader.current)
            reader.position += 1
        }
        return try TextReader.text(bytes)
    }

    /// `"a"=>"1", "b"=>NULL`, in the server's order: shorter keys first.
    public var postgresText: String? {
        let sorted = pairs.sorted { left, right in
            let (a, b) = (Array(left.key.utf8), Array(right.key.utf8))
            return a.count != b.count ? a.count < b.count : a.lexicographicallyPrecedes(b)
        }
        return sorted.map { "\(Self.quoted($0.key))=>\($0.value.map(Self.quoted) ?? "NULL")" }.joined(separator: ", ")
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted.unicodeScalars.append("\\") }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }

    /// Text.
    public func format(for type: PostgresType) -> WireFormat { .text }

    /// To `hstore`, as text.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        try encodeText(into: &writer)
    }
}
