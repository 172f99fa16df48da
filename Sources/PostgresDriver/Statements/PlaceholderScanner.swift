/// Finds `$1`, `$2`, … in SQL text where they are placeholders: not in literals, quoted identifiers, dollar-quoted
/// texts or comments, and not as part of a name.
///
/// PostgreSQL: Lexical Structure.
struct PlaceholderScanner {
    struct Found: Equatable {
        /// Where the dollar sign stands, in UTF-8 bytes.
        var offset: Int
        /// How many bytes the placeholder has.
        var length: Int
        /// Its number.
        var number: Int
    }

    /// A name behind a colon.
    struct FoundName: Equatable {
        /// Where the colon stands, in UTF-8 bytes.
        var offset: Int
        /// How many bytes the placeholder has, colon included.
        var length: Int
        /// The name without the colon.
        var name: String
    }

    private let text: [UInt8]
    private let wantsNames: Bool
    private var position = 0
    private var found: [Found] = []
    private var names: [FoundName] = []

    static func placeholders(in sql: String) -> [Found] { scan(sql, wantsNames: false).found }

    /// Finds `:name` in the same places; see ``PostgresQuery/init(unsafeSQL:named:)`` for what is one.
    static func namedPlaceholders(in sql: String) -> (names: [FoundName], numbered: [Found]) {
        let scanner = scan(sql, wantsNames: true)
        return (scanner.names, scanner.found)
    }

    private static func scan(_ sql: String, wantsNames: Bool) -> PlaceholderScanner {
        var scanner = PlaceholderScanner(text: Array(sql.utf8), wantsNames: wantsNames)
        scanner.scan()
        return scanner
    }

    private init(text: [UInt8], wantsNames: Bool) {
        self.text = text
        self.wantsNames = wantsNames
    }

    private func byte(_ offset: Int) -> UInt8? { offset >= 0 && offset < text.count ? text[offset] : nil }

    private mutating func scan() {
        while let current = byte(position) {
            switch current {
            case UInt8(ascii: "'"): skipQuoted(current, backslashes: isEscapeString)
            case UInt8(ascii: "\""): skipQuoted(current, backslashes: false)
            case UInt8(ascii: "-") where byte(position + 1) == UInt8(ascii: "-"): skipLine()
            case UInt8(ascii: "/") where byte(position + 1) == UInt8(ascii: "*"): skipComment()
            case UInt8(ascii: "$"): dollar()
            case UInt8(ascii: ":") where wantsNames: colon()
            default: position += 1
            }
        }
    }

    /// Whether the quote at the position opens an E'' string, where a backslash escapes.
    private var isEscapeString: Bool {
        guard let before = byte(position - 1), before | 0x20 == UInt8(ascii: "e") else { return false }
        return byte(position - 2).map { !Self.isNamePart($0) } ?? true
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "$"), 0x80...:
            true
        default: false
        }
    }

    private static func digit(_ byte: UInt8?) -> Int? {
        guard let byte, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        return Int(byte - UInt8(ascii: "0"))
    }

    private mutating func skipQuoted(_ quote: UInt8, backslashes: Bool) {
        position += 1
        while let current = byte(position) {
            position += 1
            if backslashes, current == UInt8(ascii: "\\") {
                position += 1
            } else if current == quote {
                // A doubled quote is a quote inside; the loop goes on behind it.
                guard byte(position) == quote else { return }
                position += 1
            }
        }
    }

    private mutating func skipLine() {
        while let current = byte(position), current != UInt8(ascii: "\n"), current != UInt8(ascii: "\r") {
            position += 1
        }
    }

    /// Comments nest.
    private mutating func skipComment() {
        var depth = 0
        while let current = byte(position) {
            if current == UInt8(ascii: "/"), byte(position + 1) == UInt8(ascii: "*") {
                depth += 1
                position += 2
            } else if current == UInt8(ascii: "*"), byte(position + 1) == UInt8(ascii: "/") {
                depth -= 1
                position += 2
                if depth == 0 { return }
            } else {
                position += 1
            }
        }
    }

    private mutating func colon() {
        let start = position
        position += 1
        if byte(position) == UInt8(ascii: ":") {
            position += 1
            return
        }
        // Directly behind a value a colon divides the bounds of an array slice.
        if let before = byte(start - 1), Self.isNamePart(before) || ":)]\"".utf8.contains(before) { return }
        guard let first = byte(position), Self.isNamePart(first), first != UInt8(ascii: "$"), Self.digit(first) == nil
        else { return }
        while let current = byte(position), Self.isNamePart(current), current != UInt8(ascii: "$") { position += 1 }
        let name = String(decoding: text[(start + 1)..<position], as: UTF8.self)
        names.append(FoundName(offset: start, length: position - start, name: name))
    }

    private mutating func dollar() {
        let start = position
        if let before = byte(start - 1), Self.isNamePart(before) {
            position += 1
            return
        }
        position += 1
        if Self.digit(byte(position)) != nil {
            var number = 0
            while let digit = Self.digit(byte(position)) {
                // Above the protocol's limit it is no placeholder that could be bound; the server says so.
                number = min(number * 10 + digit, 1_000_000)
                position += 1
            }
            found.append(Found(offset: start, length: position - start, number: number))
            return
        }
        while let current = byte(position), Self.isNamePart(current), current != UInt8(ascii: "$") { position += 1 }
        guard byte(position) == UInt8(ascii: "$") else { return }
        position += 1
        skipDollarQuoted(tag: Array(text[start..<position]))
    }

    private mutating func skipDollarQuoted(tag: [UInt8]) {
        while position < text.count {
            if text[position] == tag[0], text[position...].starts(with: tag) {
                position += tag.count
                return
            }
            position += 1
        }
    }
}
