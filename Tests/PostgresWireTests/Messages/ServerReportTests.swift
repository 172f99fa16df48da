import PostgresWire
import Testing

private func report(_ fields: KeyValuePairs<Unicode.Scalar, String>) -> ServerReport {
    ServerReport(fields: fields.map { .init(UInt8($0.key.value), $0.value) })
}

private let full = report([
    "S": "ОШИБКА", "V": "ERROR", "C": "23505", "M": "duplicate key", "D": "Key (id)=(1)", "H": "use another",
    "P": "8", "p": "3", "q": "SELECT 1", "W": "PL/pgSQL f()\nline 2", "s": "public", "t": "users", "c": "id",
    "d": "citext", "n": "users_pkey", "F": "nbtinsert.c", "L": "664", "R": "_bt_check_unique", "!": "novel",
])

@Suite("Error and notice reports")
struct ServerReportTests {
    @Test("Every field has its accessor")
    func accessors() {
        #expect(full.severity == "ERROR")
        #expect(full.sqlState == .uniqueViolation)
        #expect(full.message == "duplicate key")
        #expect(full.detail == "Key (id)=(1)")
        #expect(full.hint == "use another")
        #expect(full.position == 8)
        #expect(full.internalPosition == 3)
        #expect(full.internalQuery == "SELECT 1")
        #expect(full.context == "PL/pgSQL f()\nline 2")
        #expect(full.schemaName == "public")
        #expect(full.tableName == "users")
        #expect(full.columnName == "id")
        #expect(full.dataTypeName == "citext")
        #expect(full.constraintName == "users_pkey")
        #expect(full.file == "nbtinsert.c")
        #expect(full.line == 664)
        #expect(full.routine == "_bt_check_unique")
        #expect(full["!"] == "novel")
        #expect(full["?"] == nil)
    }

    @Test("Fields with unknown letters survive a round trip, in order")
    func unknownLetters() throws {
        let bytes = try written { writer throws(WireError) in
            try BackendMessage.noticeResponse(full).encode(into: &writer)
        }
        #expect(try decodeBackend(bytes[0], Array(bytes.dropFirst(5))) == .noticeResponse(full))
    }

    @Test("Missing fields are no errors")
    func emptyReport() {
        let empty = ServerReport(fields: [])
        #expect(empty.severity == "" && empty.message == "" && empty.sqlState.rawValue == "")
        #expect(empty.position == nil && !empty.isFatal)
        #expect(empty.description == "")
        #expect(report(["M": "hm"]).description == "hm")
    }

    @Test("Without V the severity is S, with it S does not matter")
    func severity() {
        #expect(report(["S": "FATAL", "M": "m"]).isFatal)
        #expect(report(["S": "PANIC"]).isFatal)
        #expect(!report(["S": "ERROR"]).isFatal)
        #expect(report(["S": "致命错误", "V": "FATAL"]).isFatal)
        #expect(report(["V": "PANIC", "S": "x"]).isFatal)
        #expect(!report(["S": "FATAL", "V": "ERROR"]).isFatal)
    }

