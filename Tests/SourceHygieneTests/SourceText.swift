/// A Swift file with comments and the text of string literals blanked out, so that rules see only code.
///
/// Line numbers and columns stay as they are. Code inside `\( )` of a string is code.
struct SourceText: Sendable {
    /// Relative to the package, with slashes.
    let path: String
    /// The file as it is, line by line.
    let lines: [String]
    /// The same lines without comments and texts.
    let code: [String]
    /// Which lines hold a comment, or a part of one.
    let hasComment: [Bool]
    /// Every word of the code with the lines (from 1) that it stands on.
    let words: [String: [Int]]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var lexer = Lexer(Array(text.utf8))
        lexer.run()
        let blanked = lexer.output.split(separator: 0x0a, omittingEmptySubsequences: false)
        code = blanked.map { String(decoding: $0, as: UTF8.self) }
        hasComment = lexer.commentLines + Array(repeating: false, count: max(0, code.count - lexer.commentLines.count))
        var words: [String: [Int]] = [:]
        for (index, line) in blanked.enumerated() {
            for word in Self.words(in: line) { words[word, default: []].append(index + 1) }
        }
        self.words = words
    }

    /// Identifiers and keywords, in order.
    static func words(in line: some Sequence<UInt8>) -> [String] {
        var result: [String] = []
        var word: [UInt8] = []
        for byte in line {
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x5f, 0x80...: word.append(byte)
            default:
                if !word.isEmpty { result.append(String(decoding: word, as: UTF8.self)) }
                word.removeAll(keepingCapacity: true)
            }
        }
        if !word.isEmpty { result.append(String(decoding: word, as: UTF8.self)) }
        return result
    }

    /// The folder inside a target, such as `Bytes` for `Sources/PostgresWire/Bytes/ByteReader.swift`; empty at its root.
    func folder(in target: String) -> String? {
        let prefix = "Sources/\(target)/"
        guard path.hasPrefix(prefix) else { return nil }
        let parts = path.dropFirst(prefix.count).split(separator: "/")
        return parts.count > 1 ? String(parts[0]) : ""
    }
}

/// Finds out what is code: a stack of code and strings, because a string may hold code that holds a string.
private struct Lexer {
    enum Frame {
        case code(parentheses: Int)
        case string(hashes: Int, isMultiline: Bool)
    }

    let input: [UInt8]
    var output: [UInt8] = []
    var commentLines: [Bool] = [false]
    var position = 0
    var frames: [Frame] = [.code(parentheses: 0)]

    init(_ input: [UInt8]) {
        self.input = input
        output.reserveCapacity(input.count)
    }

    mutating func run() {
        while position < input.count {
            switch frames[frames.count - 1] {
            case .code(let parentheses): readCode(parentheses)
            case .string(let hashes, let isMultiline): readString(hashes, isMultiline)
            }
        }
    }

    private func byte(_ offset: Int) -> UInt8 {
        position + offset < input.count ? input[position + offset] : 0
    }

    private mutating func blank(_ count: Int = 1) {
        for _ in 0..<count where position < input.count {
            let isNewline = input[position] == 0x0a
            if isNewline { commentLines.append(false) }
            output.append(isNewline ? 0x0a : 0x20)
            position += 1
        }
    }

    private mutating func keep() {
        if input[position] == 0x0a { commentLines.append(false) }
        output.append(input[position])
        position += 1
    }

    private mutating func readCode(_ parentheses: Int) {
        switch byte(0) {
        case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "/"):
            commentLines[commentLines.count - 1] = true
            while position < input.count, byte(0) != 0x0a { blank() }
        case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"): readBlockComment()
        case UInt8(ascii: "\""): startString(hashes: 0)
        case UInt8(ascii: "#"):
            var hashes = 1
            while byte(hashes) == UInt8(ascii: "#") { hashes += 1 }
            if byte(hashes) == UInt8(ascii: "\"") { startString(hashes: hashes) } else { keep() }
        case UInt8(ascii: "("):
            frames[frames.count - 1] = .code(parentheses: parentheses + 1)
            keep()
        case UInt8(ascii: ")") where parentheses == 0 && frames.count > 1:
            frames.removeLast()
            blank()
        case UInt8(ascii: ")"):
            frames[frames.count - 1] = .code(parentheses: parentheses - 1)
            keep()
        default: keep()
        }
    }

    private mutating func readBlockComment() {
        var depth = 0
        repeat {
            commentLines[commentLines.count - 1] = true
            if byte(0) == UInt8(ascii: "/"), byte(1) == UInt8(ascii: "*") {
                depth += 1
                blank(2)
            } else if byte(0) == UInt8(ascii: "*"), byte(1) == UInt8(ascii: "/") {
                depth -= 1
                blank(2)
            } else {
                blank()
            }
        } while depth > 0 && position < input.count
    }

    private mutating func startString(hashes: Int) {
        blank(hashes)
        let isMultiline = byte(1) == UInt8(ascii: "\"") && byte(2) == UInt8(ascii: "\"")
        blank(isMultiline ? 3 : 1)
        frames.append(.string(hashes: hashes, isMultiline: isMultiline))
    }

    private mutating func readString(_ hashes: Int, _ isMultiline: Bool) {
        switch byte(0) {
        case UInt8(ascii: "\\") where hasHashes(hashes, from: 1):
            if byte(hashes + 1) == UInt8(ascii: "(") {
                blank(hashes + 2)
                frames.append(.code(parentheses: 0))
            } else {
                blank(hashes + 2)
            }
        case UInt8(ascii: "\"") where !isMultiline && hasHashes(hashes, from: 1):
            blank(hashes + 1)
            frames.removeLast()
        case UInt8(ascii: "\"") where byte(1) == byte(0) && byte(2) == byte(0) && hasHashes(hashes, from: 3):
            blank(hashes + 3)
            frames.removeLast()
        case 0x0a where !isMultiline:
            frames.removeLast()
        default: blank()
        }
    }

    private func hasHashes(_ count: Int, from offset: Int) -> Bool {
        for index in 0..<count where byte(offset + index) != UInt8(ascii: "#") { return false }
        return true
    }
}
