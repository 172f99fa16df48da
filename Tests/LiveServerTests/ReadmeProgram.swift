import PostgresPool

struct User: Decodable, Sendable { var id: Int, name: String }

func example(_ url: String) async throws -> [User] {
    let client = try PostgresClient(url)
    return try await client.run { db in
        try await db.execute("CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL)")
        for (id, name) in [(1, "Ada"), (2, "Grace"), (3, "Edsger")] {
            try await db.execute("INSERT INTO users VALUES (\(id), \(name))")
        }
        for try await (id, name) in try await db.query("SELECT * FROM users").decode(Int.self, String.self) {
            print(id, name)
        }
        return try await db.query("SELECT * FROM users WHERE id = ANY(\([1, 3])) ORDER BY id", as: User.self)
    }
}
