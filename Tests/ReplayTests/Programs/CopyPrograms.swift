import PostgresDriver
import PostgresWire

/// The user's own reason to give a COPY up.
private struct ChangedMind: Error {}

extension DriverProgram {
    private static func makeTable(_ connection: PostgresConnection) async throws {
        try await connection.simpleQuery("CREATE TEMPORARY TABLE copied (id int PRIMARY KEY, name text, score float8)")
    }

    static let copyIn = [
        DriverProgram("copy/in-binary", ["20", "20, 19 names"]) { connection, transcript in
            try await makeTable(connection)
            let count = try await connection.copyIn("copied", columns: ["id", "name", "score"]) { writer in
                for id in 1...20 { try await writer.write(id, id == 7 ? nil : "name \(id)", Double(id) / 4) }
            }
            transcript.add(count)
            let (rows, names) = try await connection.queryOne(
                "SELECT count(*), count(name) FROM copied", as: Int.self, Int.self)
            transcript.add("\(rows), \(names) names")
        },
        DriverProgram("copy/in-binary-empty", ["0"]) { connection, transcript in
            try await makeTable(connection)
            transcript.add(try await connection.copyIn("copied") { _ in })
        },
        DriverProgram("copy/in-text", ["3", "Ada nil"]) { connection, transcript in
            try await makeTable(connection)
            let count = try await connection.copyIn(raw: "COPY copied FROM STDIN") { writer in
                for piece in ["1\tA", "da\t0.5\n2\t\\N\t", "1.5\n3\tback\\\\slash\t-1\n"] {
                    try await writer.write(piece)
                }
            }
            transcript.add(count)
            let names = try await connection.query(
                "SELECT name FROM copied WHERE id < 3 ORDER BY id", as: String?.self)
            transcript.add(names.map { $0 ?? "nil" }.joined(separator: " "))
        },
        DriverProgram("copy/in-csv", ["2", #"a,"b"|c"#]) { connection, transcript in
            try await makeTable(connection)
            let count = try await connection.copyIn(raw: "COPY copied FROM STDIN (FORMAT csv, HEADER)") { writer in
                try await writer.write("id,name,score\n1,\"a,\"\"b\"\"\",2.5\n2,c,\n")
            }
            transcript.add(count)
            let names = try await connection.query("SELECT name FROM copied ORDER BY id", as: String.self)
            transcript.add(names.joined(separator: "|"))
        },
        DriverProgram("copy/in-fails", ["23505", "22P02", "22P04", "1"]) { connection, transcript in
            try await makeTable(connection)
            try await connection.execute("INSERT INTO copied VALUES (1)")
            try await transcript.fail {
                _ = try await connection.copyIn("copied", columns: ["id"]) { writer in
                    for id in [2, 1, 3] { try await writer.write(id) }
                }
            }
            try await transcript.fail {
                _ = try await connection.copyIn(raw: "COPY copied FROM STDIN") { try await $0.write("x\ty\t1\n") }
            }
            try await transcript.fail {
                _ = try await connection.copyIn(raw: "COPY copied FROM STDIN") { try await $0.write("2\n") }
            }
            transcript.add(try await connection.queryOne("SELECT count(*) FROM copied", as: Int.self))
        },
        DriverProgram("copy/in-given-up", ["ChangedMind()", "failed", "0"]) { connection, transcript in
            try await makeTable(connection)
            do {
                _ = try await connection.copyIn("copied", columns: ["id"]) { writer in
                    try await writer.write(1)
                    throw ChangedMind()
                }
            } catch let error as ChangedMind {
                transcript.add(error)
            }
            do {
                try await connection.transaction { tx in
                    try await tx.execute("INSERT INTO copied VALUES (2)")
                    do {
                        _ = try await tx.copyIn("copied", columns: ["id"]) { _ in throw ChangedMind() }
                    } catch is ChangedMind {
                        transcript.add(connection.transactionStatus)
                    }
                    throw ChangedMind()
                }
            } catch is ChangedMind {}
            transcript.add(try await connection.queryOne("SELECT count(*) FROM copied", as: Int.self))
        },
    ]

    static let copyOut = [
        DriverProgram("copy/out-binary", ["3", "one 1.5", "nil nil", "three 3.5"]) { connection, transcript in
            let rows = try await connection.copyOut(
                "VALUES (1, 'one', 1.5::float8), (2, NULL, NULL), (3, 'three', 3.5)", as: Int.self, String?.self,
                Double?.self)
            var lines: [String] = []
            for try await (_, name, score) in rows {
                lines.append("\(name ?? "nil") \(score.map { "\($0)" } ?? "nil")")
            }
            transcript.add(lines.count)
            for line in lines { transcript.add(line) }
        },
        DriverProgram("copy/out-raw", ["1,\"a,b\"\n2,\n", "2"]) { connection, transcript in
            var bytes: [UInt8] = []
            let chunks = try await connection.copyOut(
                raw: "COPY (VALUES (1, 'a,b'), (2, NULL)) TO STDOUT (FORMAT csv)")
            for try await chunk in chunks { bytes += chunk }
            transcript.add(String(decoding: bytes, as: UTF8.self))
            transcript.add(chunks.commandTag?.rowsAffected ?? -1)
        },
        DriverProgram("copy/out-abandoned", ["1", "2"]) { connection, transcript in
            let rows = try await connection.copyOut("SELECT i FROM generate_series(1, 100) AS i", as: Int.self)
            for try await number in rows {
                transcript.add(number)
                if number == 2 { break }
            }
        },
        DriverProgram("copy/out-fails", ["42P01", "22012"]) { connection, transcript in
            try await transcript.fail {
                for try await _ in try await connection.copyOut("SELECT * FROM nowhere", as: Int.self) {}
            }
            try await transcript.fail {
                let rows = try await connection.copyOut(
                    "SELECT 10 / (5 - i) FROM generate_series(1, 9) AS i", as: Int.self)
                for try await _ in rows {}
            }
        },
    ]
}
