import Foundation
import PostgresFixtures
import PostgresPool
import Testing

@Suite(
    "Hard cases: the flow of COPY", .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"),
    .timeLimit(.minutes(2)))
struct CopyFlowLiveTests {
    typealias Installation = TemporaryServer.Installation

    private struct Refused: Error, Equatable {}

    @Test("HARD-CASES 71: a server that stands still keeps the writer waiting, and loses nothing")
    func slowServer() async throws {
        try await LiveServer.withConnection(try #require(LiveServer.installations.first)) { connection in
            try await connection.execute("CREATE TEMPORARY TABLE slow (n int, t text)")
            let pid = pid_t(try await connection.queryOne("SELECT pg_backend_pid()", as: Int.self))
            let (text, rows) = (String(repeating: "x", count: 1000), 60_000)
            let written = Counter()
            defer { kill(pid, SIGCONT) }
            let copy = Task {
                try await connection.copyIn("slow") { writer in
                    kill(pid, SIGSTOP)
                    for number in 0..<rows {
                        try await writer.write(number, text)
                        written.increment()
                    }
                }
            }
            // Until the buffers of the system are full.
            var before = -1
            while written.value == 0 || written.value != before {
                before = written.value
                try await Task.sleep(for: .milliseconds(200))
            }
            #expect(before < rows)
            kill(pid, SIGCONT)
            #expect(try await copy.value == rows)
            #expect(try await connection.queryOne("SELECT sum(length(t)) FROM slow", as: Int.self) == rows * 1000)
        }
    }

    @Test(
        "HARD-CASES 74: the application's error fails the transaction that the COPY is in",
        arguments: LiveServer.installations, [0, 100_000])
    func failsTransaction(_ installation: Installation, _ rows: Int) async throws {
        try await LiveServer.withConnection(installation) { connection in
            try await connection.execute("CREATE TEMPORARY TABLE copied (n int)")
            let error = try await postgresError {
                try await connection.transaction { tx in
                    await #expect(throws: Refused()) {
                        try await tx.copyIn("copied") { writer in
                            for number in 0..<rows { try await writer.write(number) }
                            throw Refused()
                        }
                    }
                    #expect(tx.hasFailed)
                }
            }
            #expect(error.code == .commitRolledBack)
            #expect(try await connection.queryOne("SELECT count(*) FROM copied", as: Int.self) == 0)
        }
    }

    @Test(
        "HARD-CASES 78: an error in the middle of COPY OUT comes behind the data before it", arguments: [true, false])
    func errorInTheMiddle(_ isBinary: Bool) async throws {
        try await LiveServer.withConnection(try #require(LiveServer.installations.first)) { connection in
            let query: PostgresQuery = "SELECT 100 / (500 - i) FROM generate_series(1, 1000) AS i"
            var rows = 0
            let error = try await postgresError {
                if isBinary {
                    for try await _ in try await connection.copyOut(query, as: Int.self) { rows += 1 }
                } else {
                    for try await chunk in try await connection.copyOut(raw: "COPY (\(query)) TO STDOUT") {
                        rows += chunk.count { $0 == 0x0a }
                    }
                }
            }
            #expect(rows == 499)
            #expect(error.server?.sqlState == .divisionByZero && error.sql?.hasPrefix("COPY (SELECT") == true)
            #expect(connection.isReusable)
        }
    }

    @Test("HARD-CASES 79: what the text format escapes comes back as it was", arguments: LiveServer.installations)
    func escapes(_ installation: Installation) async throws {
        let values = ["\\N", "\\.", "\\", "a\tb", "line\r\nline", "", "\\x41", "ü\u{1F418}", "\u{7f}\u{1}"]
        try await LiveServer.withConnection(installation) { connection in
            try await connection.execute("CREATE TEMPORARY TABLE escaped (i int, t text)")
            for options in ["", " (DELIMITER '|')", " (FORMAT csv)", " (FORMAT csv, QUOTE '~', NULL 'none')"] {
                try await connection.execute("TRUNCATE escaped")
                for (index, value) in values.enumerated() {
                    try await connection.execute("INSERT INTO escaped VALUES (\(index), \(value)), (\(index), NULL)")
                }
                var bytes: [UInt8] = []
                let out = PostgresQuery(unsafeSQL: "COPY escaped TO STDOUT\(options)")
                for try await chunk in try await connection.copyOut(raw: out) { bytes += chunk }
                try await connection.execute("TRUNCATE escaped")
                let copied = bytes
                try await connection.copyIn(raw: PostgresQuery(unsafeSQL: "COPY escaped FROM STDIN\(options)")) {
                    try await $0.write(copied)
                }
                let back = try await connection.query(
                    "SELECT t FROM escaped WHERE t IS NOT NULL ORDER BY i", as: String.self)
                #expect(back == values, "\(options)")
                let nulls = try await connection.queryOne("SELECT count(*) FROM escaped WHERE t IS NULL", as: Int.self)
                #expect(nulls == values.count, "\(options)")
            }
        }
    }

    @Test("HARD-CASES 80: COPY has no parameters, and what asks for one is told so")
    func parameters() async throws {
        try await LiveServer.withConnection(try #require(LiveServer.installations.first)) { connection in
            for mode in PostgresExecutionMode.allCases where mode != .simple {
                let ordinary = try await postgresError {
                    try await connection.execute("COPY (SELECT \(1)::int) TO STDOUT", mode: mode)
                }
                #expect(ordinary.code == .invalidQuery || ordinary.server != nil, "\(mode): \(ordinary)")
                #expect(connection.isReusable)
            }
            let missing = try await postgresError {
                _ = try await connection.copyOut(raw: PostgresQuery(unsafeSQL: "COPY (SELECT $1::int) TO STDOUT"))
            }
            #expect(missing.server?.sqlState == .undefinedParameter)
            var bytes: [UInt8] = []
            for try await chunk in try await connection.copyOut(raw: "COPY (SELECT \(1)::int) TO STDOUT") {
                bytes += chunk
            }
            #expect(bytes == Array("1\n".utf8))
        }
    }
}
