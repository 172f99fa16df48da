import PostgresDriver
import PostgresWire

extension DriverProgram {
    static let portals = [
        DriverProgram("portal/fetch", ["1 2 3 4 5", "1 2 3", "", "5"]) { connection, transcript in
            let query: PostgresQuery = "SELECT i FROM generate_series(1, \(5)) AS i"
            var numbers: [Int] = []
            // 2, 2, 1.
            for try await number in try await connection.query(query, fetchSize: 2).decode(Int.self) {
                numbers.append(number)
            }
            transcript.add(numbers.map(String.init).joined(separator: " "))
            numbers = []
            // The portal is closed with rows left in it.
            for try await number in try await connection.query(query, fetchSize: 2).decode(Int.self) {
                numbers.append(number)
                if number == 3 { break }
            }
            transcript.add(numbers.map(String.init).joined(separator: " "))
            numbers = []
            let none = try await connection.query("SELECT 1 WHERE false", fetchSize: 1).decode(Int.self)
            for try await number in none { numbers.append(number) }
            transcript.add(numbers.map(String.init).joined(separator: " "))
            transcript.add(try await connection.query(query, as: Int.self).count)
        },
        DriverProgram("portal/fails", ["22012 behind 3"]) { connection, transcript in
            var count = 0
            let failures = Transcript()
            try await failures.fail {
                let rows = try await connection.query(
                    "SELECT 12 / (4 - i) FROM generate_series(1, 9) AS i", fetchSize: 2
                ).decode(Int.self)
                for try await _ in rows { count += 1 }
            }
            transcript.add("\(failures.lines[0]) behind \(count)")
        },
    ]

    private static func outcomes(
        _ batch: PostgresBatch, _ connection: PostgresConnection, mode: PostgresExecutionMode? = nil
    ) async throws -> String {
        var outcomes: [String] = []
        try await connection.query(batch, mode: mode) { (result) throws(PostgresError) in
            switch result.outcome {
            case .success(let tag): outcomes.append("\(tag)")
            case .failure(let error):
                guard let report = error.server else { throw error }
                outcomes.append(report.sqlState.rawValue)
            case .skipped: outcomes.append("skipped")
            }
        }
        return outcomes.joined(separator: ", ")
    }

    static let pipelines = [
        DriverProgram(
            "pipeline/batch",
            ["INSERT 0 1, INSERT 0 1, INSERT 0 1, SELECT 3", "INSERT 0 1, INSERT 0 1", "5"]
        ) { connection, transcript in
            try await connection.simpleQuery("CREATE TEMPORARY TABLE batched (id int PRIMARY KEY, name text)")
            var batch = PostgresBatch()
            for id in 1...3 { batch.add("INSERT INTO batched VALUES (\(id), \("name \(id)"))") }
            batch.add("SELECT id, name FROM batched ORDER BY id")
            transcript.add(try await outcomes(batch, connection))
            let more = PostgresBatch([4, 5].map { "INSERT INTO batched VALUES (\($0), 'more')" })
            let tags = try await connection.execute(more, mode: .unnamed)
            transcript.add(tags.map { "\($0)" }.joined(separator: ", "))
            transcript.add(try await connection.queryOne("SELECT count(*) FROM batched", as: Int.self))
        },
        DriverProgram(
            "pipeline/error-in-the-middle",
            ["INSERT 0 1, INSERT 0 1, 23505, skipped, INSERT 0 1", "22012, skipped", "1 4"]
        ) { connection, transcript in
            try await connection.simpleQuery("CREATE TEMPORARY TABLE batched (id int PRIMARY KEY)")
            var batch = PostgresBatch()
            batch.add("INSERT INTO batched VALUES (\(1))")
            batch.addSyncPoint()
            for id in [2, 1, 3] { batch.add("INSERT INTO batched VALUES (\(id))") }
            batch.addSyncPoint()
            batch.add("INSERT INTO batched VALUES (\(4))")
            transcript.add(try await outcomes(batch, connection))
            transcript.add(try await outcomes(PostgresBatch(["SELECT 1 / 0", "SELECT 2"]), connection))
            let ids = try await connection.query("SELECT id FROM batched ORDER BY id", as: Int.self)
            transcript.add(ids.map(String.init).joined(separator: " "))
        },
        DriverProgram("pipeline/typed", ["[1, 2] 2 DELETE 2", "noRows", "42P01"]) { connection, transcript in
            try await connection.simpleQuery("CREATE TEMPORARY TABLE typed (id int, name text)")
            let insert: PostgresQuery = "INSERT INTO typed VALUES (\(1), 'a'), (\(2), NULL) RETURNING id, name"
            let count: PostgresQuery = "SELECT count(*) FROM typed"
            let delete: PostgresQuery = "DELETE FROM typed"
            let (rows, number, tag) = try await connection.pipeline(
                insert.returning(Int.self, String?.self), count.returningOne(Int.self), delete.returningTag)
            transcript.add("\(rows.map(\.0)) \(number) \(tag)")
            let none: PostgresQuery = "SELECT 1 WHERE false"
            try await transcript.fail {
                _ = try await connection.pipeline(count.returningOne(Int.self), none.returningOne(Int.self))
            }
            let wrong: PostgresQuery = "SELECT 1 FROM nowhere"
            try await transcript.fail {
                _ = try await connection.pipeline(count.returningOne(Int.self), wrong.returningOne(Int.self))
            }
        },
    ]

    static let statements = [
        DriverProgram("statement/named-arguments", ["7 seven 7"]) { connection, transcript in
            let query = try PostgresQuery(
                unsafeSQL: "SELECT :number::int4, :word::text, :number -- not :this",
                named: ["number": 7, "word": "seven"])
            let (number, word, again) = try await connection.queryOne(query, as: Int.self, String.self, Int.self)
            transcript.add("\(number) \(word) \(again)")
        },
        DriverProgram("statement/closed", ["1 2", "3", "2"]) { connection, transcript in
            let add = try await connection.prepare("SELECT $1::int4 + 1")
            transcript.add("\(add.parameterTypes.count) \(try await connection.queryOne(add(1), as: Int.self))")
            transcript.add(try await connection.queryOne(add(2), as: Int.self))
            connection.deallocate(add)
            // The next request closes it, and the cache prepares its text anew.
            transcript.add(try await connection.queryOne(add(1), as: Int.self))
        },
        DriverProgram("statement/healed", ["1", "1 new", "1 new", "1", "42703"]) { connection, transcript in
            try await connection.simpleQuery(
                "CREATE TEMPORARY TABLE changing (id int); INSERT INTO changing VALUES (1)")
            let query: PostgresQuery = "SELECT * FROM changing"
            transcript.add(try await connection.queryOne(query, as: Int.self))
            // The statement's rows have another shape now: it is prepared again.
            try await connection.simpleQuery("ALTER TABLE changing ADD COLUMN name text DEFAULT 'new'")
            let (id, name) = try await connection.queryOne(query, as: Int.self, String.self)
            transcript.add("\(id) \(name)")
            // Nothing tells the driver that its statements are gone.
            try await connection.simpleQuery("DO $$ BEGIN EXECUTE 'DEALLOCATE ALL'; END $$")
            let (again, sameName) = try await connection.queryOne(query, as: Int.self, String.self)
            transcript.add("\(again) \(sameName)")
            try await connection.simpleQuery("ALTER TABLE changing DROP COLUMN name")
            transcript.add(try await connection.queryOne(query, as: Int.self))
            try await transcript.fail { try await connection.execute("SELECT name FROM changing") }
        },
    ]
}
