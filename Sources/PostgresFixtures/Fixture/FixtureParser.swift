/// Reads the text form of a fixture, line by line.
struct FixtureParser {
    private let name: String
    private let lines: [Substring.UTF8View.SubSequence]
    private let endsWithNewline: Bool
    private var number = 0

    init(text: String, name: String) {
        self.name = name
        endsWithNewline = text.utf8.last == UInt8(ascii: "\n")
        lines = text[...].utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    }

    mutating func fixture() throws(FixtureError) -> Fixture {
        guard endsWithNewline else { throw error("the last line has no end", line: lines.count) }
        try readFirstLine()
        var fixture = Fixture(name: name, header: Fixture.Header(), lines: [])
        try readHeader(&fixture.header)
        fixture.lines.reserveCapacity(lines.count)
        // What stands behind the last newline is no line.
        while number < lines.count - 1 {
            let line = lines[number]
            number += 1
            fixture.lines.append(try read(line))
        }
        return fixture
    }

    private mutating func readFirstLine() throws(FixtureError) {
        number = 1
        let line = Self.text(lines[0])
        if line == FixtureText.firstLine { return }
        guard line.hasPrefix(FixtureText.firstWord + " ") else {
            throw error("a fixture begins with `\(FixtureText.firstLine)`")
        }
        let version = line.dropFirst(FixtureText.firstWord.count + 1).prefix(20)
        throw error(
            "version \(version) of the format is not known; this library reads version \(Fixture.formatVersion)")
    }

    private mutating func readHeader(_ header: inout Fixture.Header) throws(FixtureError) {
        var texts: [String] = []
        while true {
            guard number < lines.count - 1 else { throw error("an empty line ends the header") }
            let text = Self.text(lines[number])
            number += 1
            if text.isEmpty { break }
            do throws(FixtureError) { try header.read(text) } catch { throw self.error(error.reason) }
            texts.append(text)
        }
        let expected = header.textLines
        for (index, text) in expected.enumerated() where index >= texts.count || texts[index] != text {
            throw error("here belongs `\(text)`: the header has one order and no repetitions", line: index + 2)
        }
        if texts.count > expected.count { throw error("the header has repetitions", line: expected.count + 2) }
    }

    private func read(_ line: Substring.UTF8View.SubSequence) throws(FixtureError) -> Fixture.Line {
        guard let first = line.first else { throw error("only the header ends with an empty line") }
        if first == UInt8(ascii: "#"), line.count == 1 { return .comment("") }
        guard line.dropFirst().first == UInt8(ascii: " ") else {
            throw error("a line begins with one of > < ~ x # and a space")
        }
        let rest = line.dropFirst(2)
        switch first {
        case UInt8(ascii: ">"): return .message(try message(.client, rest))
        case UInt8(ascii: "<"): return .message(try message(.server, rest))
        case UInt8(ascii: "~"): return try boundary(Self.text(rest))
        case UInt8(ascii: "x"):
            guard let side = Fixture.Side(rawValue: Self.text(rest)) else { throw error("x is for client or server") }
            return .close(side)
        case UInt8(ascii: "#"):
            let text = Self.text(rest)
            guard !text.isEmpty, FixtureText.line(.comment(text)) == "# \(text)" else {
                throw error("a remark is printable text")
            }
            return .comment(text)
        default: throw error("a line begins with one of > < ~ x #")
        }
    }

    private func boundary(_ text: String) throws(FixtureError) -> Fixture.Line {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        let numbers = words.dropFirst().compactMap { Int($0) }
        let line: Fixture.Line? =
            switch (words.first, numbers.count, numbers.allSatisfy { $0 > 0 }) {
            case ("read", 0, _): .read(offset: 0)
            case ("read", 1, true): .read(offset: numbers[0])
            case ("after", 2, true): .after(connection: numbers[0], messages: numbers[1])
            default: nil
            }
        guard let line, FixtureText.line(line) == "~ \(text)" else {
            throw error("a boundary is written `~ read`, `~ read OFFSET` or `~ after CONNECTION MESSAGES`")
        }
        return line
    }

    /// A message: readable text, ` | `, bytes.
    private func message(
        _ side: Fixture.Side, _ line: Substring.UTF8View.SubSequence
    ) throws(FixtureError) -> Fixture.Message {
        let bar = UInt8(ascii: "|")
        let space = UInt8(ascii: " ")
        guard let position = line.lastIndex(of: bar), position > line.startIndex,
            line[line.index(before: position)] == space
        else { throw error("a message is written `readable text | bytes`") }
        let readable = line[..<line.index(before: position)]
        let rest = line[line.index(after: position)...]
        guard rest.first == space else { throw error("there is no space before the bytes") }
        let (bytes, groups) = try decode(rest.dropFirst())
        let framing: Fixture.Message.Framing
        switch (groups.count, groups.first, groups.dropFirst().first) {
        case (1, _, _): framing = .fragment
        case (2, 4, _): framing = .untagged
        case (2...3, 1, 4): framing = .tagged
        default: throw error("the bytes are grouped as tag, length, body; or as length, body; or not at all")
        }
        return Fixture.Message(side, bytes, framing: framing, readable: Self.text(readable))
    }

    /// The bytes, and how many of them each group has.
    private func decode(_ text: Substring.UTF8View.SubSequence) throws(FixtureError) -> ([UInt8], [Int]) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2)
        var groups: [Int] = []
        var start = 0
        var high: UInt8?
        for character in text {
            if character == UInt8(ascii: " ") {
                guard high == nil, bytes.count > start else { throw error("a group of bytes is not whole") }
                groups.append(bytes.count - start)
                start = bytes.count
                continue
            }
            guard let digit = FixtureText.value(character) else {
                throw error("the bytes are written in lower-case hexadecimal")
            }
            if let upper = high {
                bytes.append(upper << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        guard high == nil, bytes.count > start else { throw error("a group of bytes is not whole") }
        groups.append(bytes.count - start)
        return (bytes, groups)
    }

    private static func text(_ bytes: Substring.UTF8View.SubSequence) -> String { String(Substring(bytes)) }

    private func error(_ reason: String, line: Int? = nil) -> FixtureError {
        FixtureError(reason, fixture: name, line: line ?? number)
    }
}
