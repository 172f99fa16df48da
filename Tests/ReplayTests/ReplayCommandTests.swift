import Foundation
import PostgresFixtures
import PostgresWire
import Testing

/// The command itself, as it was built beside the tests.
@Suite("Replay: the command", .serialized)
struct ReplayCommandTests {
    private static let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("pgfixture")

    private static func process(_ arguments: [String]) -> (Process, Pipe) {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        return (process, pipe)
    }

    private static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let (process, pipe) = process(arguments)
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }

    private static let good = Corpus.path("psql/copy-18")

    static let lines: [([String], Int32, String)] = [
        (["--help"], 0, "usage: pgfixture record"),
        ([], 64, "a command is missing"),
        (["play"], 64, "no command `play`"),
        (["proxy", "--listen", "127.0.0.1:0", "--output", "x"], 64, "--to is missing"),
        (["proxy", "--listen", "nowhere", "--to", "a:1", "--output", "x"], 64, "HOST:PORT"),
        (["proxy", "--listen", "127.0.0.1:0", "--listen", "b:2"], 64, "given twice"),
        (["serve", "--listen", "127.0.0.1:0"], 64, "exactly one recording"),
        (["serve", good, "--listen", "127.0.0.1:0", "--twice"], 64, "no option `--twice`"),
        (["serve", "/nowhere.session", "--listen", "127.0.0.1:0"], 69, "cannot be read"),
        (["serve", good, "--listen", "192.0.2.1:1"], 69, "cannot listen"),
        (["record", "--url", "postgres://u:secret@h/d", "--output", "x", "s.sql"], 64, "password `fixture` only"),
        (["record", "--url", "postgres://u@127.0.0.1:1/d", "--output", "x", "/nowhere.sql"], 69, "cannot be read"),
        (["record", "--url", "postgres://u@127.0.0.1:1/d", "--output", "x", script], 69, "no connection"),
        (["show", good], 0, "> Query \"COPY t FROM STDIN;\""),
        (["verify", good, Corpus.path("startup/scram-18")], 0, ""),
        (["verify", script], 1, "a fixture begins with"),
        (["verify", good, "/nowhere.session"], 69, "cannot be read"),
    ]

    private static let script = Corpus.directory.path + "/scripts/query/simple.sql"

    @Test("every command line ends with its status and says why", arguments: lines)
    func status(_ arguments: [String], _ status: Int32, _ text: String) throws {
        let result = try Self.run(arguments)
        #expect(result.status == status, "\(result.output)")
        #expect(text.isEmpty || result.output.contains(text), "\(result.output)")
    }

    /// Starts a command that listens and reads its output up to where it says on which port.
    private static func listen(_ arguments: [String]) async throws -> (Process, UInt16) {
        let (process, pipe) = process(arguments)
        try process.run()
        let handle = pipe.fileHandleForReading
        let text = await withCheckedContinuation { (continuation: CheckedContinuation<String, Never>) in
            DispatchQueue.global().async {
                var text = ""
                while !text.contains("\n") {
                    let data = handle.availableData
                    if data.isEmpty { break }
                    text += String(decoding: data, as: UTF8.self)
                }
                continuation.resume(returning: text)
            }
        }
        let port = try #require(text.firstMatch(of: #/listening on 127\.0\.0\.1:(\d+)/#).flatMap { UInt16($0.1) })
        return (process, port)
    }

    private static func end(_ process: Process) async -> Int32 {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                process.waitUntilExit()
                continuation.resume(returning: process.terminationStatus)
            }
        }
    }

    @Test("proxy records what serve serves, and both end after one session", .timeLimit(.minutes(5)))
    func proxyAndServe() async throws {
        let output = FileManager.default.temporaryDirectory.appendingPathComponent(
            "proxied-\(UInt32.random(in: .min ... .max)).session"
        ).path
        defer { try? FileManager.default.removeItem(atPath: output) }
        let fixture = try Corpus.fixture("psql/copy-18").withoutMarkedExchange
        let (serve, servePort) = try await Self.listen(["serve", Self.good, "--listen", "127.0.0.1:0", "--once"])
        let (proxy, proxyPort) = try await Self.listen([
            "proxy", "--listen", "127.0.0.1:0", "--to", "127.0.0.1:\(servePort)", "--output", output, "--once",
        ])
        var client = try await RawClient(to: .tcp(host: "127.0.0.1", port: proxyPort))
        try await client.play(fixture)
        #expect(await Self.end(proxy) == 0)
        #expect(await Self.end(serve) == 0)
        #expect(try Self.run(["verify", output]).status == 0)
        #expect(try Fixture(contentsOf: output).messages == fixture.messages)
    }

    @Test("serve ends with 1 where the client differs, and with a signal otherwise", .timeLimit(.minutes(5)))
    func serveFails() async throws {
        let (differing, port) = try await Self.listen(["serve", Self.good, "--listen", "127.0.0.1:0", "--once"])
        var client = try await RawClient(to: .tcp(host: "127.0.0.1", port: port))
        try await client.send(Corpus.fixture("startup/trust-18").messages[0].bytes)
        try await client.receiveToEnd()
        #expect(await Self.end(differing) == 1)
        let (idle, _) = try await Self.listen(["serve", Self.good, "--listen", "127.0.0.1:0"])
        kill(idle.processIdentifier, SIGTERM)
        #expect(await Self.end(idle) == 0)
    }
}
