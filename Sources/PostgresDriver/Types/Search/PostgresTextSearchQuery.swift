public import PostgresWire

/// A condition for full text search: `tsquery`, by its text form.
///
/// PostgreSQL: Text Search Types.
public struct PostgresTextSearchQuery: Sendable, Hashable {
    /// The text form: `'fat' & ( 'rat' | 'cat' )`.
    public let description: String
}

extension PostgresTextSearchQuery: PostgresTextRepresentable {
    /// A query in the syntax of `tsquery`, which the server checks.
    public init(postgresText text: String) throws(PostgresCodingError) { description = text }

    /// The type `tsquery`.
    public static var postgresType: PostgresType { .tsquery }

    /// Text: the server builds its own tree.
    public func format(for type: PostgresType) -> WireFormat { .text }

    /// From `tsquery`.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresTextSearchQuery {
        guard cell.type == .tsquery else { throw .wrongType }
        if cell.format == .text { return PostgresTextSearchQuery(description: try cell.text()) }
        var parser = try TextSearchQueryParser(cell.bytes.array)
        return PostgresTextSearchQuery(description: try parser.text())
    }

    /// To `tsquery`, as text.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .tsquery || type.isAssignedByServer else { throw .wrongType }
        writer.write(utf8: description)
    }

    static func quoted(_ word: String) -> String {
        var text = "'"
        for scalar in word.unicodeScalars {
            if scalar == "'" || scalar == "\\" { text.unicodeScalars.append(scalar) }
            text.unicodeScalars.append(scalar)
        }
        return text + "'"
    }
}

/// Prints the binary form: operators in front of their operands, the right one first.
private struct TextSearchQueryParser {
    private var reader: TextReader
    private let count: Int
    /// The items that were read.
    private var read = 0
    /// Deeper than this no query is that fits a stack; the server has limits of its own.
    private static let deepest = 1_000

    init(_ bytes: [UInt8]) throws(PostgresCodingError) {
        guard let count = bytes.rawSpan.integer(at: 0, as: Int32.self), count >= 0 else {
            throw .malformed("a tsquery that ends too early")
        }
        self.count = Int(count)
        reader = TextReader(bytes)
        reader.position = 4
    }

    mutating func text() throws(PostgresCodingError) -> String {
        let text = count == 0 ? "" : try item(above: 0, isRightOfPhrase: false, depth: 0)
        guard read == count, reader.isAtEnd else { throw .malformed("a tsquery that is not as long as it says") }
        return text
    }

    private mutating func byte() throws(PostgresCodingError) -> UInt8 {
        guard !reader.isAtEnd else { throw .malformed("a tsquery that ends too early") }
        reader.position += 1
        return reader.bytes[reader.position - 1]
    }

    private mutating func item(
        above priority: Int, isRightOfPhrase: Bool, depth: Int
    ) throws(PostgresCodingError) -> String {
        guard depth < Self.deepest else { throw .malformed("a tsquery that is nested too deeply") }
        read += 1
        switch try byte() {
        case 1: return try operand()
        case 2: return try operation(above: priority, isRightOfPhrase: isRightOfPhrase, depth: depth)
        default: throw .malformed("a tsquery with an unknown item")
        }
    }

    private mutating func operand() throws(PostgresCodingError) -> String {
        let weights = try byte()
        let isPrefix = try byte() != 0
        guard weights < 16 else { throw .malformed("a tsquery with unknown weights") }
        var text = PostgresTextSearchQuery.quoted(try reader.terminatedText())
        if isPrefix || weights != 0 { text += ":" }
        if isPrefix { text += "*" }
        for (bit, letter) in [(8, "A"), (4, "B"), (2, "C"), (1, "D")] as [(UInt8, String)] where weights & bit != 0 {
            text += letter
        }
        return text
    }

    private mutating func operation(
        above priority: Int, isRightOfPhrase: Bool, depth: Int
    ) throws(PostgresCodingError) -> String {
        let own: Int
        var sign: String
        let code = try byte()
        switch code {
        case 1: (own, sign) = (4, "!")
        case 2: (own, sign) = (2, " & ")
        case 3: (own, sign) = (1, " | ")
        case 4:
            guard let distance = reader.bytes.rawSpan.integer(at: reader.position, as: UInt16.self) else {
                throw .malformed("a tsquery that ends too early")
            }
            reader.position += 2
            (own, sign) = (3, distance == 1 ? " <-> " : " <\(distance)> ")
        default: throw .malformed("a tsquery with an unknown operator")
        }
        let needsParentheses = own < priority || (code == 4 && isRightOfPhrase)
        let right = try item(above: own, isRightOfPhrase: code == 4, depth: depth + 1)
        var text: String
        if code == 1 {
            text = sign + right
        } else {
            text = try item(above: own, isRightOfPhrase: false, depth: depth + 1)
            text += sign
            text += right
        }
        return needsParentheses ? "( \(text) )" : text
    }
}
