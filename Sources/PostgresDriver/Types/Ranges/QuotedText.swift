/// The quoting that ranges and composites have in common: a quote or backslash inside is doubled.
///
/// PostgreSQL: Range Types, Range Input/Output; Composite Types, Composite Type Input and Output Syntax.
enum QuotedText {
    /// Reads up to one of the bytes that end a part outside of quotes; nil where nothing at all stands there.
    static func read(_ reader: inout TextReader, until ends: [UInt8]) throws(PostgresCodingError) -> [UInt8]? {
        let start = reader.position
        var bytes: [UInt8] = []
        var isQuoted = false
        while isQuoted || !ends.contains(reader.current) {
            guard !reader.isAtEnd else { throw .malformed("a range or composite that is not closed") }
            if reader.take(UInt8(ascii: "\"")) {
                if isQuoted, reader.take(UInt8(ascii: "\"")) {
                    bytes.append(UInt8(ascii: "\""))
                } else {
                    isQuoted.toggle()
                }
                continue
            }
            _ = reader.take(UInt8(ascii: "\\"))
            guard !reader.isAtEnd else { throw .malformed("a range or composite that ends in an escape") }
            bytes.append(reader.current)
            reader.position += 1
        }
        return reader.position == start ? nil : bytes
    }

    /// A part as the server prints it: in quotes where it is empty or holds one of the bytes that mean something.
    static func quoted(_ text: String, special: StaticString) -> String {
        let marks = Array("\(special)".utf8)
        let needsQuotes =
            text.isEmpty
            || text.utf8.contains {
                $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") || $0.isSpace || marks.contains($0)
            }
        guard needsQuotes else { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted.unicodeScalars.append(scalar) }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }
}
