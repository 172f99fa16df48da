public import PostgresWire

/// A document prepared for full text search: `tsvector`.
///
/// PostgreSQL: Text Search Types.
public struct PostgresTextSearchVector: Sendable, Hashable {
    /// How much an occurrence counts.
    public enum Weight: UInt8, Sendable, Hashable {
        /// The lowest weight, which is not printed.
        case d
        /// The weight C.
        case c
        /// The weight B.
        case b
        /// The highest weight.
        case a
    }

    /// Where a lexeme occurs.
    public struct Occurrence: Sendable, Hashable {
        /// The position, from 1 to 16383.
        public var position: Int
        /// The weight.
        public var weight: Weight

        /// An occurrence.
        public init(_ position: Int, weight: Weight = .d) {
            self.position = position
            self.weight = weight
        }
    }

    /// A word with its occurrences.
    public struct Lexeme: Sendable, Hashable {
        /// The word.
        public var word: String
        /// Where it occurs; none where positions were stripped.
        public var occurrences: [Occurrence]

        /// A word with its occurrences.
        public init(_ word: String, _ occurrences: [Occurrence] = []) {
            self.word = word
            self.occurrences = occurrences
        }
    }

    /// The lexemes, in the server's order: shorter ones first only where one begins with the other.
    public var lexemes: [Lexeme]

    /// A vector of lexemes; the server sorts them.
    public init(_ lexemes: [Lexeme]) { self.lexemes = lexemes }
}

extension PostgresTextSearchVector: PostgresTextRepresentable {
    /// Lexemes in quotes with their positions: `'cat':3 'fat':2A,4`.
    public init(postgresText text: String) throws(PostgresCodingError) {
        var reader = TextReader(text)
        lexemes = []
        while !reader.isAtEnd {
            lexemes.append(try Self.lexeme(&reader))
            guard reader.isAtEnd || reader.take(UInt8(ascii: " ")) else { throw .malformed("text behind a lexeme") }
        }
    }

    private static func lexeme(_ reader: inout TextReader) throws(PostgresCodingError) -> Lexeme {
        let quote = UInt8(ascii: "'")
        try reader.expect(quote, "a lexeme without quotes")
        var word: [UInt8] = []
        while true {
            guard !reader.isAtEnd else { throw .malformed("a lexeme whose quote is not closed") }
            if reader.take(quote) {
                guard reader.current == quote else { break }
            } else {
                _ = reader.take(UInt8(ascii: "\\"))
            }
            word.append(reader.current)
            reader.position += 1
        }
        var lexeme = Lexeme(try TextReader.text(word))
        guard reader.take(UInt8(ascii: ":")) else { return lexeme }
        repeat {
            guard let position = reader.digits(), (1...16_383).contains(position.value) else {
                throw .malformed("a lexeme with a position that is none")
            }
            var occurrence = Occurrence(Int(position.value))
            for (letter, weight) in [("A", Weight.a), ("B", .b), ("C", .c)] where reader.current == letter.utf8.first {
                occurrence.weight = weight
                reader.position += 1
                break
            }
            lexeme.occurrences.append(occurrence)
        } while reader.take(UInt8(ascii: ","))
        return lexeme
    }

    /// `'cat':3 'fat':2A,4`.
    public var description: String {
        lexemes.map { lexeme in
            let positions = lexeme.occurrences.map { "\($0.position)\(["", "C", "B", "A"][Int($0.weight.rawValue)])" }
            let word = PostgresTextSearchQuery.quoted(lexeme.word)
            return positions.isEmpty ? word : "\(word):\(positions.joined(separator: ","))"
        }.joined(separator: " ")
    }

    /// The type `tsvector`.
    public static var postgresType: PostgresType { .tsvector }

    /// From `tsvector`.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresTextSearchVector {
        guard cell.type == .tsvector else { throw .wrongType }
        if cell.format == .text { return try PostgresTextSearchVector(postgresText: try cell.text()) }
        var reader = TextReader(cell.bytes.array)
        guard let count = cell.bytes.integer(at: 0, as: Int32.self), count >= 0 else {
            throw .malformed("a tsvector that ends too early")
        }
        reader.position = 4
        var vector = PostgresTextSearchVector([])
        for _ in 0..<count {
            var lexeme = Lexeme(try reader.terminatedText())
            guard let positions = cell.bytes.integer(at: reader.position, as: UInt16.self) else {
                throw .malformed("a tsvector that ends too early")
            }
            reader.position += 2
            for _ in 0..<positions {
                guard let entry = cell.bytes.integer(at: reader.position, as: UInt16.self),
                    let weight = Weight(rawValue: UInt8(entry >> 14)), entry & 0x3fff != 0
                else { throw .malformed("a tsvector with a position that is none") }
                lexeme.occurrences.append(Occurrence(Int(entry & 0x3fff), weight: weight))
                reader.position += 2
            }
            vector.lexemes.append(lexeme)
        }
        guard reader.position == cell.bytes.byteCount else { throw .malformed("bytes behind a tsvector") }
        return vector
    }

    /// To `tsvector`.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .tsvector else { throw .wrongType }
        guard let count = Int32(exactly: lexemes.count) else { throw .outOfRange }
        writer.write(count)
        for lexeme in lexemes {
            guard !lexeme.word.utf8.contains(0) else { throw .malformed("a NUL character in a lexeme") }
            writer.write(utf8: lexeme.word)
            writer.write(0 as UInt8)
            guard let count = UInt16(exactly: lexeme.occurrences.count) else { throw .outOfRange }
            writer.write(count)
            for occurrence in lexeme.occurrences {
                guard (1...16_383).contains(occurrence.position) else { throw .outOfRange }
                writer.write(UInt16(occurrence.position) | UInt16(occurrence.weight.rawValue) << 14)
            }
        }
    }
}

extension TextReader {
    /// Text up to a NUL, which is stepped over.
    mutating func terminatedText() throws(PostgresCodingError) -> String {
        guard let end = bytes[min(position, bytes.count)...].firstIndex(of: 0) else {
            throw .malformed("text without its end")
        }
        let text = try Self.text(bytes[position..<end])
        position = end + 1
        return text
    }
}
