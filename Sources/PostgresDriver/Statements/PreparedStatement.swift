internal import PostgresWire

/// A statement that the server has parsed on one connection.
final class PreparedStatement: Sendable {
    /// The name on the server.
    let name: String
    let sql: String
    /// The types that the server inferred or was given.
    let parameterTypes: [PostgresType]
    /// What it returns; no columns for a command without rows.
    let columns: PostgresColumns
    /// Whether it returns rows at all, be they without columns.
    let returnsRows: Bool
    /// Whether each run has to ask for its columns; see ``PostgresQuery/hasColumnsOfEachRun``.
    let hasColumnsOfEachRun: Bool
    /// What its Bind messages have in common.
    let bind: PreparedBind

    init(
        name: String, sql: String, parameterTypes: [PostgresType], columns: PostgresColumns, returnsRows: Bool
    ) throws(PostgresError) {
        self.name = name
        self.sql = sql
        self.parameterTypes = parameterTypes
        self.columns = columns
        self.returnsRows = returnsRows
        // What changes from run to run may have other columns now, and in other numbers.
        hasColumnsOfEachRun = PostgresQuery(unsafeSQL: sql).hasColumnsOfEachRun
        do throws(WireError) {
            bind = try PreparedBind(statement: name, resultFormats: hasColumnsOfEachRun ? nil : columns.resultFormats)
        } catch {
            throw PostgresError(error)
        }
    }
}
