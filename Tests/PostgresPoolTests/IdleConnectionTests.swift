import PostgresPool
import Synchronization
import Testing

@Suite("Connections that lie idle in a pool", .timeLimit(.minutes(1)))
struct IdleConnectionTests {
    /// Keeps a loop from everything else until it is told to go on.
    final class Gate: Sendable {
        private let isShut = Atomic<Bool>(false)
        private let mayGoOn = Atomic<Bool>(false)

        func shut(_ loop: EventLoop) async {
            _ = loop.schedule(after: 0) {
                self.isShut.store(true, ordering: .sequentiallyConsistent)
                while !self.mayGoOn.load(ordering: .sequentiallyConsistent) {}
            }
            while !isShut.load(ordering: .sequentiallyConsistent) { await Task.yield() }
        }

        func open() { mayGoOn.store(true, ordering: .sequentiallyConsistent) }
    }

    @Test(
        "a connection whose server has left is not lent, also where the loop has not noticed yet", arguments: [1, 3])
    func serverHasLeft(_ count: Int) async throws {
        let server = try await SilentServer()
        async let running: Void = server.run(.welcoming)
        let loop = EventLoop()
        let gate = Gate()
        defer { gate.open() }
        let client = try PostgresClient(server.configuration, eventLoop: loop)
        try await client.run { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<count {
                    group.addTask {
                        try await client.withConnection { _ in
                            while client.statistics.acquired < count { try await Task.sleep(for: .milliseconds(1)) }
                            // The others have seen it, too, before anyone is given back.
                            try await Task.sleep(for: .milliseconds(50))
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(client.statistics.idle == count)
            await gate.shut(loop)
            server.sendAway()
            try await Task.sleep(for: .milliseconds(20))
            #expect(client.statistics.idle == count && client.statistics.destroyed.died == 0)
            let call = Task { try await client.execute("", mode: .simple) }
            let begin = ContinuousClock.now
            while client.statistics.destroyed.died < count, ContinuousClock.now - begin < .seconds(20) {
                try await Task.sleep(for: .milliseconds(1))
            }
            #expect(client.statistics.destroyed.died == count)
            gate.open()
            // It gets a new one instead of an error.
            #expect(try await call.value.text.isEmpty)
            #expect(client.statistics.newConnectionCount == count + 1)
        }
        server.stop()
        try? await running
        loop.stop()
    }

    @Test("a connection that lay idle and whose server is there is lent again")
    func serverIsThere() async throws {
        let server = try await SilentServer()
        async let running: Void = server.run(.welcoming)
        let client = try PostgresClient(server.configuration)
        try await client.run { client in
            for pause in [0, 2, 20] {
                try await Task.sleep(for: .milliseconds(pause))
                try await client.execute("", mode: .simple)
            }
            #expect(client.statistics.newConnectionCount == 1 && client.statistics.destroyed.total == 0)
        }
        server.stop()
        try? await running
    }
}
