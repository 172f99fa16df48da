/// The folders of PostgresWire use each other in one direction, which one module cannot make the compiler check.
///
/// A use is the whole word of a type that another folder declares at the top of a file.
enum LayerRules {
    /// Whose types a folder may mention beside its own and those at the module's root.
    static let uses: [String: Set<String>] = [
        "Bytes": [],
        "Messages": ["Bytes"],
        "Crypto": [],
        "Authentication": ["Bytes", "Messages", "Crypto"],
        "Session": ["Bytes", "Messages", "Crypto", "Authentication"],
        "Transport": ["Bytes"],
        "TLS": ["Bytes", "Transport"],
    ]
    /// Folders that may mention everything; the empty name is the module's root.
    static let unrestricted: Set = ["Connect", ""]

    static func violations(in files: [SourceText]) -> [Violation] {
        let wire = files.compactMap { file in file.folder(in: "PostgresWire").map { (folder: $0, file: file) } }
        var owners: [String: Set<String>] = [:]
        var declared: [String: Set<String>] = [:]
        for (folder, file) in wire {
            let types = typeNames(of: file)
            for name in types.top { owners[name, default: []].insert(folder) }
            declared[folder, default: []].formUnion(types.all)
        }
        var result: [Violation] = []
        for (folder, file) in wire {
            if unrestricted.contains(folder) { continue }
            guard let allowed = uses[folder] else {
                result.append(Violation(path: file.path, line: 1, problem: "folder \(folder) has no layer rule"))
                continue
            }
            let reachable = allowed.union([folder, ""])
            for (word, lines) in file.words {
                guard let homes = owners[word], homes.isDisjoint(with: reachable) else { continue }
                // A nested type of the folder's own may have the same name.
                if declared[folder]?.contains(word) == true { continue }
                let home = homes.sorted().joined(separator: ", ")
                for line in lines {
                    let problem = "\(folder) must not use \(word) of \(home)"
                    result.append(Violation(path: file.path, line: line, problem: problem))
                }
            }
        }
        return result.sorted { ($0.path, $0.line) < ($1.path, $1.line) }
    }

    /// The types a file declares: those that other files can name without a prefix, and all.
    static func typeNames(of file: SourceText) -> (top: Set<String>, all: Set<String>) {
        let kinds: Set = ["struct", "class", "enum", "protocol", "actor", "typealias"]
        var top: Set<String> = []
        var all: Set<String> = []
        var depth = 0
        for line in file.code {
            // Types of a line with several stand between its braces.
            for piece in line.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "{" || $0 == "}" }) {
                let words = SourceText.words(in: piece.utf8)
                // What follows in `class func` and `import struct` is no type.
                if let position = words.firstIndex(where: kinds.contains), position + 1 < words.count,
                    words[position + 1].first?.isUppercase == true, !words[..<position].contains("import")
                {
                    let name = words[position + 1]
                    all.insert(name)
                    if depth == 0, !words[..<position].contains(where: { $0.hasSuffix("private") }) { top.insert(name) }
                }
                guard piece.endIndex < line.endIndex else { continue }
                depth += line[piece.endIndex] == "{" ? 1 : -1
            }
        }
        return (top, all)
    }
}