    @Test("The description shows what may be logged and no more")
    func description() {
        #expect(
            full.description == "ERROR: duplicate key (SQLSTATE 23505), hint: use another, schema: public, "
                + "table: users, column: id, data type: citext, constraint: users_pkey, position: 8")
        #expect(!full.description.contains("Key (id)"))
    }

    @Test("The debug description shows everything")
    func debugDescription() {
        let text = full.debugDescription
        #expect(text.hasPrefix(full.description))
        for part in [
            "detail: Key (id)=(1)", #"context: PL/pgSQL f()\nline 2"#, "internal query: SELECT 1",
            "internal position: 3", "routine: _bt_check_unique", "file: nbtinsert.c", "line: 664", "'!': novel",
        ] {
            #expect(text.contains(part))
        }
    }

    @Test(
        "Control characters and marks of direction are spelled out",
        arguments: [
            ("a\u{1b}[31mb", #"a\u{1b}[31mb"#), ("a\r\nb", #"a\r\nb"#), ("\u{202e}x", #"\u{202e}x"#),
            ("\u{2066}", #"\u{2066}"#), ("\u{9b}", #"\u{9b}"#), ("\u{7f}\t", #"\u{7f}\t"#),
            ("\u{2028}", #"\u{2028}"#), ("Grüße 👍🏽", "Grüße 👍🏽"),
        ])
    func escaping(text: String, expected: String) {
        #expect(report(["V": "ERROR", "M": text]).description == "ERROR: " + expected)
        #expect(report(["D": text]).debugDescription == ", detail: " + expected)
    }

    @Test("Numbers that are none are nil", arguments: ["", "x", "99999999999999999999", "1.5"])
    func badNumbers(text: String) {
        #expect(report(["P": text]).position == nil)
        #expect(report(["L": text]).line == nil)
    }
}

@Suite("SQLSTATE codes")
struct SQLStateTests {
    @Test(
        "Constants have the code and the name of their condition",
        arguments: [
            (SQLState.uniqueViolation, "23505", "unique_violation"),
            (.successfulCompletion, "00000", "successful_completion"),
            (.stringDataRightTruncation, "22001", "string_data_right_truncation"),
            (.warningStringDataRightTruncation, "01004", "string_data_right_truncation"),
            (.sqlRoutineReadingSQLDataNotPermitted, "2F004", "reading_sql_data_not_permitted"),
            (.externalRoutineReadingSQLDataNotPermitted, "38004", "reading_sql_data_not_permitted"),
            (.nullValueNotAllowed, "22004", "null_value_not_allowed"),
            (.externalRoutineInvocationNullValueNotAllowed, "39004", "null_value_not_allowed"),
            (.transactionTimeout, "25P04", "transaction_timeout"),
            (.inFailedSQLTransaction, "25P02", "in_failed_sql_transaction"),
            (.queryCanceled, "57014", "query_canceled"), (.indexCorrupted, "XX002", "index_corrupted"),
        ])
    func constants(state: SQLState, code: String, name: String) {
        #expect(state.rawValue == code)
        #expect(state.description == code)
        #expect(state.name == name)
        #expect(state.classCode == code.prefix(2))
        #expect(state == SQLState(rawValue: code))
    }

    @Test("Codes that are not PostgreSQL's have no name", arguments: ["", "U0001", "2350", "23505 "])
    func unknown(code: String) {
        #expect(SQLState(rawValue: code).name == nil)
    }
}

@Suite("Command tags")
struct CommandTagTests {
    @Test(
        "A tag says what was done to how many rows",
        arguments: [
            ("SELECT 0", "SELECT", 0), ("INSERT 0 5", "INSERT", 5), ("COPY 3", "COPY", 3), ("MERGE 2", "MERGE", 2),
            ("UPDATE 12", "UPDATE", 12), ("DELETE 1", "DELETE", 1), ("FETCH 4", "FETCH", 4), ("MOVE 9", "MOVE", 9),
            ("SELECT 3000000000", "SELECT", 3_000_000_000), ("BEGIN", "BEGIN", nil),
            ("CREATE TABLE", "CREATE TABLE", nil), ("SELECT", "SELECT", nil), ("", "", nil), (" ", "", nil),
            ("SELECT 99999999999999999999", "SELECT", nil), ("SELECT -1", "SELECT -1", nil),
            ("SELECT +1", "SELECT +1", nil), ("SELECT ", "SELECT", nil), ("SELECT ١", "SELECT ١", nil),
            ("FROBNICATE 5", "FROBNICATE", nil), ("5", "5", nil), ("5 5", "5", nil),
            ("LISTEN", "LISTEN", nil), ("XXXSELECT 5", "XXXSELECT", nil), ("SELECT 5x", "SELECT 5x", nil),
            ("SELECT x 5", "SELECT x", 5), ("SELECT 9223372036854775807", "SELECT", .max),
            ("SELECT 9223372036854775808", "SELECT", nil), ("INSERT 0 x", "INSERT 0 x", nil),
        ] as [(String, String, Int?)])
    func tags(text: String, command: String, rows: Int?) {
        let tag = CommandTag(text)
        #expect(tag.rowsAffected == rows)
        #expect(tag.command == command)
        #expect(tag.description == text)
    }
}
