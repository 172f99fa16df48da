extension PostgresQuery {
    /// Whether the text begins with a word, given in capitals.
    func begins(with word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        let text = sql.utf8.drop { $0 <= 32 }.prefix(length + 1)
        guard let behind = text.dropFirst(length).first, behind <= 32 || behind == UInt8(ascii: "(") else {
            return false
        }
        return text.prefix(length).elementsEqual("\(word)".utf8) { ($0 & 0xdf) == $1 }
    }

    /// Whether what the query does may outlive its failure: a procedure may commit what it did.
    var mayCommit: Bool {
        // What a comment hides is not looked for.
        let start = sql.utf8.drop { $0 <= 32 }.prefix(2)
        return begins(with: "CALL") || start.elementsEqual("--".utf8) || start.elementsEqual("/*".utf8)
    }
}
