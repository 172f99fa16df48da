public import PostgresWire

extension PostgresQuery {
    /// A query from text with named placeholders, such as a file's.
    ///
    ///     let query = try PostgresQuery(
    ///         unsafeSQL: "SELECT id FROM users WHERE name = :name AND created > :since::timestamptz",
    ///         named: ["name": name, "since": since])
    ///
    /// A placeholder is a colon and a name of letters, digits and underscores that does not begin with a digit. It
    /// becomes a bound parameter; a name that stands in several places is one parameter. Nothing is found in literals,
    /// quoted identifiers, dollar-quoted texts and comments. Neither `::` of a cast nor `:=` is one, and a colon
    /// directly behind a name, a number or a bracket divides the bounds of an array slice: `a[1:2]`, `a[low:high]`.
    /// (An argument as the upper bound needs a space: `a[1 : :high]`.)
    ///
    /// The text itself is neither escaped nor checked.
    ///
    /// - Throws: ``PostgresError`` with the code `invalidQuery` where the text has a name without an argument, where an
    ///   argument's name is not in the text, and where the text has numbered placeholders as well.
    public init(unsafeSQL text: String, named arguments: [String: any PostgresEncodable]) throws(PostgresError) {
        let (names, numbered) = PlaceholderScanner.namedPlaceholders(in: text)
        if let first = numbered.first {
            throw Self.invalid("the text has $\(first.number) beside named placeholders")
        }
        let bytes = Array(text.utf8)
        var sql = ""
        var values: [any PostgresEncodable] = []
        var numbers: [String: Int] = [:]
        var missing: [String] = []
        var position = 0
        for found in names {
            sql += String(decoding: bytes[position..<found.offset], as: UTF8.self)
            position = found.offset + found.length
            if numbers[found.name] == nil {
                if let value = arguments[found.name] { values.append(value) } else { missing.append(found.name) }
                numbers[found.name] = values.count
            }
            sql += "$\(numbers[found.name] ?? 0)"
        }
        sql += String(decoding: bytes[position...], as: UTF8.self)
        if !missing.isEmpty { throw Self.invalid("no argument was given for \(Self.list(missing))") }
        let unknown = arguments.keys.filter { numbers[$0] == nil }.sorted()
        if !unknown.isEmpty { throw Self.invalid("the text has no placeholder \(Self.list(unknown))") }
        self.init(unsafeSQL: sql, arguments: values)
    }

    private static func invalid(_ message: String) -> PostgresError {
        PostgresError(.invalidQuery, message, nothingWasSent: true)
    }

    private static func list(_ names: [String]) -> String {
        let rest = names.count > 10 ? " and \(names.count - 10) more" : ""
        return names.prefix(10).map { ":\($0.prefix(63))" }.joined(separator: ", ") + rest
    }
}
