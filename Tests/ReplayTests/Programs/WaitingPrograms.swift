import PostgresDriver
import PostgresWire

extension DriverProgram {
    static let notifications = [
        DriverProgram(
            "notification/listen", ["here: first", "here: second", "here: third"]
        ) { connection, transcript in
            do {
                var events = try await connection.listen("here").makeAsyncIterator()
                _ = try await connection.listen("There")
                // Nobody listens there any more, and the server is told.
                await connection.whenSettled()
                try await connection.notify("here", "first")
                // Both come when the transaction has ended, and what is sent twice comes once.
                try await connection.transaction { tx in
                    for _ in 1...2 { try await tx.notify("here", "second") }
                    try await tx.notify("here", "third")
                }
                for _ in 1...3 {
                    if case .notification(let note)? = try await events.next() {
                        transcript.add("\(note.channel): \(note.payload)")
                    }
                }
            }
        }
    ]

    /// How the end of a cancelled query is called: in a replay the server's error comes before the cause of it.
    private static func isCancellation(_ error: PostgresError) -> Bool {
        error.code == .timedOut || error.code == .cancelled || error.server?.sqlState == .queryCanceled
    }

    private static func cancel(_ body: () async throws -> Void) async throws -> String {
        do {
            try await body()
            return "ended"
        } catch let error as PostgresError where isCancellation(error) {
            return "cancelled"
        }
    }

    static let cancellations = [
        DriverProgram("cancellation/timeout", ["cancelled"]) { connection, transcript in
            transcript.add(
                try await cancel {
                    try await connection.execute("SELECT pg_sleep(600)", timeout: .milliseconds(200))
                })
        },
        DriverProgram("cancellation/in-a-transaction", ["cancelled", "failed", "idle"]) { connection, transcript in
            let end = try await cancel {
                try await connection.transaction { tx in
                    transcript.add(
                        try await cancel {
                            try await tx.execute("SELECT pg_sleep(600)", timeout: .milliseconds(200))
                        })
                    await connection.whenSettled()
                    transcript.add(connection.transactionStatus)
                    throw PostgresError.cancelled
                }
            }
            if end == "ended" { transcript.add(end) }
            transcript.add(connection.transactionStatus)
        },
        DriverProgram("cancellation/copy-out", ["1"]) { connection, transcript in
            // Abandoned rows are waited for a while, before the server is told to stop. It sends no less than 8 KiB.
            let rows = try await connection.copyOut(
                "SELECT i, repeat('x', 4500), pg_sleep(i / 3 * 600)::text FROM generate_series(1, 3) AS i",
                as: Int.self, String.self, String.self)
            for try await (number, _, _) in rows {
                transcript.add(number)
                break
            }
        },
    ]
}
