import PostgresWire
import Testing

@testable import PostgresDriver

@Suite("Named arguments")
struct NamedArgumentTests {
    @Test(
        "names are found where they are placeholders",
        arguments: [
            (":a", ["a"]), (":a :b_1 :_c", ["a", "b_1", "_c"]), (":a :a", ["a", "a"]), ("(:a)", ["a"]),
            ("x=:a", ["a"]), (":a::int", ["a"]), ("x::a", []), ("x::a::b", []), (":a::int4[]", ["a"]),
            ("a[1:2]", []), ("a[low:high]", []), ("a[f(1):g(2)]", []), ("a[b[1]:c]", []), ("a[\"x\":y]", []),
            ("a[:low : :high]", ["low", "high"]), ("a[1 : :high]", ["high"]), ("f(a := 1)", []), ("f(a := :v)", ["v"]),
            ("':a'", []), ("'it''s :a' :b", ["b"]), ("E'\\':a' :b", ["b"]), ("\":a\" :b", ["b"]),
            ("-- :a\n:b", ["b"]), ("/* :a /* :a */ :a */ :b", ["b"]), ("$$ :a $$ :b", ["b"]),
            ("$t$ :a $$ :a $t$ :b", ["b"]), (":1", []), (":", []), ("a :", []), (": a", []), (":été", ["été"]),
            (":a$b", ["a"]), (":::a", []), ("'a':b", ["b"]), (":a,:b", ["a", "b"]), (":a-:b", ["a", "b"]),
        ] as [(String, [String])])
    func table(_ sql: String, _ names: [String]) {
        let found = PlaceholderScanner.namedPlaceholders(in: sql).names
        #expect(found.map(\.name) == names)
        let bytes = Array(sql.utf8)
        for place in found {
            let text = String(decoding: bytes[place.offset..<(place.offset + place.length)], as: UTF8.self)
            #expect(text == ":" + place.name)
        }
    }

    @Test("names become numbers, the same name the same one")
    func numbers() throws {
        let missing: String? = nil
        let query = try PostgresQuery(
            unsafeSQL: "SELECT :b, ':a', :a::int, :b || :none -- :c", named: ["a": 1, "b": "two", "none": missing])
        #expect(query.sql == "SELECT $1, ':a', $2::int, $1 || $3 -- :c")
        #expect(query.arguments.count == 3 && query.arguments[2].isNull)
        #expect(query.arguments[0] as? String == "two" && query.arguments[1] as? Int == 1)
        let outer: PostgresQuery = "SELECT \(0), \(query)"
        #expect(outer.sql == "SELECT $1, SELECT $2, ':a', $3::int, $2 || $4 -- :c")
    }

    @Test("a text without names takes no arguments")
    func none() throws {
        let query = try PostgresQuery(unsafeSQL: "SELECT '☃'::text", named: [:])
        #expect(query.sql == "SELECT '☃'::text" && query.arguments.isEmpty)
    }

    @Test(
        "names that do not match are told",
        arguments: [
            ("SELECT :a, :b", ["a"], ":b"), ("SELECT :b, :c, :b", ["a"], ":b, :c"), ("SELECT 1", ["b", "a"], ":a, :b"),
            ("SELECT :a, $1", ["a"], "$1"), ("SELECT LIMIT:n", ["n"], ":n"),
        ])
    func mismatch(_ sql: String, _ given: [String], _ told: String) {
        let arguments = Dictionary(uniqueKeysWithValues: given.map { ($0, 1 as any PostgresEncodable) })
        let error = #expect(throws: PostgresError.self) { try PostgresQuery(unsafeSQL: sql, named: arguments) }
        #expect(error?.code == .invalidQuery && error?.nothingWasSent == true)
        #expect(error?.message.contains(told) == true)
    }

    @Test("a message about a thousand names stays short")
    func bounded() {
        let sql = (0..<1000).map { ":n\($0)" }.joined(separator: ",")
        let error = #expect(throws: PostgresError.self) { try PostgresQuery(unsafeSQL: sql, named: [:]) }
        #expect(error?.message.contains("and 990 more") == true && (error?.message.count ?? .max) < 200)
    }
}
