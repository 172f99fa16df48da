/// What an `ErrorResponse` or a `NoticeResponse` says, with every field that the server sent.
///
/// PostgreSQL: Error and Notice Message Fields.
public struct ServerReport: Hashable, Sendable {
    /// One field: its letter and its text.
    public struct Field: Hashable, Sendable {
        /// The byte that says what the text is, such as 'M' for the message.
        public var letter: UInt8
        /// The text.
        public var text: String

        /// A field.
        public init(_ letter: UInt8, _ text: String) {
            self.letter = letter
            self.text = text
        }
    }

    /// All fields in the order in which they came, those with unknown letters too.
    public let fields: [Field]

    /// A report with these fields.
    public init(fields: [Field]) { self.fields = fields }

    /// A report as a server of today would send it, for tests and scripted servers; `more` are further fields.
    public init(severity: String, sqlState: SQLState, message: String, more: [Field] = []) {
        fields =
            [
                Field(UInt8(ascii: "S"), severity), Field(UInt8(ascii: "V"), severity),
                Field(UInt8(ascii: "C"), sqlState.rawValue), Field(UInt8(ascii: "M"), message),
            ] + more
    }

    /// The text of the first field with this letter.
    public subscript(letter: Unicode.Scalar) -> String? {
        for field in fields where UInt32(field.letter) == letter.value { return field.text }
        return nil
    }

    /// ERROR, FATAL, PANIC, WARNING, NOTICE, DEBUG, INFO or LOG; from servers before 9.6 in the server's language.
    public var severity: String { self["V"] ?? self["S"] ?? "" }

    /// Whether the server ends the session with this.
    public var isFatal: Bool { severity == "FATAL" || severity == "PANIC" }

    /// The code to tell errors apart by; empty if the server sent none.
    public var sqlState: SQLState { SQLState(rawValue: self["C"] ?? "") }

    /// What went wrong, in one line as a rule.
    public var message: String { self["M"] ?? "" }

    /// More about it; may hold data of the tables.
    public var detail: String? { self["D"] }

    /// What could be done about it.
    public var hint: String? { self["H"] }

    /// Where in the SQL, counted in characters from 1.
    public var position: Int? { self["P"].flatMap { Int($0) } }

    /// Where in ``internalQuery``, counted in characters from 1.
    public var internalPosition: Int? { self["p"].flatMap { Int($0) } }

    /// A query that the server had made itself, in a function for example.
    public var internalQuery: String? { self["q"] }

    /// The stack of functions and internal queries, one a line.
    public var context: String? { self["W"] }

    /// The schema of the object in question.
    public var schemaName: String? { self["s"] }

    /// The table in question.
    public var tableName: String? { self["t"] }

    /// The column in question.
    public var columnName: String? { self["c"] }

    /// The data type in question.
    public var dataTypeName: String? { self["d"] }

    /// The constraint in question; an index may be one too.
    public var constraintName: String? { self["n"] }

    /// The file of the server's source where it was reported.
    public var file: String? { self["F"] }

    /// The line in that file.
    public var line: Int? { self["L"].flatMap { Int($0) } }

    /// The function there.
    public var routine: String? { self["R"] }
}

extension ServerReport: CustomStringConvertible, CustomDebugStringConvertible {
    /// Severity, message, SQLSTATE, hint, the objects in question and the position, on one line.
    ///
    /// It holds nothing but what a server's log may show: no detail, no query. Control characters are spelled out.
    public var description: String {
        var result = severity.isEmpty ? message : "\(severity): \(message)"
        if !sqlState.rawValue.isEmpty { result += " (SQLSTATE \(sqlState.rawValue))" }
        append("hint", hint, to: &result)
        append("schema", schemaName, to: &result)
        append("table", tableName, to: &result)
        append("column", columnName, to: &result)
        append("data type", dataTypeName, to: &result)
        append("constraint", constraintName, to: &result)
        append("position", self["P"], to: &result)
        return result.controlsEscaped
    }

    /// The same and everything else that the server sent, which may hold data of the tables.
    public var debugDescription: String {
        var result = ""
        append("detail", detail, to: &result)
        append("context", context, to: &result)
        append("internal query", internalQuery, to: &result)
        append("internal position", self["p"], to: &result)
        append("routine", routine, to: &result)
        append("file", file, to: &result)
        append("line", self["L"], to: &result)
        for field in fields where !Self.knownLetters.contains(field.letter) {
            append("'\(Unicode.Scalar(field.letter))'", field.text, to: &result)
        }
        return description + result.controlsEscaped
    }

    private static let knownLetters = Set("SVCMDHPpqWstcdnFLR".utf8)

    private func append(_ label: String, _ value: String?, to result: inout String) {
        if let value { result += ", \(label): \(value)" }
    }
}

extension ServerReport {
    /// Reads the body of an `ErrorResponse` or `NoticeResponse`.
    ///
    /// Missing and unknown fields are no errors; a list without its final NUL is one.
    static func decode(body: RawSpan, message: StaticString) throws(WireError) -> ServerReport {
        var reader = ByteReader(body, message: message)
        var fields: [Field] = []
        while true {
            let letter = try reader.integer(UInt8.self)
            if letter == 0 { break }
            fields.append(Field(letter, try reader.cString()))
        }
        try reader.finish()
        return ServerReport(fields: fields)
    }

    /// Appends the fields and the final NUL.
    func encode(into writer: inout ByteWriter, message: OpenMessage) throws(WireError) {
        for field in fields {
            guard field.letter != 0 else { throw .nulByte(field: "letter of an error field") }
            writer.write(field.letter)
            try writer.writeText(field.text, field: "error field", message: message)
        }
        writer.write(0 as UInt8)
    }
}
