/// Rules about words and imports in one file.
enum WordRules {
    /// Folders of PostgresWire that are plain computation.
    static let pureFolders: Set = ["Bytes", "Messages", "Crypto", "Authentication", "Session"]
    static let systemModules: Set = [
        "Foundation", "FoundationEssentials", "Glibc", "Darwin", "Musl", "Android", "Dispatch", "LinuxEpoll",
    ]
    static let impureWords = [
        "async", "await", "Task", "Clock", "ContinuousClock", "SuspendingClock", "random",
        "SystemRandomNumberGenerator",
    ]
    static let trapWords = [
        "fatalError", "precondition", "preconditionFailure", "assertionFailure", "unowned",
    ]
    static let whereUnsafeIsAllowed = [
        "Sources/PostgresWire/Transport/", "Sources/PostgresWire/TLS/", "Sources/PostgresWire/Bytes/ByteWriter.swift",
        "Sources/PostgresWire/Bytes/ReceiveBuffer.swift", "Sources/LinuxEpoll/",
    ]
    /// What each target may import.
    static let allowedImports: [String: Set<String>] = [
        "PostgresWire": ["Foundation", "FoundationEssentials", "Synchronization", "LinuxEpoll"],
        "PostgresDriver": ["PostgresWire", "Foundation", "FoundationEssentials", "Synchronization"],
        "PostgresPool": ["PostgresDriver", "PostgresWire", "Foundation", "FoundationEssentials", "Synchronization"],
        "PostgresFixtures": ["PostgresWire", "Foundation", "FoundationEssentials", "Synchronization"],
        "pgfixture": ["PostgresFixtures", "PostgresDriver", "PostgresWire", "Foundation", "Synchronization"],
    ]

    /// The modules a file imports, with the line of each.
    static func imports(of file: SourceText) -> [(module: String, line: Int)] {
        let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        return (file.words["import"] ?? []).compactMap { line in
            let words = SourceText.words(in: file.code[line - 1].utf8)
            guard let position = words.firstIndex(of: "import") else { return nil }
            return words[(position + 1)...].first { !kinds.contains($0) }.map { ($0, line) }
        }
    }

    /// Bytes, Messages, Crypto, Authentication and Session import no system, wait for nothing and throw no dice.
    static func purity(_ file: SourceText) -> [Violation] {
        guard let folder = file.folder(in: "PostgresWire"), pureFolders.contains(folder) else { return [] }
        let imported = imports(of: file).filter { systemModules.contains($0.module) }.map {
            Violation(path: file.path, line: $0.line, problem: "\(folder) is pure and must not import \($0.module)")
        }
        return imported + found(impureWords, in: file) { "\(folder) is pure and must not say \($0)" }
    }

    /// Sockets are called in one file of Transport only.
    static func transportImports(_ file: SourceText) -> [Violation] {
        guard file.folder(in: "PostgresWire") == "Transport", !file.path.hasSuffix("/SystemCalls.swift") else {
            return []
        }
        // A poller is its system's own readiness call, and nothing else.
        let pollers = ["EpollPoller.swift": "LinuxEpoll", "KqueuePoller.swift": "Foundation"]
        let allowed = pollers.first { file.path.hasSuffix("/\($0.key)") }?.value
        return imports(of: file).filter { systemModules.contains($0.module) && $0.module != allowed }.map {
            Violation(path: file.path, line: $0.line, problem: "only SystemCalls.swift may import \($0.module)")
        }
    }

    /// Modules depend on each other in one direction.
    static func moduleImports(_ file: SourceText) -> [Violation] {
        let parts = file.path.split(separator: "/")
        guard parts.count > 2, parts[0] == "Sources" else { return [] }
        let target = String(parts[1])
        guard let allowed = allowedImports[target] else {
            return [Violation(path: file.path, line: 1, problem: "target \(target) has no import rule")]
        }
        return imports(of: file).filter { !allowed.contains($0.module) }.map {
            Violation(path: file.path, line: $0.line, problem: "\(target) must not import \($0.module)")
        }
    }

    /// Unsafe memory stays in the few files that are read with that in mind.
    static func unsafeCode(_ file: SourceText) -> [Violation] {
        guard !whereUnsafeIsAllowed.contains(where: file.path.hasPrefix) else { return [] }
        return (file.words["unsafe"] ?? []).filter { !file.code[$0 - 1].contains("nonisolated(unsafe)") }.map {
            Violation(path: file.path, line: $0, problem: "unsafe code is not allowed in this file")
        }
    }

    /// Nothing stops the process: what a server or a user sends is an error, not a crash.
    static func traps(_ file: SourceText) -> [Violation] {
        var result = found(trapWords, in: file) { "\($0) can stop the process" }
        for word in ["try", "as"] {
            for line in file.words[word] ?? [] where contains(word + "!", in: file.code[line - 1]) {
                result.append(Violation(path: file.path, line: line, problem: "\(word)! can stop the process"))
            }
        }
        return result
    }

    /// A promise that the compiler cannot check says beside it why it holds.
    static func uncheckedPromises(_ file: SourceText) -> [Violation] {
        var result: [Violation] = []
        for (index, line) in file.code.enumerated() {
            for promise in ["@unchecked Sendable", "nonisolated(unsafe)"] where line.contains(promise) {
                if !file.hasComment[max(0, index - 2)...index].contains(true) {
                    result.append(Violation(path: file.path, line: index + 1, problem: "\(promise) without a reason"))
                }
            }
        }
        return result
    }

    private static func found(
        _ words: [String], in file: SourceText, problem: (String) -> String
    ) -> [Violation] {
        words.flatMap { word in
            (file.words[word] ?? []).map { Violation(path: file.path, line: $0, problem: problem(word)) }
        }
    }

    /// Whether `phrase` begins with a whole word there.
    private static func contains(_ phrase: String, in line: String) -> Bool {
        line.split(whereSeparator: { " (=,:[{&;".contains($0) }).contains { $0.hasPrefix(phrase) }
    }
}
