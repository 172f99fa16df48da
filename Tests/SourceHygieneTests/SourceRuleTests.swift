import Testing

/// Shows of each rule what it catches and what it lets pass, on small examples.
@Suite("Source rules")
struct SourceRuleTests {
    private func file(_ path: String, _ text: String) -> SourceText { SourceText(path: "Sources/\(path)", text: text) }

    @Test("comments and texts are no code, interpolations are")
    func blanking() {
        let text = ##"""
            let a = "secret \(value + "inner \(deep)") text" // remark
            let b = #"raw \(kept) \#(code) " quote"# /* one /* two */ still */ + c
            let d = """
                many "lines" \(word)
                """ + e
            """##
        let file = file("X/A.swift", text)
        #expect(Set(file.words.keys) == ["let", "a", "b", "c", "d", "e", "value", "deep", "code", "word"])
        #expect(file.words["word"] == [4])
        #expect(file.hasComment == [true, true, false, false, false])
        #expect(file.code.map { $0.utf8.count } == file.lines.map { $0.utf8.count })
    }

    @Test(
        "purity",
        arguments: [
            ("PostgresWire/Session/A.swift", "import Foundation", 1),
            ("PostgresWire/Session/A.swift", "internal import struct Glibc.timeval", 1),
            ("PostgresWire/Bytes/A.swift", "func read() async {}", 1),
            ("PostgresWire/Crypto/A.swift", "let nonce = UInt8.random(in: 0...255)", 1),
            ("PostgresWire/Messages/A.swift", "let now = ContinuousClock().now; Task { }", 2),
            ("PostgresWire/Messages/A.swift", "// async\nlet asynchronous = \"await\"", 0),
            ("PostgresWire/Connect/A.swift", "import Foundation", 0),
        ])
    func purity(path: String, text: String, count: Int) {
        #expect(WordRules.purity(file(path, text)).count == count)
    }

    @Test(
        "imports of Transport",
        arguments: [
            ("PostgresWire/Transport/Socket.swift", "import Foundation", 1),
            ("PostgresWire/Transport/SystemCalls.swift", "import Foundation", 0),
            ("PostgresWire/Transport/Socket.swift", "import Synchronization", 0),
        ])
    func transportImports(path: String, text: String, count: Int) {
        #expect(WordRules.transportImports(file(path, text)).count == count)
    }

    @Test(
        "imports of modules",
        arguments: [
            ("PostgresDriver/A.swift", "import PostgresPool", 1),
            ("PostgresDriver/A.swift", "public import PostgresWire\nimport Foundation", 0),
            ("PostgresFixtures/A.swift", "@preconcurrency import PostgresDriver", 1),
            ("PostgresPool/A.swift", "@_exported public import PostgresDriver", 0),
            ("PostgresWire/A.swift", "import NIOCore", 1),
            ("Stranger/A.swift", "", 1),
        ])
    func moduleImports(path: String, text: String, count: Int) {
        #expect(WordRules.moduleImports(file(path, text)).count == count)
    }

    @Test(
        "unsafe code",
        arguments: [
            ("PostgresDriver/A.swift", "let x = unsafe pointer.pointee", 1),
            ("PostgresWire/Bytes/ByteReader.swift", "unsafe read()", 1),
            ("PostgresWire/Bytes/ByteWriter.swift", "unsafe read()", 0),
            ("PostgresWire/Transport/A.swift", "unsafe read()", 0),
            (
                "PostgresDriver/A.swift",
                "PostgresQuery(unsafeSQL: sql) // unsafe\nvar c: UnsafeContinuation<Int, Never>", 0
            ),
            ("PostgresDriver/A.swift", "nonisolated(unsafe) var x = 0", 0),
        ])
    func unsafeCode(path: String, text: String, count: Int) {
        #expect(WordRules.unsafeCode(file(path, text)).count == count)
    }

    @Test(
        "traps",
        arguments: [
            ("fatalError(\"no\")", 1), ("precondition(x > 0)", 1), ("let y = try! f()", 1), ("let y = (x as! Int)", 1),
            ("[unowned self]", 1), ("preconditionFailure()", 1), ("assertionFailure()", 1),
            ("let y = try f(); let z = x as Int; if a != b {}", 0), ("// fatalError()\nlet s = \"try! it\"", 0),
            ("try? f(!x) as? Int", 0),
        ])
    func traps(text: String, count: Int) {
        #expect(WordRules.traps(file("PostgresDriver/A.swift", text)).count == count)
    }

    @Test(
        "unchecked promises",
        arguments: [
            ("final class A: @unchecked Sendable {}", 1),
            ("final class A: @unchecked Sendable {}  // all state is in the mutex", 0),
            ("// All state is in the mutex.\n\nfinal class A: @unchecked Sendable {}", 0),
            ("// Too far away.\n\n\nfinal class A: @unchecked Sendable {}", 1),
            ("nonisolated(unsafe) var x = 0", 1),
        ])
    func uncheckedPromises(text: String, count: Int) {
        #expect(WordRules.uncheckedPromises(file("PostgresDriver/A.swift", text)).count == count)
    }

    @Test(
        "layers",
        arguments: [
            ("Bytes", "let x: Frame", 1), ("Messages", "let x: Buffer", 0), ("Session", "let x: Scram; let y: Hash", 0),
            ("Crypto", "let x: Buffer", 1), ("Authentication", "let x: Frame", 0), ("Authentication", "Machine()", 1),
            ("Transport", "let x: Buffer", 0), ("Transport", "let x: Frame", 1), ("TLS", "let x: Socket", 0),
            ("TLS", "let x: Connector", 1), ("Connect", "let x: (Machine, Socket, Frame)", 0),
            ("Bytes", "WireError()", 0),
            ("Bytes", "// Frame\nlet x = \"Machine\"", 0),
            ("Bytes", "enum Inner { struct Frame {} }\nInner.Frame()", 0),
            ("Bytes", "Hidden()", 0), ("Elsewhere", "", 1),
        ])
    func layers(folder: String, text: String, count: Int) {
        let others = [
            ("Bytes/Buffer", "package struct Buffer: ~Copyable {}"), ("Messages/Frame", "public enum Frame { case a }"),
            ("Messages/Hidden", "private struct Hidden {}"), ("Crypto/Hash", "struct Hash {}"),
            ("Authentication/Scram", "struct Scram {}"), ("Session/Machine", "struct Machine {}"),
            ("Transport/Socket", "final class Socket {}"), ("Connect/Connector", "actor Connector {}"),
            ("WireError", "enum WireError {}"),
        ].map { file("PostgresWire/\($0.0).swift", $0.1) }
        let violations = LayerRules.violations(in: others + [file("PostgresWire/\(folder)/Example.swift", text)])
        #expect(violations.count == count, "\(violations)")
    }

    @Test(
        "documentation",
        arguments: [
            ("public struct A {}", 1), ("/// An A.\npublic struct A {}", 0), ("/// An A.\n\npublic struct A {}", 1),
            ("/// An A.\n@inlinable\n@available(macOS 15, *)\npublic func a() {}", 0),
            ("// An A.\npublic var a = 0", 1),
            ("@inlinable public func a() {}", 1), ("public import PostgresWire", 0), ("public extension A {}", 1),
            ("    @available(*, deprecated, renamed: \"b\") public static let a = 0", 1), ("package struct A {}", 0),
            ("final public class A {}", 1), ("let x = isPublic // public", 0),
        ])
    func documentation(text: String, count: Int) {
        #expect(DocumentationRule.violations(in: file("PostgresDriver/A.swift", text)).count == count)
    }

    @Test(
        "length", arguments: [("Sources/A.swift", 400, 0), ("Tests/A.swift", 401, 1), ("Fixtures/a.session", 500, 0)])
    func length(path: String, lines: Int, count: Int) {
        #expect(TreeRules.length(path: path, text: String(repeating: "x\n", count: lines)).count == count)
    }

    @Test(
        "unfinished work",
        arguments: [("// TO" + "DO: later", 1), ("// FIX" + "ME", 1), ("let TO" + "DOLIST = 0", 0), ("// done", 0)])
    func unfinished(text: String, count: Int) {
        #expect(TreeRules.unfinished(path: "README.md", text: "first\n\(text)\n").map(\.line) == [2].suffix(count))
    }

    @Test(
        "paths of one machine",
        arguments: [
            ("see /ho" + "me/me/x", 1), ("/ro" + "ot/x", 1), ("/usr/lib/postgresql", 0), ("home/root", 0),
            ("/ho" + "me/linuxbrew/.linuxbrew/opt", 0),
        ])
    func personalPaths(text: String, count: Int) {
        #expect(TreeRules.personalPaths(path: "README.md", text: text).count == count)
    }

    @Test(
        "dependencies",
        arguments: [
            (#".package(url: "https://example.org/x", from: "1.0.0")"#, 1), ("dependencies: [] // .package(", 0),
        ])
    func dependencies(text: String, count: Int) {
        #expect(TreeRules.dependencies(manifest: text).count == count)
    }

    @Test(
        "compiled files", arguments: [("Sources/X/a.c", 1), ("Tests/x.so", 1), ("Sources/X/a.h", 0), ("Tests/run", 0)])
    func compiledFiles(path: String, count: Int) {
        #expect(TreeRules.compiledFiles(paths: [path]).count == count)
    }

    @Test("the top of the package")
    func topLevel() {
        let names = ["Package.swift", "Sources", "Tests", "README.md", ".git"]
        #expect(TreeRules.topLevel(names: names).isEmpty)
        #expect(TreeRules.topLevel(names: names + ["notes.txt"]).map(\.path) == ["notes.txt"])
        #expect(TreeRules.topLevel(names: ["Sources", "Tests"]).map(\.path) == ["Package.swift"])
    }
}
