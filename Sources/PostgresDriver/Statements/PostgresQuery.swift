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
    /// Where in the text's UTF-8 each placeholder stands and which argument it means.
    private var placeholders: [Placeholder]

    private struct Placeholder: Sendable {
        var offset: Int
        var length: Int
        var argument: Int
    }

    /// A query without parameters.
    public init(stringLiteral sql: String) {
        self.sql = sql
        arguments = []
        placeholders = []
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
        placeholders =
            arguments.isEmpty
            ? []
            : PlaceholderScanner.placeholders(in: sql).compactMap { found in
                guard found.number >= 1, found.number <= arguments.count else { return nil }
                return Placeholder(offset: found.offset, length: found.length, argument: found.number - 1)
            }
    }

    fileprivate init(capacity: Int, interpolations: Int) {
        sql = ""
        sql.reserveCapacity(capacity + 4 * interpolations)
        arguments = []
        arguments.reserveCapacity(interpolations)
        placeholders = []
        placeholders.reserveCapacity(interpolations)
    }

    fileprivate mutating func append(text: String) { sql += text }

    fileprivate mutating func append(argument: any PostgresEncodable) {
        arguments.append(argument)
        appendPlaceholder(arguments.count - 1)
    }

    private mutating func appendPlaceholder(_ argument: Int) {
        let offset = sql.utf8.count
        sql += "$"
        sql += Self.numeral(argument + 1)
        placeholders.append(Placeholder(offset: offset, length: sql.utf8.count - offset, argument: argument))
    }

    private static func numeral(_ number: Int) -> String {
        // Most queries have few parameters, and these texts cost nothing.
        switch number {
        case 1: "1"
        case 2: "2"
        case 3: "3"
        case 4: "4"
        default: String(number)
        }
    }

    /// Puts another query in: its text with every placeholder numbered anew, its arguments behind ours.
    fileprivate mutating func append(_ query: PostgresQuery) {
        let first = arguments.count
        arguments += query.arguments
        let text = Array(query.sql.utf8)
        var position = 0
        for placeholder in query.placeholders where placeholder.offset >= position {
            sql += String(decoding: text[position..<placeholder.offset], as: UTF8.self)
            appendPlaceholder(first + placeholder.argument)
            position = placeholder.offset + placeholder.length
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
            query = PostgresQuery(capacity: literalCapacity, interpolations: interpolationCount)
        }

        /// Adds a piece of the literal.
        public mutating func appendLiteral(_ literal: String) { query.append(text: literal) }

        /// Adds a value as a bound parameter.
        public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value) {
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
