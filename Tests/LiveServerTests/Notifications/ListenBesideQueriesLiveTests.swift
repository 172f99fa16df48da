import PostgresFixtures
import PostgresPool
import Testing

@Suite(
    "Listening beside queries and transactions",
    .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"), .timeLimit(.minutes(4)))
struct ListenBesideQueriesLiveTests {
    typealias Installation = TemporaryServer.Installation

    @Test(
        "notifications arrive between the answers to other queries, which they do not disturb",
        arguments: LiveServer.installations)
    func queries(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { listening in
            var events = try await listening.listen("busy").makeAsyncIterator()
            try await LiveServer.withConnection(installation) { notifying in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { for number in 0..<300 { try await notifying.notify("busy", "\(number)") } }
                    for task in 0..<4 {
                        group.addTask {
                            for number in 0..<100 {
                                let query: PostgresQuery = "SELECT \(task)::int4 + \(number)::int4"
                                let sum = try await listening.queryOne(query, as: Int.self)
                                #expect(sum == task + number)
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            #expect(try await events.payloads(300) == (0..<300).map(String.init))
        }
    }

    @Test("notifications arrive while rows and COPY data are read", arguments: LiveServer.installations)
    func streams(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { listening in
            var events = try await listening.listen("streams").makeAsyncIterator()
            try await LiveServer.withConnection(installation) { notifying in
                var sum = 0
                for try await number in try await listening.query("SELECT generate_series(1, 2000)").decode(Int.self) {
                    sum += number
                    if number.isMultiple(of: 500) { try await notifying.notify("streams", "row \(number)") }
                }
                #expect(sum == 2_001_000)
                var count = 0
                for try await number in try await listening.copyOut("SELECT generate_series(1, 2000)", as: Int32.self) {
                    count += 1
                    if number.isMultiple(of: 1_000) { try await notifying.notify("streams", "copy \(number)") }
                }
                #expect(count == 2_000)
            }
            #expect(
                try await events.payloads(6)
                    == ["row 500", "row 1000", "row 1500", "row 2000", "copy 1000", "copy 2000"])
        }
    }

    @Test("what is notified during a transaction arrives at its end", arguments: LiveServer.installations)
    func duringTransaction(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { listening in
            let notifications = try await listening.listen("tx")
            var events = notifications.makeAsyncIterator()
            try await LiveServer.withConnection(installation) { notifying in
                try await listening.transaction { tx in
                    try await notifying.notify("tx", "from outside")
                    try await tx.notify("tx", "from inside")
                    try await tx.execute("SELECT 1")
                    let early = Task { try await notifications.payloads.first { _ in true } }
                    try await Task.sleep(for: .milliseconds(50))
                    early.cancel()
                    await #expect(throws: PostgresError.self) { try await early.value }
                }
            }
            // The cancelled iteration has ended the listening.
            #expect(try await events.next() == nil)
            #expect(try await listening.waitUntilListening(on: []))
        }
    }

    @Test(
        "at the end of a transaction come those from outside, then its own, duplicates folded",
        arguments: LiveServer.installations)
    func endOfTransaction(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { listening in
            var events = try await listening.listen("ended tx").makeAsyncIterator()
            try await LiveServer.withConnection(installation) { notifying in
                try await listening.transaction { tx in
                    try await notifying.notify("ended tx", "outside")
                    for payload in ["a", "b", "a", "b", "c"] { try await tx.notify("ended tx", payload) }
                }
                #expect(try await events.payloads(4) == ["outside", "a", "b", "c"])
                struct Refusal: Error {}
                await #expect(throws: Refusal.self) {
                    try await listening.transaction { tx in
                        try await tx.notify("ended tx", "rolled back")
                        throw Refusal()
                    }
                }
                try await notifying.notify("ended tx", "last")
                #expect(try await events.payloads(1) == ["last"])
            }
        }
    }

    @Test("listening is refused while a transaction or rows have the connection", arguments: LiveServer.installations)
    func refused(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            try await connection.transaction { tx in
                let error = try await postgresError { _ = try await connection.listen("inside") }
                #expect(error.code == .connectionBusy && error.nothingWasSent)
                try await tx.execute("SELECT 1")
            }
            try await connection.execute("BEGIN")
            let error = try await postgresError { _ = try await connection.listen("inside") }
            #expect(error.code == .connectionBusy && error.message.contains("transaction"))
            try await connection.execute("COMMIT")
            #expect(try await connection.listeningChannels() == [])
            for try await _ in try await connection.query("SELECT generate_series(1, 2)").decode(Int.self) {
                let busy = try await postgresError { _ = try await connection.listen("inside") }
                #expect(busy.code == .connectionBusy)
            }
            var events = try await connection.listen("inside").makeAsyncIterator()
            try await connection.notify("inside", "works")
            #expect(try await events.payloads(1) == ["works"])
        }
    }

    @Test(
        "UNLISTEN waits for the end of a transaction, so that a rollback cannot undo it",
        arguments: LiveServer.installations)
    func unlistenInTransaction(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            struct Refusal: Error {}
            for isStatement in [false, true] {
                var notifications: PostgresNotifications? = try await connection.listen("later")
                #expect(notifications != nil)
                if isStatement {
                    try await connection.execute("BEGIN")
                    notifications = nil
                    #expect(try await connection.listeningChannels() == ["later"])
                    try await connection.execute("ROLLBACK")
                } else {
                    await #expect(throws: Refusal.self) {
                        try await connection.transaction { tx in
                            notifications = nil
                            let channels = try await tx.query("SELECT pg_listening_channels()", as: String.self)
                            #expect(channels == ["later"])
                            throw Refusal()
                        }
                    }
                }
                #expect(try await connection.waitUntilListening(on: []))
            }
        }
    }

    @Test("a statement that ends all listening is made good, with a gap", arguments: LiveServer.installations)
    func reset(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            var events = try await connection.listen("reset").makeAsyncIterator()
            for statement in ["DISCARD ALL", "UNLISTEN *", "UNLISTEN reset"] {
                try await connection.execute(PostgresQuery(unsafeSQL: statement))
                #expect(try await events.payloads(1) == ["gap: reset"])
                try await connection.notify("reset", statement)
                #expect(try await events.payloads(1) == [statement])
            }
        }
    }

    @Test("any number of listeners come and go while the connection is used, and nothing is left")
    func churn() async throws {
        try await LiveServer.withConnection(try #require(LiveServer.installations.first)) { connection in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<12 {
                    group.addTask {
                        for round in 0..<30 {
                            let channel = "churn \((task + round) % 4)"
                            var events = try await connection.listen(channel, bufferSize: 4_096).makeAsyncIterator()
                            let mine = "\(task) \(round)"
                            try await connection.notify(channel, mine)
                            var isFound = false
                            while !isFound, case .notification(let notification)? = try await events.next() {
                                isFound = notification.payload == mine
                            }
                            #expect(isFound)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await connection.waitUntilListening(on: []))
            #expect(connection.isReusable)
        }
    }
}
