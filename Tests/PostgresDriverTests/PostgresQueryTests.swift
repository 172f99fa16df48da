import Foundation
import Testing

@testable import PostgresDriver

@Suite("Queries as values")
struct PostgresQueryTests {
    private func values(_ query: PostgresQuery) -> [String] { query.arguments.map { "\($0)" } }

    @Test("interpolated values become numbered parameters")
    func interpolation() {
        let name: String? = nil
        let query: PostgresQuery = "SELECT \(1) + \(2.5), \(true), \("x"), \(name), \([1, 2])"
        #expect(query.sql == "SELECT $1 + $2, $3, $4, $5, $6")
        #expect(query.arguments.count == 6)
        #expect(query.arguments[4].isNull)
    }

    @Test("a query in another one is numbered anew")
    func composition() {
        let filter: PostgresQuery = "a = \(1) AND b = \(2)"
        let more: PostgresQuery = "\(filter) OR c = \(3)"
        let query: PostgresQuery = "SELECT \(0) WHERE \(more) AND \(filter)"
        #expect(query.sql == "SELECT $1 WHERE a = $2 AND b = $3 OR c = $4 AND a = $5 AND b = $6")
        #expect(values(query) == ["0", "1", "2", "3", "1", "2"])
    }

    @Test("queries are joined")
    func joined() {
        let filters: [PostgresQuery] = ["a = \(1)", "b IS NULL", "c = \(2)"]
        let query: PostgresQuery = "SELECT * FROM t WHERE \(PostgresQuery.joined(filters, by: " AND "))"
        #expect(query.sql == "SELECT * FROM t WHERE a = $1 AND b IS NULL AND c = $2")
        #expect(PostgresQuery.joined([], by: ", ").sql == "")
    }

    @Test("text with arguments of its own keeps repeated and unordered placeholders")
    func unsafeSQL() {
        let text = PostgresQuery(unsafeSQL: "$2 || $1 || $2 || '$1' || $$ $1 $$ -- $1", arguments: ["a", "b"])
        let query: PostgresQuery = "SELECT \(1), \(text)"
        #expect(query.sql == "SELECT $1, $3 || $2 || $3 || '$1' || $$ $1 $$ -- $1")
        #expect(values(query) == ["1", "a", "b"])
    }

    @Test(
        "identifiers are quoted",
        arguments: [
            ("users", "\"users\""), ("Mixed Case", "\"Mixed Case\""), ("a\"b", "\"a\"\"b\""),
            ("a\"; DROP TABLE x; --", "\"a\"\"; DROP TABLE x; --\""), ("a.b", "\"a.b\""), ("", "\"\""),
        ])
    func identifiers(_ name: String, _ quoted: String) {
        let query: PostgresQuery = "SELECT * FROM \(identifier: name)"
        #expect(query.sql == "SELECT * FROM \(quoted)")
        #expect(query.arguments.isEmpty)
    }

    @Test("more than a handful of parameters")
    func many() {
        let query = PostgresQuery.joined((1...12).map { "\($0)" }, by: ",")
        #expect(query.sql == (1...12).map { "$\($0)" }.joined(separator: ","))
    }
}

@Suite("Finding placeholders")
struct PlaceholderScannerTests {
    @Test(
        "placeholders are found where they are ones",
        arguments: [
            ("$1", [1]), ("$1 $2", [1, 2]), ("'$1'", []), ("'it''s $1' $2", [2]), ("E'\\'$1' $2", [2]),
            ("e'\\\\' $1", [1]), ("'\\' $1", [1]), ("fe'\\' $1", [1]), ("\"$1\" $2", [2]), ("\"a\"\"$1\" $2", [2]),
            ("-- $1\n$2", [2]), ("/* $1 */ $2", [2]), ("/* /* $1 */ $1 */ $2", [2]), ("/* $1", []),
            ("$$ $1 $$ $2", [2]), ("$tag$ $1 $$ $1 $tag$ $2", [2]), ("$a$ $b$ $1 $b$ $a$ $3", [3]), ("a$1", []),
            ("$1a", [1]), ("x = $12", [12]), ("($1)", [1]), ("$", []), ("$$ $1", []), ("$99999999999", [1_000_000]),
            ("1-$1", [1]), ("U&'\\0041 $1' $2", [2]), ("é$1", []),
        ] as [(String, [Int])])
    func table(_ sql: String, _ numbers: [Int]) {
        #expect(PlaceholderScanner.placeholders(in: sql).map(\.number) == numbers)
    }
}

@Suite("The statement cache")
struct StatementCacheTests {
    @Test("the least recently used falls out")
    func leastRecentlyUsed() {
        var cache = StatementCache<Int>(capacity: 2)
        #expect(cache.insert(1, for: "a") == nil)
        #expect(cache.insert(2, for: "b") == nil)
        #expect(cache.statement(for: "a") == 1)
        #expect(cache.insert(3, for: "c") == 2)
        #expect(cache.statement(for: "b") == nil)
        #expect(cache.statement(for: "a") == 1)
        #expect(cache.statement(for: "c") == 3)
        #expect(cache.insert(4, for: "d") == 1)
        #expect(cache.count == 2)
    }

    @Test("a cache of nothing gives everything back")
    func empty() {
        var cache = StatementCache<Int>(capacity: 0)
        #expect(cache.insert(1, for: "a") == 1)
        #expect(cache.statement(for: "a") == nil)
    }

    @Test("the same text replaces its statement")
    func replacing() {
        var cache = StatementCache<Int>(capacity: 1)
        #expect(cache.insert(1, for: "a") == nil)
        #expect(cache.insert(2, for: "a") == 1)
        #expect(cache.statement(for: "a") == 2)
        #expect(cache.removeAll() == [2])
        #expect(cache.count == 0)
    }

    @Test("against a plain model", arguments: [1, 2, 3, 7])
    func model(_ capacity: Int) {
        var generator = SystemRandomNumberGenerator()
        var cache = StatementCache<Int>(capacity: capacity)
        var model: [(key: String, value: Int)] = []
        for step in 0..<2_000 {
            let key = "q\(Int.random(in: 0..<10, using: &generator))"
            let known = model.firstIndex { $0.key == key }
            if let known { model.insert(model.remove(at: known), at: 0) }
            #expect(cache.statement(for: key) == (known == nil ? nil : model[0].value))
            if known == nil {
                let evicted = model.count == capacity ? model.removeLast().value : nil
                model.insert((key, step), at: 0)
                #expect(cache.insert(step, for: key) == evicted)
            }
        }
    }
}
