/// SQL text with its parameters, written as a string literal.
///
///     let query: PostgresQuery = "SELECT name FROM users WHERE id = \(id)"
///
/// Interpolated values become bound parameters (`$1`, `$2`, …); they are never part of the text, so they need no
/// quoting and can inject nothing. A query is a value that composes: put into another query, its parameters are
/// renumbered.
///
///     var filter: PostgresQuery = "active"
///     if let name { filter = "\(filter) AND name = \(name)" }
///     try await db.query("SELECT * FROM users WHERE \(filter)")
///
/// What must be text has to say so: `\(identifier: name)` is quoted as an identifier, `\(unsafeSQL: text)` goes in as
/// it is.
public struct PostgresQuery: Sendable, ExpressibleByStringInterpolation {
    /// The SQL text with numbered placeholders.
    public private(set) var sql: String
    /// The values of the placeholders, in order.
    public private(set) var arguments: [any PostgresEncodable]

    /// A query without parameters.
    public init(stringLiteral sql: String) {
        self.sql = sql
        arguments = []
    }

    /// A query from a literal with interpolated values.
    public init(stringInterpolation: StringInterpolation) { self = stringInterpolation.query }

    /// A query from text that was not written as a literal, such as a file's.
    ///
    /// Nothing is escaped or checked.
    ///
    /// `$1`, `$2`, … in the text stand for the arguments, in order. The text may be put into other queries as well:
    /// placeholders are found outside of literals, quoted identifiers and comments.
    public init(unsafeSQL sql: String, arguments: [any PostgresEncodable] = []) {
        self.sql = sql
        self.arguments = arguments
    }

    fileprivate init(capacity: Int) {
        sql = ""
        // Short texts live in the String itself, and most of the others grow once.
        if capacity > 40 { sql.reserveCapacity(capacity) }
        arguments = []
    }

    fileprivate mutating func append(text: String) { sql += text }

    fileprivate mutating func append(argument: any PostgresEncodable) {
        arguments.append(argument)
        sql += Self.placeholder(arguments.count)
    }

    private static func placeholder(_ number: Int) -> String {
        // Most queries have few parameters, and these texts cost nothing.
        switch number {
        case 1: "$1"
        case 2: "$2"
        case 3: "$3"
        case 4: "$4"
        default: "$\(number)"
        }
    }

    /// Puts another query in: its text with every placeholder numbered anew, its arguments behind ours.
    ///
    /// The placeholders are found by reading the text, so that a query that is not put into another keeps no account
    /// of where they stand.
    fileprivate mutating func append(_ query: PostgresQuery) {
        let first = arguments.count
        arguments += query.arguments
        if query.arguments.isEmpty || first == 0 { return sql += query.sql }
        let text = Array(query.sql.utf8)
        var position = 0
        for found in PlaceholderScanner.placeholders(in: query.sql) {
            guard found.number >= 1, found.number <= query.arguments.count else { continue }
            sql += String(decoding: text[position..<found.offset], as: UTF8.self)
            sql += Self.placeholder(first + found.number)
            position = found.offset + found.length
        }
        sql += String(decoding: text[position...], as: UTF8.self)
    }

    /// Joins queries with a text between them, as in `"SELECT … WHERE \(filters.joined(by: " AND "))"`.
    public static func joined(_ queries: [PostgresQuery], by separator: PostgresQuery) -> PostgresQuery {
        var result: PostgresQuery = ""
        for (index, query) in queries.enumerated() {
            if index > 0 { result.append(separator) }
            result.append(query)
        }
        return result
    }

    /// Collects the pieces of a literal.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var query: PostgresQuery

        /// An empty query with room for the literal.
        public init(literalCapacity: Int, interpolationCount: Int) {
            query = PostgresQuery(capacity: literalCapacity + 2 * interpolationCount)
        }

        /// Adds a piece of the literal.
        public mutating func appendLiteral(_ literal: String) { query.append(text: literal) }

        /// Adds a value as a bound parameter.
        public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value) {
            query.append(argument: value)
        }

        /// Adds a value as a bound parameter, or NULL where there is none.
        public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
            query.append(argument: value)
        }

        /// Adds another query with its parameters.
        public mutating func appendInterpolation(_ other: PostgresQuery) { query.append(other) }

        /// Adds a quoted identifier.
        ///
        /// A dot is part of the name: write schema and table as two identifiers.
        public mutating func appendInterpolation(identifier name: String) {
            query.append(text: PostgresQuery.quotedIdentifier(name))
        }

        /// Adds text as it is.
        ///
        /// Whatever it says is executed: it must not come from outside.
        public mutating func appendInterpolation(unsafeSQL text: String) { query.append(text: text) }
    }

    /// A name in double quotes, with those inside doubled.
    ///
    /// A NUL in it is refused when the query is sent.
    ///
    /// PostgreSQL: Lexical Structure, Identifiers.
    public static func quotedIdentifier(_ name: String) -> String {
        var quoted = "\""
        for character in name.unicodeScalars {
            if character == "\"" { quoted.unicodeScalars.append(character) }
            quoted.unicodeScalars.append(character)
        }
        return quoted + "\""
    }
}

extension PostgresQuery: CustomStringConvertible {
    /// The SQL text; values are not shown.
    public var description: String { sql }
}
