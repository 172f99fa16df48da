import PostgresFixtures
import PostgresPool
import Testing

@Suite(
    "Listening on a connection", .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"),
    .timeLimit(.minutes(4)))
struct ListenLiveTests {
    typealias Installation = TemporaryServer.Installation

    /// A connection that listens and one that notifies.
    private func withPair(
        _ installation: Installation,
        _ body: nonisolated(nonsending) (PostgresConnection, PostgresConnection) async throws -> Void
    ) async throws {
        try await LiveServer.withConnection(installation) { listening in
            try await LiveServer.withConnection(installation) { notifying in try await body(listening, notifying) }
        }
    }

    @Test(
        "what others notify arrives while the connection is idle, with its sender",
        arguments: LiveServer.installations)
    func idle(_ installation: Installation) async throws {
        try await withPair(installation) { listening, notifying in
            var events = try await listening.listen("idle").makeAsyncIterator()
            let sender = try await notifying.queryOne("SELECT pg_backend_pid()", as: Int32.self)
            for payload in ["first", "second"] {
                try await notifying.notify("idle", payload)
                let event = try await events.next()
                #expect(
                    event == .notification(PostgresNotification(processID: sender, channel: "idle", payload: payload)))
            }
            // `notify` and NOTIFY are the same.
            try await notifying.execute("NOTIFY idle, 'third'")
            #expect(try await events.payloads(1) == ["third"])
        }
    }

    @Test("a session hears itself", arguments: LiveServer.installations)
    func own(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            var events = try await connection.listen("own").makeAsyncIterator()
            let own = try await connection.queryOne("SELECT pg_backend_pid()", as: Int32.self)
            try await connection.notify("own")
            let event = try await events.next()
            #expect(event == .notification(PostgresNotification(processID: own, channel: "own", payload: "")))
        }
    }

    @Test(
        "payloads from none to the longest arrive whole; a longer one is refused",
        arguments: LiveServer.installations)
    func payloads(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            var events = try await connection.listen("sizes").makeAsyncIterator()
            let payloads = ["", "x", "ünïcødé 🐘", "quote ' and \\ and $1", String(repeating: "p", count: 7_999)]
            for payload in payloads { try await connection.notify("sizes", payload) }
            #expect(try await events.payloads(payloads.count) == payloads)
            let error = try await postgresError {
                try await connection.notify("sizes", String(repeating: "p", count: 8_000))
            }
            #expect(error.server?.sqlState == .invalidParameterValue)
            try await connection.notify("sizes", "still here")
            #expect(try await events.payloads(1) == ["still here"])
        }
    }

    static let names = [
        "plain", "UpperCase", #"quote"d"#, #"""#, "a'b", "$1", "$$", "$tag$", "semi;colon",
        #"x"; DROP TABLE users; --"#,
        "new\nline", "tab\t", " blanks ", "ünïcødé", "🐘", "select", String(repeating: "n", count: 63),
        String(repeating: "ä", count: 31),
    ]

    @Test("channels have any name, taken as it is", arguments: LiveServer.installations)
    func names(_ installation: Installation) async throws {
        try await withPair(installation) { listening, notifying in
            var iterators: [String: PostgresNotifications.Iterator] = [:]
            for name in Self.names { iterators[name] = try await listening.listen(name).makeAsyncIterator() }
            #expect(try await Set(listening.listeningChannels()) == Set(Self.names))
            for name in Self.names { try await notifying.notify(name, "for \(name)") }
            for name in Self.names {
                guard case .notification(let notification)? = try await iterators[name]?.next() else {
                    Issue.record("no notification on \(name)")
                    continue
                }
                #expect(notification.channel == name && notification.payload == "for \(name)")
            }
            iterators = [:]
            #expect(try await listening.waitUntilListening(on: []))
        }
    }

    @Test("a name is not folded to lower case, as an unquoted one in SQL is", arguments: LiveServer.installations)
    func folding(_ installation: Installation) async throws {
        try await withPair(installation) { listening, notifying in
            var upper = try await listening.listen("Folded").makeAsyncIterator()
            var lower = try await listening.listen("folded").makeAsyncIterator()
            try await notifying.execute("NOTIFY Folded, 'unquoted'")
            try await notifying.execute("NOTIFY \"Folded\", 'quoted'")
            #expect(try await lower.payloads(1) == ["unquoted"])
            #expect(try await upper.payloads(1) == ["quoted"])
        }
    }

    @Test(
        "names that the server would cut off, or cannot have, are refused before anything is sent",
        arguments: ["", String(repeating: "n", count: 64), String(repeating: "ä", count: 32), "nul\0name"])
    func badNames(_ name: String) async throws {
        try await LiveServer.withConnection(try #require(LiveServer.installations.first)) { connection in
            let listening = try await postgresError { _ = try await connection.listen(name) }
            let notifying = try await postgresError { try await connection.notify(name, "x") }
            for error in [listening, notifying] {
                #expect(error.code == .invalidQuery && error.nothingWasSent && error.message.contains("channel"))
                #expect(error.file?.hasSuffix("ListenLiveTests.swift") == true)
            }
            let payload = try await postgresError { try await connection.notify("fine", "nul\0payload") }
            #expect(payload.code == .invalidQuery && payload.nothingWasSent)
            #expect(try await connection.listeningChannels() == [])
        }
    }

    @Test(
        "several listeners share a channel: LISTEN for the first, UNLISTEN behind the last",
        arguments: LiveServer.installations)
    func counted(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            var first: PostgresNotifications.Iterator? = try await connection.listen("a").makeAsyncIterator()
            var second: PostgresNotifications? = try await connection.listen("a")
            var other = try await connection.listen("b").makeAsyncIterator()
            #expect(try await connection.listeningChannels() == ["a", "b"])
            try await connection.notify("a", "both")
            #expect(try await first?.payloads(1) == ["both"])
            first = nil
            try await connection.notify("a", "second only")
            var rest = try #require(second).makeAsyncIterator()
            #expect(try await rest.payloads(2) == ["both", "second only"])
            #expect(try await connection.listeningChannels() == ["a", "b"])
            rest = other
            second = nil
            #expect(try await connection.waitUntilListening(on: ["b"]))
            // And again, on a session that listened before.
            var third = try await connection.listen("a").makeAsyncIterator()
            try await connection.notify("a", "third")
            try await connection.notify("b", "other")
            #expect(try await third.payloads(1) == ["third"])
            #expect(try await other.payloads(1) == ["other"])
        }
    }

    @Test("leaving the loop ends the listening", arguments: LiveServer.installations)
    func leaving(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            for round in 0..<3 {
                try await connection.simpleQuery("SELECT 1")
                let events = Task {
                    for try await payload in try await connection.listen("left").payloads { return payload }
                    return ""
                }
                #expect(try await connection.waitUntilListening(on: ["left"]))
                try await connection.notify("left", "\(round)")
                #expect(try await events.value == "\(round)")
                #expect(try await connection.waitUntilListening(on: []))
            }
        }
    }

    @Test("a cancelled task stops listening at once, and the server too", arguments: LiveServer.installations)
    func cancelled(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            for _ in 0..<20 {
                let reader = Task { () throws -> Int in
                    var count = 0
                    for try await _ in try await connection.listen("cancelled") { count += 1 }
                    return count
                }
                if Bool.random() { #expect(try await connection.waitUntilListening(on: ["cancelled"])) }
                reader.cancel()
                let error = try await postgresError { _ = try await reader.value }
                #expect(error.code == .cancelled)
                #expect(try await connection.waitUntilListening(on: []))
            }
        }
    }

    @Test("a slow reader loses the oldest, and is told", arguments: LiveServer.installations)
    func slow(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            var small = try await connection.listen("slow", bufferSize: 3).makeAsyncIterator()
            var large = try await connection.listen("slow").makeAsyncIterator()
            for number in 1...10 { try await connection.notify("slow", "\(number)") }
            #expect(try await large.payloads(10) == (1...10).map(String.init))
            #expect(try await small.payloads(4) == ["gap: overflow", "8", "9", "10"])
            try await connection.execute("SELECT pg_notify('slow', n::text) FROM generate_series(1, 3000) n")
            #expect(try await large.payloads(2) == ["gap: overflow", "\(3000 - 1024 + 1)"])
            try await connection.notify("slow", "after")
            #expect(try await small.payloads(4) == ["gap: overflow", "2999", "3000", "after"])
        }
    }

    @Test(
        "a session that listens to nothing is left alone, and one that ends throws",
        arguments: LiveServer.installations)
    func end(_ installation: Installation) async throws {
        try await withPair(installation) { listening, notifying in
            var events = try await listening.listen("end").makeAsyncIterator()
            let own = try await listening.queryOne("SELECT pg_backend_pid()", as: Int32.self)
            try await notifying.notify("end", "last words")
            try await notifying.notify("nobody", "listens")
            #expect(try await events.payloads(1) == ["last words"])
            try await notifying.execute("SELECT pg_terminate_backend(\(own))")
            let error = try await postgresError { _ = try await events.next() }
            #expect(error.code == .connectionClosed && error.server?.sqlState == .adminShutdown)
            #expect(try await events.next() == nil)
            let late = try await postgresError { _ = try await listening.listen("end") }
            #expect(late.code == .connectionClosed && late.nothingWasSent)
        }
    }

    @Test("closing the connection ends what is listening, and what comes too late", arguments: LiveServer.installations)
    func closed(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            let notifications = try await connection.listen("closed")
            let reader = Task { for try await _ in notifications {} }
            connection.close()
            let error = try await postgresError { try await reader.value }
            #expect(error.code == .connectionClosed)
        }
    }

    @Test("a connection that breaks while a query reads ends its listeners too")
    func brokenInQuery() async throws {
        try await withPair(try #require(LiveServer.installations.first)) { listening, notifying in
            var events = try await listening.listen("broken").makeAsyncIterator()
            let own = try await listening.queryOne("SELECT pg_backend_pid()", as: Int32.self)
            let query = Task { try await listening.execute("SELECT pg_sleep(600)") }
            for _ in 0..<1_000 {
                let state = try await notifying.queryOptional(
                    "SELECT state FROM pg_stat_activity WHERE pid = \(own) AND wait_event = 'PgSleep'", as: String.self)
                if state != nil { break }
            }
            try await notifying.execute("SELECT pg_terminate_backend(\(own))")
            _ = try await postgresError { _ = try await query.value }
            let error = try await postgresError { _ = try await events.next() }
            #expect(error.code == .connectionClosed)
        }
    }
}
