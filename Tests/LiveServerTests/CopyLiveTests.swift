import Foundation
import PostgresFixtures
import PostgresPool
import Testing

@Suite("COPY on a server", .enabled(if: LiveServer.isPossible))
struct CopyLiveTests {
    typealias Installation = TemporaryServer.Installation

    private struct Refused: Error, Equatable {}

    private func withTable<Result>(
        _ installation: Installation, columns: String = "id int4, name text, score float8",
        _ body: nonisolated(nonsending) (PostgresConnection) async throws -> Result
    ) async throws -> Result {
        try await LiveServer.withConnection(installation) { connection in
            try await connection.simpleQuery("CREATE TEMPORARY TABLE copied (\(columns))")
            return try await body(connection)
        }
    }

    @Test("rows of native values go in, and come out as they were", arguments: LiveServer.installations)
    func roundTrip(_ installation: Installation) async throws {
        try await withTable(installation) { connection in
            let count = try await connection.copyIn("copied", columns: ["id", "name", "score"]) { writer in
                for id in 0..<1000 { try await writer.write(id, id % 7 == 0 ? nil : "name \(id)", Double(id) / 3) }
                #expect(writer.rowCount == 1000)
            }
            #expect(count == 1000)
            var id = 0
            let rows = try await connection.copyOut(
                "SELECT * FROM copied ORDER BY id", as: Int.self, String?.self, Double.self)
            for try await (number, name, score) in rows {
                #expect(number == id && name == (id % 7 == 0 ? nil : "name \(id)") && score == Double(id) / 3)
                id += 1
            }
            #expect(id == 1000)
            #expect(connection.isReusable)
            var views = try await connection.copyOut("SELECT * FROM copied ORDER BY id")
            var kept: [PostgresRow] = []
            while let row = try await views.next() {
                #expect(try row.isNull(at: 1) == (row.number % 7 == 0))
                #expect(try row.decode(Int.self, named: "id") == row.number)
                if row.number < 2 { kept.append(row.owned) }
            }
            #expect(views.commandTag?.rowsAffected == 1000)
            #expect(try kept.last?.decode(String.self, at: 1) == "name 1")
            #expect(try await connection.queryOne("SELECT 1", as: Int.self) == 1)
        }
    }

    @Test("any number of rows, and values around the size of a piece", arguments: [0, 1, 2, 3])
    func sizes(_ rows: Int) async throws {
        let installation = try #require(LiveServer.installations.first)
        try await withTable(installation, columns: "value text") { connection in
            for size in [0, 1, 65_520, 65_535, 65_536, 65_537, 200_000] {
                let value = String(repeating: "x", count: size)
                let count = try await connection.copyIn("copied") { writer in
                    for _ in 0..<rows { try await writer.write(value) }
                }
                #expect(count == rows)
                var lengths: [Int] = []
                for try await text in try await connection.copyOut("SELECT value FROM copied", as: String.self) {
                    lengths.append(text.utf8.count)
                }
                #expect(lengths == Array(repeating: size, count: rows))
                try await connection.execute("TRUNCATE copied")
            }
        }
    }

