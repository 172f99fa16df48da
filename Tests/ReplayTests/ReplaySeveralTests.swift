import PostgresFixtures
import PostgresPool
import PostgresWire
import Testing

@Suite("Replay: several connections", .timeLimit(.minutes(5)))
struct ReplaySeveralTests {
    private static let note = BackendMessage.notificationResponse(
        PostgresNotification(processID: 1, channel: "jobs", payload: "new"))

    /// One connection listens; it is notified when the other one has sent its query.
    private func folder() throws -> SessionFolder {
        let folder = try SessionFolder()
        let done = [try server(.commandComplete(CommandTag("LISTEN"))), try server(.readyForQuery(.idle))]
        try folder.write(
            "several.1.session",
            [try client(.query(#"LISTEN "jobs""#))] + done
                + [.after(connection: 2, messages: 2), try server(Self.note)])
        try folder.write(
            "several.2.session",
            [
                try client(.query("NOTIFY jobs")), try server(.commandComplete(CommandTag("NOTIFY"))),
                try server(.readyForQuery(.idle)),
            ])
        return folder
    }

    private func open(_ session: FixtureSession) async throws -> any Transport {
        try await session.dialer.open(.tcp(host: "fixture", port: 1), .default) { _ in }
    }

    private func send(_ line: Fixture.Line, _ transport: any Transport) throws {
        guard case .message(let message) = line else { return }
        #expect(try transport.send(message.bytes.rawSpan) == message.bytes.count)
    }

    /// The kinds of the messages that can be read now.
    private func read(_ transport: any Transport) throws -> String {
        var buffer = ReceiveBuffer()
        while case .bytes = try transport.receive(into: &buffer, needed: 5) {}
        return String(try backendMessages(buffer.unread.array).map { Character(UnicodeScalar($0.kind.rawValue)) })
    }

    @Test("what came because another connection had sent something waits for that", arguments: [true, false])
    func order(_ listenerIsFirst: Bool) async throws {
        let session = try folder().session()
        // Which connection is which is known by what it sends.
        let opened = [try await open(session), try await open(session)]
        let (listener, other) = listenerIsFirst ? (opened[0], opened[1]) : (opened[1], opened[0])
        for transport in opened {
            try send(.message(SessionFolder.startup), transport)
            #expect(try read(transport) == "RZ")
        }
        try send(client(.query(#"LISTEN "jobs""#)), listener)
        #expect(try read(listener) == "CZ")
        #expect(try read(listener) == "")
        async let waiting: Void = listener.wait(sending: false)
        try send(client(.query("NOTIFY jobs")), other)
        await waiting
        #expect(try read(listener) == "A")
        #expect(try read(other) == "CZ")
        for transport in opened {
            try send(client(.terminate), transport)
            transport.close()
        }
        try session.finish()
    }

    @Test("a listener that nobody waits on is told all the same")
    func idle() async throws {
        let session = try folder().session()
        let listener = try await PostgresConnection.connect(session.configuration, dialer: session.dialer)
        let other = try await PostgresConnection.connect(session.configuration, dialer: session.dialer)
        var events = try await listener.listen("jobs").makeAsyncIterator()
        try await other.simpleQuery("NOTIFY jobs")
        let event = try await events.next()
        #expect(event == .notification(PostgresNotification(processID: 1, channel: "jobs", payload: "new")))
        // Closed first, so that no UNLISTEN is sent.
        listener.close()
        other.close()
        try session.finish()
    }

    @Test(
        "a client's listener says goodbye and nothing else, whether its reader or the client ends first",
        arguments: [true, false])
    func listenerOfClient(_ readerEndsFirst: Bool) async throws {
        let folder = try folder()
        // More than once, because an UNLISTEN would be sent by another task and might come too late.
        for _ in 1...20 {
            let session = try folder.session()
            let client = try PostgresClient(session.configuration, dialer: session.dialer)
            let events = try await client.run { db in
                let events = try await db.listen("jobs")
                _ = try await db.withConnection { try await $0.simpleQuery("NOTIFY jobs") }
                #expect(try await events.first { _ in true } != nil)
                return readerEndsFirst ? nil : events
            }
            try withExtendedLifetime(events) { try session.finish() }
        }
    }

    @Test("one that differs ends the others, and the test says where")
    func mismatch() async throws {
        let session = try folder().session()
        let listener = try await PostgresConnection.connect(session.configuration, dialer: session.dialer)
        let other = try await PostgresConnection.connect(session.configuration, dialer: session.dialer)
        var events = try await listener.listen("jobs").makeAsyncIterator()
        await #expect(throws: PostgresError.self) { try await other.simpleQuery("NOTIFY work") }
        let end = await #expect(throws: PostgresError.self) { try await events.next() }
        #expect(end?.description.contains("several.2.session") == true)
        let late = await #expect(throws: PostgresError.self) {
            try await PostgresConnection.connect(session.configuration, dialer: session.dialer)
        }
        #expect(late?.description.contains("NOTIFY work") == true)
        let error = #expect(throws: FixtureError.self) { try session.finish() }
        #expect(error?.reason.contains("several.2.session:") == true)
    }

    @Test("one that stays away is named by those who wait for it")
    func patience() async throws {
        let session = try folder().session(options: ReplayOptions(patience: .milliseconds(20)))
        let transport = try await open(session)
        try send(.message(SessionFolder.startup), transport)
        #expect(try read(transport) == "RZ")
        try send(client(.query(#"LISTEN "jobs""#)), transport)
        #expect(try read(transport) == "CZ")
        await transport.wait(sending: false)
        #expect(throws: SystemError.self) { try read(transport) }
        let error = #expect(throws: FixtureError.self) { try session.finish() }
        #expect(error?.reason.contains("its connection 2 send something first") == true)
    }

    @Test("there are no more connections than were recorded, and no fewer")
    func count() async throws {
        let session = try folder().session()
        for _ in 1...2 { _ = try await open(session) }
        let error = await #expect(throws: PostgresError.self) { try await open(session) }
        #expect(error?.message.contains("2 connections were recorded") == true)
        let end = #expect(throws: FixtureError.self) { try session.finish() }
        #expect(end?.reason.contains("2 connections were recorded") == true)
    }

    @Test("each connection gets a file, and says what came before on the others")
    func recording() async throws {
        let folder = try SessionFolder()
        let server = try await ReplayServer(FixtureReplay(Corpus.fixture("query/cached-18")))
        async let running: Void = server.run()
        guard case .tcp(_, let port) = server.endpoint else { return }
        let url = "postgres://fixture:fixture@127.0.0.1:\(port)/postgres"
        let queries = try Corpus.script("query/cached-18").steps.map { PostgresQuery(unsafeSQL: $0.sql) }

        func run(_ session: FixtureSession, connections count: Int, reversed: Bool = false) async throws {
            var connections: [PostgresConnection] = []
            for _ in 0..<count {
                connections.append(try await PostgresConnection.connect(session.configuration, dialer: session.dialer))
            }
            if reversed { connections.reverse() }
            for query in queries {
                for connection in connections { try await connection.execute(query) }
            }
            for connection in connections { connection.close() }
            try session.finish()
        }

        try await run(folder.session(recordingFrom: url), connections: 3)
        #expect(try folder.names == ["several.1.session", "several.2.session", "several.3.session"])
        // Each is asked after the one before it, four times; the first, the first time, before any other.
        for (number, others, count) in [(1, [2, 3], 6), (2, [1, 3], 7), (3, [1, 2], 8)] {
            let fixture = try folder.fixture("several.\(number).session")
            let orders = fixture.lines.compactMap { if case .after(let other, _) = $0 { other } else { nil } }
            #expect(Set(orders) == Set(others))
            #expect(orders.count == count)
        }
        try await run(folder.session(), connections: 3)
        try await run(folder.session(), connections: 3, reversed: true)

        try await run(folder.session(recordingFrom: url), connections: 2)
        #expect(try folder.names == ["several.1.session", "several.2.session"])
        try await run(folder.session(recordingFrom: url), connections: 1)
        #expect(try folder.names == ["several.session"])
        try await run(folder.session(), connections: 1)
        try await run(folder.session(recordingFrom: url), connections: 2)
        #expect(try folder.names == ["several.1.session", "several.2.session"])
        server.stop()
        await running
    }
}
