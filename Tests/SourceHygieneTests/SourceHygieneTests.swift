import Testing

/// Reads the package's own sources and holds them to its rules.
@Suite("Source hygiene")
struct SourceHygieneTests {
    private let tree = SourceTree.package

    private func expectNone(_ violations: [Violation], _ location: SourceLocation = #_sourceLocation) {
        for violation in violations { Issue.record("\(violation)", sourceLocation: location) }
    }

    @Test("the sources are found")
    func sourcesAreFound() {
        #expect(tree.sources.contains { $0.path == "Sources/PostgresWire/WireError.swift" })
        #expect(tree.sources.contains { $0.path == "Sources/PostgresPool/PoolState.swift" })
        #expect(tree.texts.contains { $0.path == "Tests/SourceHygieneTests/SourceHygieneTests.swift" })
    }

    @Test("the protocol's core is pure")
    func purity() { expectNone(tree.sources.flatMap(WordRules.purity)) }

    @Test("system calls are made in one file of Transport")
    func transportImports() { expectNone(tree.sources.flatMap(WordRules.transportImports)) }

    @Test("modules import only what lies below them")
    func moduleImports() { expectNone(tree.sources.flatMap(WordRules.moduleImports)) }

    @Test("folders of PostgresWire use only what lies below them")
    func layers() { expectNone(LayerRules.violations(in: tree.sources)) }

    @Test("unsafe code stays in its few files")
    func unsafeCode() { expectNone(tree.sources.flatMap(WordRules.unsafeCode)) }

    @Test("nothing stops the process")
    func traps() { expectNone(tree.sources.flatMap(WordRules.traps)) }

    @Test("unchecked promises give a reason")
    func uncheckedPromises() { expectNone(tree.sources.flatMap(WordRules.uncheckedPromises)) }

    @Test("everything public is documented")
    func documentation() { expectNone(tree.sources.flatMap(DocumentationRule.violations)) }

    @Test("files are short")
    func length() { expectNone(tree.texts.flatMap(TreeRules.length)) }

    @Test("nothing is left unfinished")
    func unfinished() { expectNone(tree.texts.flatMap(TreeRules.unfinished)) }

    @Test("no path of one machine")
    func personalPaths() { expectNone(tree.texts.flatMap(TreeRules.personalPaths)) }

    @Test("no dependency on other packages")
    func dependencies() throws {
        let manifest = try #require(tree.texts.first { $0.path == "Package.swift" })
        expectNone(TreeRules.dependencies(manifest: manifest.text))
    }

    @Test("no C and no binaries")
    func compiledFiles() { expectNone(TreeRules.compiledFiles(paths: tree.paths)) }

    @Test("the top of the package holds the agreed names")
    func topLevel() { expectNone(TreeRules.topLevel(names: tree.topLevel)) }
}