    @Test("text and CSV go in and out as bytes, cut anywhere", arguments: LiveServer.installations)
    func raw(_ installation: Installation) async throws {
        try await withTable(installation) { connection in
            let text = "1\tA\\\\da\t0.5\n2\t\\N\t1.5\n"
            #expect(
                try await connection.copyIn(raw: "COPY copied FROM STDIN") { writer in
                    for byte in text.utf8 { try await writer.write([byte]) }
                } == 2)
            #expect(
                try await connection.copyIn(raw: "COPY copied FROM STDIN (FORMAT csv, HEADER)") { writer in
                    try await writer.write("id,name,score\n3,\"a,\"\"b\"\"\",2.5\n")
                } == 1)
            var out: [UInt8] = []
            let chunks = try await connection.copyOut(raw: "COPY copied TO STDOUT")
            for try await chunk in chunks { out += chunk }
            #expect(String(decoding: out, as: UTF8.self) == text + "3\ta,\"b\"\t2.5\n")
            #expect(chunks.commandTag?.rowsAffected == 3)
        }
    }

    @Test("the argument of a COPY of a query is a literal", arguments: LiveServer.installations)
    func arguments(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            let text = "it's a \\ back\"slash"
            var rows: [String] = []
            for try await row in try await connection.copyOut("SELECT \(text)::text", as: String.self) {
                rows.append(row)
            }
            #expect(rows == [text])
        }
    }

    @Test("a table with any name is quoted", arguments: ["Upper", "a.b", "a\"b; DROP TABLE x; --", "select", "ü"])
    func names(_ name: String) async throws {
        let installation = try #require(LiveServer.installations.first)
        try await LiveServer.withConnection(installation) { connection in
            try await connection.execute("CREATE TEMPORARY TABLE \(identifier: name) (\(identifier: name) int)")
            let count = try await connection.copyIn(name, schema: "pg_temp", columns: [name]) { writer in
                try await writer.write(1)
            }
            #expect(count == 1)
            let nul = try await postgresError { _ = try await connection.copyIn("a\0b") { _ in } }
            #expect(nul.code == .invalidQuery && nul.nothingWasSent)
            let one = try await connection.queryOne("SELECT 1", as: Int.self)
            #expect(one == 1)
        }
    }

    @Test("a row that the server refuses ends the copy soon, with one error", arguments: LiveServer.installations)
    func serverRefuses(_ installation: Installation) async throws {
        try await withTable(installation, columns: "id int4 CHECK (id <> 7)") { connection in
            var written = 0
            let error = try await postgresError {
                _ = try await connection.copyIn("copied") { writer in
                    // 100 MB, were it not refused before.
                    for id in 0..<10_000_000 {
                        try await writer.write(id)
                        written += 1
                    }
                }
            }
            #expect(error.server?.sqlState == .checkViolation)
            #expect(written < 9_000_000)
            #expect(try await connection.queryOne("SELECT count(*) FROM copied", as: Int.self) == 0)
        }
    }

    @Test("an error behind the last row is an error of the copy", arguments: LiveServer.installations)
    func deferredError(_ installation: Installation) async throws {
        try await withTable(installation, columns: "id int4 UNIQUE DEFERRABLE INITIALLY DEFERRED") { connection in
            let error = try await postgresError {
                _ = try await connection.copyIn("copied") { writer in
                    try await writer.write(1)
                    try await writer.write(1)
                }
            }
            #expect(error.server?.sqlState == .uniqueViolation)
            #expect(connection.isReusable)
        }
    }

    @Test("the application's own error undoes the copy and is thrown", arguments: LiveServer.installations)
    func applicationError(_ installation: Installation) async throws {
        try await withTable(installation) { connection in
            await #expect(throws: Refused()) {
                try await connection.copyIn("copied", columns: ["id"]) { writer in
                    try await writer.write(1)
                    throw Refused()
                }
            }
            let count = try await connection.queryOne("SELECT count(*) FROM copied", as: Int.self)
            #expect(count == 0)
            #expect(connection.isReusable)
        }
    }

    @Test("a value that does not fit its column names both, and the row is not sent")
    func wrongValues() async throws {
        let installation = try #require(LiveServer.installations.first)
        try await withTable(installation) { connection in
            let count = try await connection.copyIn("copied", columns: ["id", "name"]) { writer in
                let type = try await postgresError { try await writer.write("one", "two") }
                #expect(type.message.contains("\"id\" (int4)") && type.message.contains("String"))
                let range = try await postgresError { try await writer.write(Int.max, "two") }
                #expect(range.message.contains("does not fit"))
                let number = try await postgresError { try await writer.write(1) }
                #expect(number.message.contains("1 values for 2 columns"))
                try await writer.write(1, "two")
            }
            #expect(count == 1)
        }
    }

    @Test("a command that is no COPY, or the other COPY, is refused; the connection goes on")
    func wrongCommand() async throws {
        let installation = try #require(LiveServer.installations.first)
        try await withTable(installation) { connection in
            for command: PostgresQuery in ["SELECT 1", "COPY copied TO STDOUT", "SELEKT", ""] {
                let error = try await postgresError {
                    _ = try await connection.copyIn(raw: command) { try await $0.write("1\n") }
                }
                #expect(error.code == .invalidQuery || error.server?.sqlState == .syntaxError)
            }
            for command: PostgresQuery in ["SELECT 1", "COPY copied FROM STDIN", "SELEKT", ""] {
                let error = try await postgresError { _ = try await connection.copyOut(raw: command) }
                #expect(error.code == .invalidQuery || error.server?.sqlState == .syntaxError)
            }
            #expect(try await connection.queryOne("SELECT 1", as: Int.self) == 1)
        }
    }

    @Test("another request while a copy runs throws at once")
    func busy() async throws {
        let installation = try #require(LiveServer.installations.first)
        try await withTable(installation) { connection in
            try await connection.copyIn("copied", columns: ["id"]) { writer in
                try await writer.write(1)
                let error = try await postgresError { try await connection.execute("SELECT 1") }
                #expect(error.code == .connectionBusy && error.message.contains("COPY"))
            }
            #expect(try await connection.queryOne("SELECT count(*) FROM copied", as: Int.self) == 1)
        }
    }

    @Test("a copy out that is left early leaves the connection usable", arguments: LiveServer.installations)
    func leftEarly(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            var rows = 0
            for try await _ in try await connection.copyOut(
                "SELECT i, repeat('x', 100) FROM generate_series(1, 100000000) AS i", as: Int.self, String.self)
            {
                rows += 1
                if rows == 10 { break }
            }
            #expect(try await connection.queryOne("SELECT 1", as: Int.self) == 1)
        }
    }

    @Test("a row that cannot be decoded is an error behind the rows before it")
    func undecodable() async throws {
        let installation = try #require(LiveServer.installations.first)
        try await LiveServer.withConnection(installation) { connection in
            var numbers: [Int16] = []
            let error = try await postgresError {
                for try await number in try await connection.copyOut(
                    "SELECT i FROM generate_series(32766, 32769) AS i", as: Int16.self)
                {
                    numbers.append(number)
                }
            }
            #expect(numbers == [32766, 32767])
            #expect(error.code == .decodingFailed && error.message.contains("row 2"))
            #expect(try await connection.queryOne("SELECT 1", as: Int.self) == 1)
        }
    }

    @Test("notices and notifications come through while a copy runs", arguments: LiveServer.installations)
    func asides(_ installation: Installation) async throws {
        let notices = NoticeCounter()
        let configuration = LiveServer.configuration(try await LiveServer.server(installation))
        let connection = try await PostgresConnection.connect(configuration, onNotice: { _ in notices.add() })
        defer { connection.close() }
        try await connection.simpleQuery(
            """
            CREATE FUNCTION pg_temp.tell() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN RAISE NOTICE ''row %'', NEW.id; RETURN NEW; END';
            CREATE TEMPORARY TABLE copied (id int);
            CREATE TRIGGER tell BEFORE INSERT ON copied FOR EACH ROW EXECUTE FUNCTION pg_temp.tell()
            """)
        let count = try await connection.copyIn("copied") { writer in
            for id in 0..<500 { try await writer.write(id) }
        }
        #expect(count == 500)
        #expect(notices.count == 500)
    }

    @Test("a backend that is ended during a copy ends the connection, with the server's reason")
    func terminated() async throws {
        let installation = try #require(LiveServer.installations.first)
        try await withTable(installation) { connection in
            let process = try await connection.queryOne("SELECT pg_backend_pid()", as: Int.self)
            let error = try await postgresError {
                _ = try await connection.copyIn("copied", columns: ["id"]) { writer in
                    try await LiveServer.withConnection(installation) { other in
                        _ = try await other.queryOne("SELECT pg_terminate_backend(\(process))", as: Bool.self)
                    }
                    for id in 0..<10_000_000 { try await writer.write(id) }
                }
            }
            #expect(error.server?.sqlState == .adminShutdown)
            #expect(!connection.isReusable)
        }
    }
}
