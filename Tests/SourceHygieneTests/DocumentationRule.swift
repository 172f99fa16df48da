/// Every public declaration says what it is for.
enum DocumentationRule {
    private static let modifiers: Set = [
        "final", "static", "class", "override", "nonisolated", "indirect", "mutating", "nonmutating", "consuming",
        "borrowing", "required", "convenience", "lazy", "weak", "isolated", "dynamic", "prefix", "postfix", "infix",
    ]

    static func violations(in file: SourceText) -> [Violation] {
        let candidates = Set(file.words["public", default: []] + file.words["open", default: []]).sorted()
        return candidates.compactMap { line in
            guard let declaration = publicDeclaration(file.code[line - 1]) else { return nil }
            if declaration.hasPrefix("extension") {
                return Violation(path: file.path, line: line, problem: "say public on each member, not on an extension")
            }
            guard !isDocumented(line, in: file) else { return nil }
            return Violation(path: file.path, line: line, problem: "no doc comment: public \(declaration)")
        }
    }

    /// What follows `public` if the line begins a public declaration that needs a comment.
    private static func publicDeclaration(_ line: String) -> String? {
        var words = line.split(separator: " ")[...]
        while let word = words.first {
            words.removeFirst()
            if word == "public" || word == "open" {
                let rest = words.joined(separator: " ")
                return words.contains("import") || rest.isEmpty ? nil : rest
            }
            // An attribute's arguments may hold spaces: skip to the closing parenthesis.
            if word.hasPrefix("@") {
                var open = depth(word)
                while open > 0, let next = words.popFirst() { open += depth(next) }
            } else if !modifiers.contains(String(word.prefix { $0 != "(" })) {
                return nil
            }
        }
        return nil
    }

    private static func depth(_ word: Substring) -> Int {
        word.reduce(0) { $1 == "(" ? $0 + 1 : $1 == ")" ? $0 - 1 : $0 }
    }

    /// Whether a `///` stands above, with only attributes and conditions between.
    private static func isDocumented(_ line: Int, in file: SourceText) -> Bool {
        var index = line - 2
        while index >= 0 {
            let text = file.lines[index].drop { $0 == " " }
            if text.hasPrefix("///") { return true }
            let isBetween =
                text.hasPrefix("@") || text.hasPrefix("#if") || text.hasPrefix("#else") || text.hasPrefix("// ")
            guard isBetween else { return false }
            index -= 1
        }
        return false
    }
}
