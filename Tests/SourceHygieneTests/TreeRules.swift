/// Rules about whole files and where they lie.
enum TreeRules {
    static let longestFile = 400
    static let topLevelNames: Set = [
        "Package.swift", "Sources", "Tests", "Fixtures", "Benchmarks", "README.md", "LICENSE",
    ]
    private static let compiledSuffixes = [
        "c", "cc", "cpp", "cxx", "m", "mm", "s", "S", "asm", "o", "a", "so", "dylib", "dll",
    ]
    // In pieces, so that the rules can read themselves.
    private static let unfinishedWords = ["TO" + "DO", "FIX" + "ME"]
    private static let personalFolders = ["/ro" + "ot/", "/ho" + "me/"]
    /// Homebrew's fixed place on Linux, the same on every machine.
    private static let commonFolder = "/ho" + "me/linuxbrew/"

    /// A file does one thing and can be read at one sitting.
    static func length(path: String, text: String) -> [Violation] {
        guard path.hasSuffix(".swift"), ["Sources/", "Tests/", "Benchmarks/"].contains(where: path.hasPrefix)
        else { return [] }
        let count = text.utf8.reduce(0) { $0 + ($1 == 0x0a ? 1 : 0) }
        guard count > longestFile else { return [] }
        return [
            Violation(path: path, line: longestFile + 1, problem: "\(count) lines, at most \(longestFile) are allowed")
        ]
    }

    /// Whatever is unfinished is finished or written down elsewhere.
    static func unfinished(path: String, text: String) -> [Violation] {
        lines(of: text, containing: unfinishedWords).filter { line in
            SourceText.words(in: line.text.utf8).contains(where: unfinishedWords.contains)
        }.map { Violation(path: path, line: $0.number, problem: "unfinished: \($0.text)") }
    }

    /// A path of the machine that somebody worked on means nothing elsewhere.
    static func personalPaths(path: String, text: String) -> [Violation] {
        lines(of: text.replacing(commonFolder, with: ""), containing: personalFolders).map {
            Violation(path: path, line: $0.number, problem: "a path of one machine: \($0.text)")
        }
    }

    /// The package needs no other package.
    static func dependencies(manifest: String) -> [Violation] {
        SourceText(path: "Package.swift", text: manifest).code.enumerated().filter { $0.element.contains(".package(") }
            .map {
                Violation(path: "Package.swift", line: $0.offset + 1, problem: "the package must depend on no other")
            }
    }

    /// Swift only; headers for module maps are not compiled.
    static func compiledFiles(paths: [String]) -> [Violation] {
        paths.filter { path in
            guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return false }
            return compiledSuffixes.contains(String(path[path.index(after: dot)...]))
        }.map { Violation(path: $0, line: 1, problem: "neither C nor binaries belong into the tree") }
    }

    /// The top of the package stays small.
    static func topLevel(names: [String]) -> [Violation] {
        let strange = names.filter { !$0.hasPrefix(".") && !topLevelNames.contains($0) }
        let missing = ["Package.swift", "Sources", "Tests"].filter { !names.contains($0) }
        return strange.map { Violation(path: $0, line: 1, problem: "does not belong at the top of the package") }
            + missing.map { Violation(path: $0, line: 1, problem: "is missing at the top of the package") }
    }

    private static func lines(of text: String, containing words: [String]) -> [(number: Int, text: String)] {
        // Most files hold none of them: find that out without splitting.
        guard words.contains(where: text.contains) else { return [] }
        return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().filter { line in
            words.contains { line.element.contains($0) }
        }.map { ($0.offset + 1, String($0.element)) }
    }
}
