internal import PostgresWire

extension PostgresQuery {
    /// The SQL text with every placeholder replaced by a quoted literal, for the simple protocol.
    ///
    /// Each value, numbers included, becomes a literal of unknown type in parentheses, whose type the server infers as
    /// it would a parameter's. So `-$1` with -1 is `-('-1')` and no comment, and a literal can neither be glued to
    /// what stands before it nor joined to a literal on the line above.
    ///
    /// - Throws: ``PostgresError`` with the code `invalidQuery` where a value has no text form, the number of arguments
    ///   is wrong, or the session's settings would make the server read the text in another way than we do.
    func withLiterals(serverParameters: ServerParameters) throws(PostgresError) -> String {
        if arguments.isEmpty { return sql }
        guard serverParameters["standard_conforming_strings"] == "on" else {
            throw invalid("arguments in the simple protocol need standard_conforming_strings = on")
        }
        let encoding = serverParameters["client_encoding"] ?? ""
        guard encoding.uppercased() == "UTF8" else {
            throw invalid("arguments in the simple protocol need the client_encoding UTF8, not \(encoding)")
        }
        var literals: [String] = []
        for (index, argument) in arguments.enumerated() { literals.append(try literal(argument, at: index)) }
        return try replacingPlaceholders(by: literals)
    }

    private func replacingPlaceholders(by literals: [String]) throws(PostgresError) -> String {
        let text = Array(sql.utf8)
        var result = ""
        var position = 0
        var used = 0
        for found in PlaceholderScanner.placeholders(in: sql) {
            guard found.number >= 1, found.number <= literals.count else {
                throw invalid("the query uses $\(found.number), but \(literals.count) arguments were given")
            }
            result += String(decoding: text[position..<found.offset], as: UTF8.self)
            result += literals[found.number - 1]
            position = found.offset + found.length
            used = max(used, found.number)
        }
        guard used == literals.count else {
            throw invalid("the query has \(used) parameters, but \(literals.count) arguments were given")
        }
        return result + String(decoding: text[position...], as: UTF8.self)
    }

    private func literal(_ argument: any PostgresEncodable, at index: Int) throws(PostgresError) -> String {
        if argument.isNull { return "(NULL)" }
        guard let text = argument.postgresText else {
            throw invalid("parameter $\(index + 1) is a \(type(of: argument)), which has no text form")
        }
        return "(\(Self.quotedLiteral(text)))"
    }

    private func invalid(_ message: String) -> PostgresError {
        PostgresError(.invalidQuery, message, nothingWasSent: true)
    }

    /// A text as a string literal, right whatever standard_conforming_strings says.
    ///
    /// A NUL in it is refused when the query is sent.
    ///
    /// PostgreSQL: Lexical Structure, String Constants.
    public static func quotedLiteral(_ text: String) -> String {
        var quoted = text.utf8.contains(UInt8(ascii: "\\")) ? "E'" : "'"
        for character in text.unicodeScalars {
            if character == "'" || character == "\\" { quoted.unicodeScalars.append(character) }
            quoted.unicodeScalars.append(character)
        }
        return quoted + "'"
    }
}
