import PostgresPool
import Testing

@Suite("Hard cases: a server that falls silent", .timeLimit(.minutes(1)))
struct SilentServerTests {
    /// A connection whose server has let it in and answers nothing.
    private func withConnection(
        _ door: SilentServer.Door,
        _ body: nonisolated(nonsending) (PostgresConnection) async throws -> Void
    ) async throws {
        let server = try await SilentServer()
        async let running: Void = server.run(door)
        var configuration = server.configuration
        configuration.cancelTimeout = .milliseconds(200)
        let connection = try await PostgresConnection.connect(configuration)
        try await body(connection)
        connection.close()
        server.stop()
        try? await running
    }

    private func error(_ body: () async throws -> Void) async -> PostgresError? {
        await #expect(throws: PostgresError.self) { try await body() }
    }

    private func expectEnd(_ connection: PostgresConnection) async throws {
        let begin = ContinuousClock.now
        while connection.failure == nil, ContinuousClock.now - begin < .seconds(30) {
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(connection.failure?.code == .connectionClosed)
        #expect(connection.failure?.message.contains("did not end") == true)
        let next = await error { try await connection.execute("SELECT 1") }
        #expect(next?.code == .connectionClosed && next?.nothingWasSent == true)
    }

    @Test(
        "HARD-CASES 87, 88: a cancel request that reaches nobody takes no longer than the cancel timeout",
        arguments: SilentServer.Door.allCases.filter { $0 != .welcoming })
    func cancelReachesNobody(_ door: SilentServer.Door) async throws {
        try await withConnection(door) { connection in
            let task = Task { try await connection.execute("SELECT 1", mode: .unnamed) }
            while connection.isReusable { await Task.yield() }
            task.cancel()
            let error = await error { _ = try await task.value }
            #expect(error?.code == .cancelled)
            try await expectEnd(connection)
        }
    }

    @Test(
        "HARD-CASES 89, 93: a call on a connection that has fallen silent ends at its timeout, and the connection soon",
        arguments: SilentServer.Door.allCases.filter { $0 != .welcoming }, PostgresExecutionMode.allCases)
    func timeout(_ door: SilentServer.Door, _ mode: PostgresExecutionMode) async throws {
        try await withConnection(door) { connection in
            let error = await error {
                try await connection.execute("SELECT 1", mode: mode, timeout: .milliseconds(30))
            }
            #expect(error?.code == .timedOut)
            try await expectEnd(connection)
        }
    }

    @Test("the end of a prepared transaction that is not answered at its timeout is unknown, and the connection closed")
    func prepared() async throws {
        try await withConnection(.silent) { connection in
            let error = await error { try await connection.commitPrepared("kept", timeout: .milliseconds(30)) }
            #expect(error?.code == .commitOutcomeUnknown && connection.failure?.code == .timedOut)
        }
    }

    @Test("HARD-CASES 83: a call that waits for the end of a cancelled one, and is cancelled itself, has sent nothing")
    func cancelledWhileHeld() async throws {
        try await withConnection(.silent) { connection in
            let first = Task { try await connection.execute("SELECT 1", mode: .unnamed) }
            while connection.isReusable { await Task.yield() }
            first.cancel()
            _ = await error { _ = try await first.value }
            let second = Task { try await connection.execute("SELECT 2", mode: .unnamed) }
            second.cancel()
            let error = await error { _ = try await second.value }
            #expect(error?.code == .cancelled && error?.nothingWasSent == true)
            let third = await self.error {
                try await connection.execute("SELECT 3", mode: .unnamed, timeout: .milliseconds(10))
            }
            // On a slow machine the connection has been given up by then.
            #expect(third?.code == .timedOut || connection.failure != nil)
            #expect(third?.nothingWasSent == true)
        }
    }
}
