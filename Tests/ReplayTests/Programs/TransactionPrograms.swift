import PostgresDriver
import PostgresWire

/// The user's own reason to roll back.
private struct ChangedMind: Error {}

extension DriverProgram {
    private static func makeTable(_ connection: PostgresConnection) async throws {
        try await connection.simpleQuery("CREATE TEMPORARY TABLE kept (id int PRIMARY KEY)")
    }

    private static func ids(_ connection: PostgresConnection) async throws -> String {
        let ids = try await connection.query("SELECT id FROM kept ORDER BY id", as: Int.self)
        return ids.map(String.init).joined(separator: " ")
    }

    static let transactions = [
        DriverProgram("transaction/states", ["idle", "inTransaction", "failed", "25P02", "idle", "1"]) {
            connection, transcript in
            try await makeTable(connection)
            transcript.add(connection.transactionStatus)
            try await connection.transaction { tx in try await tx.execute("INSERT INTO kept VALUES (1)") }
            do {
                try await connection.transaction(isolation: .serializable, access: .readWrite) { tx in
                    try await tx.execute("INSERT INTO kept VALUES (2)")
                    transcript.add(connection.transactionStatus)
                    try await Transcript().fail { try await tx.execute("INSERT INTO kept VALUES (1)") }
                    transcript.add(connection.transactionStatus)
                    try await transcript.fail { try await tx.execute("SELECT 1") }
                    throw ChangedMind()
                }
            } catch is ChangedMind {}
            transcript.add(connection.transactionStatus)
            transcript.add(try await ids(connection))
        },
        DriverProgram("transaction/savepoints", ["23505", "1 3 4"]) { connection, transcript in
            try await makeTable(connection)
            try await connection.transaction { tx in
                try await tx.execute("INSERT INTO kept VALUES (1)")
                try await transcript.fail {
                    try await tx.savepoint { inner in
                        try await inner.execute("INSERT INTO kept VALUES (2)")
                        try await inner.execute("INSERT INTO kept VALUES (1)")
                    }
                }
                try await tx.savepoint("outer") { outer in
                    try await outer.execute("INSERT INTO kept VALUES (3)")
                    try await outer.savepoint("inner") { try await $0.execute("INSERT INTO kept VALUES (4)") }
                }
            }
            transcript.add(try await ids(connection))
        },
        DriverProgram(
            "transaction/commit-that-rolls-back", ["commitRolledBack", "23505", "1"]
        ) { connection, transcript in
            try await makeTable(connection)
            try await connection.execute("INSERT INTO kept VALUES (1)")
            try await transcript.fail {
                try await connection.transaction { tx in
                    try await tx.execute("INSERT INTO kept VALUES (2)")
                    // The error is swallowed, so COMMIT is sent and rolls back.
                    try await Transcript().fail { try await tx.execute("SELECT 1 / 0") }
                }
            }
            try await connection.simpleQuery(
                "CREATE TEMPORARY TABLE late (id int CONSTRAINT late_id UNIQUE DEFERRABLE INITIALLY DEFERRED)")
            try await transcript.fail {
                _ = try await connection.transaction { tx in try await tx.execute("INSERT INTO late VALUES (1), (1)") }
            }
            transcript.add(try await ids(connection))
        },
    ]

    static let twoPhase = [
        DriverProgram("two-phase/commit-and-rollback", ["2", "1", "42704"]) { connection, transcript in
            try await connection.simpleQuery("DROP TABLE IF EXISTS prepared; CREATE TABLE prepared (id int)")
            for (identifier, id) in [("kept", 1), ("dropped", 2)] {
                try await connection.prepareTransaction(identifier) { tx in
                    try await tx.execute("INSERT INTO prepared VALUES (\(id))")
                }
            }
            transcript.add(try await connection.queryOne("SELECT count(*) FROM pg_prepared_xacts", as: Int.self))
            try await connection.commitPrepared("kept")
            try await connection.rollbackPrepared("dropped")
            let ids = try await connection.query("SELECT id FROM prepared", as: Int.self)
            transcript.add(ids.map(String.init).joined(separator: " "))
            try await transcript.fail { try await connection.commitPrepared("dropped") }
            try await connection.simpleQuery("DROP TABLE prepared")
        }
    ]

    static let largeObjects = [
        DriverProgram("large-object/read-and-write", ["11 bytes", "world", "hello", "42704"]) {
            connection, transcript in
            let id = try await connection.transaction { tx in
                let id = try await tx.createLargeObject(70_001)
                try await tx.withLargeObject(id, .readWrite) { object in
                    try await object.write(Array("hello world".utf8))
                    transcript.add("\(try await object.tell()) bytes")
                    _ = try await object.seek(to: -5, from: .end)
                    transcript.add(String(decoding: try await object.read(upTo: 100), as: UTF8.self))
                    try await object.truncate(to: 5)
                }
                return id
            }
            try await connection.transaction { tx in
                try await tx.withLargeObject(id, .read) { object in
                    var bytes: [UInt8] = []
                    for try await chunk in object.chunks(of: 2) { bytes += chunk }
                    transcript.add(String(decoding: bytes, as: UTF8.self))
                }
                try await tx.unlinkLargeObject(id)
            }
            try await transcript.fail {
                try await connection.transaction { tx in _ = try await tx.openLargeObject(id, .read) }
            }
        }
    ]
}
