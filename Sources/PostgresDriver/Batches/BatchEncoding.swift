internal import PostgresWire

extension RequestEncoder {
    /// Appends queries of one statement, from the one at `index` up to `end`, until `size` bytes wait to be sent.
    ///
    /// At least one is appended; `index` is the first that was not, or the one that could not be.
    mutating func append(
        _ queries: [PostgresQuery], _ index: inout Int, upTo end: Int, _ statement: PreparedStatement, size: Int
    ) throws(PostgresError) {
        guard !statement.name.isEmpty, !statement.hasColumnsOfEachRun else {
            repeat {
                try queries[index].checkCount(statement)
                try append(statement, queries[index].arguments, fetchSize: nil)
                index += 1
            } while index < end && output.count < size
            return
        }
        // What all of them have in common is asked once; through a span, nothing of a query is copied.
        let (bind, types) = (statement.bind, statement.parameterTypes)
        let columns = statement.returnsRows ? statement.columns.count : nil
        let queries = queries.span
        repeat {
            if queries[index].arguments.count != types.count { try queries[index].checkCount(statement) }
            let start = beginRun(bind)
            try output.writeParameters(queries[index].arguments, as: types)
            do throws(WireError) {
                try endRun(start, bind, columns: columns)
            } catch {
                throw PostgresError(error)
            }
            index += 1
        } while index < end && output.count < size
    }
}
