import Foundation
import PostgresDriver
import PostgresFixtures
import PostgresWire
import Testing

@Suite("Replay: what a changed client is told")
struct ReplayMismatchTests {
    @Test("an added Describe is named with the fixture, the line, what was expected and what was sent")
    func addedDescribe() async throws {
        let fixture = try Corpus.fixture("query/arguments-18")
        var changed = fixture
        let execute = try #require(
            fixture.lines.firstIndex { line in
                if case .message(let message) = line { message.readable.hasPrefix("Execute") } else { false }
            })
        changed.lines.insert(.message(try Fixture.Message(client: .describe(.portal("")))), at: execute)
        let replay = FixtureReplay(fixture)
        var client = RawClient(replay.transport())
        let error = await #expect(throws: SystemError.self) { try await client.play(changed) }
        let mismatch = try #require(replay.mismatch)
        #expect(mismatch.fixture == "arguments-18.session" && mismatch.line == fixture.lineNumber(of: execute))
        #expect(mismatch.expected == #"Execute "" 0"# && mismatch.sent == #"Describe P """#)
        #expect(mismatch.next.first == "Sync")
        let text = mismatch.description
        #expect(text.hasPrefix("arguments-18.session:\(fixture.lineNumber(of: execute)): the client sent 44 where 45"))
        #expect(text.contains("expected: Execute \"\" 0\nsent:     Describe P \"\"\nthen:     Sync"))
        #expect(error?.reason == text)
        // The line of that number in the file is the one that was expected.
        let lines = try String(contentsOfFile: Corpus.path("query/arguments-18"), encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[try #require(mismatch.line) - 1].hasPrefix(#"> Execute "" 0 |"#))
    }

    @Test("the driver's own error says the same", .timeLimit(.minutes(5)))
    func driver() async throws {
        let replay = FixtureReplay(try Corpus.fixture("query/simple-15"))
        let connection = try await PostgresConnection.connect(replay.fixture.configuration, dialer: replay.dialer)
        defer { connection.close() }
        let error = await #expect(throws: PostgresError.self) { try await connection.simpleQuery("SELECT 2") }
        let text = try #require(replay.mismatch).description
        #expect(error?.description.contains("simple-15.session") == true)
        #expect(text.contains("SELECT 1 AS one") && text.contains("SELECT 2"))
    }
}

@Suite("Replay: a test that records itself")
struct FixtureReplaySessionTests {
    private func query(_ session: FixtureSession, _ sql: String = "SELECT 1") async throws -> Int {
        var configuration = session.configuration
        configuration.connectTimeout = nil
        let connection = try await PostgresConnection.connect(configuration, dialer: session.dialer)
        defer { connection.close() }
        return try await connection.queryOne(PostgresQuery(unsafeSQL: sql), as: Int.self)
    }

    @Test("it is recorded where a server is named, then replayed without one", .timeLimit(.minutes(5)))
    func recordThenReplay() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "fixture-session-\(UInt32.random(in: .min ... .max))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let source = directory.appendingPathComponent("SomeTests.swift").path
        let missing = #expect(throws: FixtureError.self) {
            try FixtureSession("one.session", recordingFrom: nil, besides: source)
        }
        #expect(missing?.reason.contains(FixtureSession.variable) == true)

        let server = try await ReplayServer(FixtureReplay(Corpus.fixture("startup/scram-18")))
        async let running: Void = server.run()
        guard case .tcp(_, let port) = server.endpoint else { return }
        let url = "postgres://fixture:fixture@127.0.0.1:\(port)/postgres"
        let recording = try FixtureSession("one.session", recordingFrom: url, besides: source)
        #expect(try await query(recording) == 1)
        try recording.finish()
        server.stop()
        await running

        let replaying = try FixtureSession("one.session", recordingFrom: nil, besides: source)
        #expect(replaying.configuration.password == nil)
        #expect(try await query(replaying) == 1)
        try replaying.finish()

        let changed = try FixtureSession("one.session", recordingFrom: nil, besides: source)
        await #expect(throws: PostgresError.self) { try await query(changed, "SELECT 2") }
        let error = #expect(throws: FixtureError.self) { try changed.finish() }
        #expect(error?.reason.contains("one.session:") == true)

        let idle = try FixtureSession("one.session", recordingFrom: nil, besides: source)
        #expect(throws: FixtureError.self) { try idle.finish() }
    }
}
