extension PostgresQuery {
    /// The word that the text begins with in upper case, behind white space, comments and empty statements.
    var firstWord: String {
        let text = sql.utf8
        var position = text.startIndex
        // The depth of the comments that the position is in, because they nest.
        var depth = 0
        while position < text.endIndex {
            let rest = text[position...]
            if rest.starts(with: "/*".utf8) {
                depth += 1
                position = text.index(position, offsetBy: 2)
            } else if depth > 0 {
                let isEnd = rest.starts(with: "*/".utf8)
                if isEnd { depth -= 1 }
                position = text.index(position, offsetBy: isEnd ? 2 : 1)
            } else if rest.starts(with: "--".utf8) {
                position = rest.firstIndex { $0 == 0x0a || $0 == 0x0d } ?? text.endIndex
            } else if Self.isBlank(text[position]) || text[position] == UInt8(ascii: ";") {
                position = text.index(after: position)
            } else {
                break
            }
        }
        let word = text[position...].prefix { 0x41...0x5a ~= $0 & 0xdf && $0 < 0x80 }
        return String(decoding: word.map { $0 & 0xdf }, as: UTF8.self)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0d ~= byte }

    /// Whether the columns of the result depend on what a name in the text means when it runs.
    ///
    /// The server does not notice that such a statement was described when the name meant something else.
    var hasColumnsOfEachRun: Bool {
        switch firstWord {
        case "FETCH", "EXECUTE": true
        default: false
        }
    }

    /// Whether what the query does may outlive its failure: a procedure may commit what it did.
    var mayCommit: Bool { firstWord == "CALL" }
}
