/// Writes the messages of one request and notes which answers they call for.
///
/// A request is either one simple query, or extended-protocol messages that the session ends with a Sync: at once, or,
/// where the request is open, later.
package struct RequestEncoder: ~Copyable {
    /// Bytes that wait to be sent.
    package var output = ByteWriter(capacity: 1024)
    var steps = RequestPipeline()

    init() {}

    /// Prepares `sql` under a name; types that are 0 or left out are inferred by the server.
    package mutating func parse(statement: String, sql: String, parameterTypes: [UInt32] = []) throws(WireError) {
        try output.writeParse(statement: statement, sql: sql, parameterTypes: parameterTypes)
        steps.append(.parse)
    }

    /// Asks for a statement's parameter types and columns.
    package mutating func describe(statement: String) throws(WireError) {
        try output.writeDescribe(statement: statement)
        steps.append(.describeStatement)
    }

    /// Asks for a portal's columns.
    package mutating func describe(portal: String) throws(WireError) {
        try output.writeDescribe(portal: portal)
        steps.append(.describePortal)
    }

    /// Binds a statement to the unnamed portal.
    ///
    /// `parameters` writes the format codes, the count and the values: everything between the statement's name and
    /// the result formats. It runs in place, so values are encoded straight into the bytes to be sent.
    package mutating func bind<Failure: Error>(
        _ statement: PreparedBind, parameters: (inout ByteWriter) throws(Failure) -> Void
    ) throws(RequestFailure<Failure>) {
        let start = output.count
        output.write(statement.head)
        do throws(Failure) {
            try parameters(&output)
        } catch {
            throw .parameter(error)
        }
        output.write(statement.tail)
        do throws(WireError) {
            try output.endMessage(start, name: "Bind")
        } catch {
            throw .wire(error)
        }
        steps.append(.bind)
    }

    /// Runs the unnamed portal.
    ///
    /// `columns` is the number of columns every row must have, where it is known already.
    package mutating func execute(columns: Int?, maximumRows: Int32 = 0) throws(WireError) {
        if maximumRows == 0 {
            writeRun()
        } else {
            try output.writeExecute(portal: "", maximumRows: maximumRows)
        }
        steps.append(.execute(columns: columns))
    }

    /// Begins what ``bind(_:parameters:)`` and ``execute(columns:maximumRows:)`` write one behind the other: the
    /// parameters follow, then ``endRun(_:_:columns:)``.
    ///
    /// - Returns: where the messages begin.
    package mutating func beginRun(_ statement: PreparedBind) -> Int {
        let start = output.count
        output.write(statement.head)
        return start
    }

    /// Ends what ``beginRun(_:)`` began at `start`.
    package mutating func endRun(_ start: Int, _ statement: PreparedBind, columns: Int?) throws(WireError) {
        output.write(statement.tail)
        try output.endMessage(start, name: "Bind")
        writeRun()
        steps.append(.bind, .execute(columns: columns))
    }

    /// Writes 'E', the length 9, an empty name and no limit: the same ten bytes for almost every query.
    @inline(__always)
    private mutating func writeRun() {
        output.write(0x4500_0000_0900_0000 as UInt64)
        output.write(0 as UInt16)
    }

    /// Makes the server fail, and so undo, what was sent of the request: there is no portal of this name.
    package mutating func fail() throws(WireError) {
        try output.writeExecute(portal: "given up", maximumRows: 0)
        steps.append(.execute(columns: nil))
    }

    /// Frees a prepared statement; naming one that does not exist is no error.
    package mutating func close(statement: String) throws(WireError) {
        try output.writeClose(statement: statement)
        steps.append(.close)
    }

    /// Has the server send what it has answered so far, without ending the request.
    package mutating func flush() { output.writeFlush() }

    /// Runs a text with any number of statements by the simple query protocol.
    package mutating func query(_ sql: String) throws(WireError) {
        try output.writeQuery(sql)
        steps.append(.query)
    }

    /// Runs a COPY command whose data are to flow.
    package mutating func copy(_ sql: String, _ direction: CopyDirection) throws(WireError) {
        try output.writeQuery(sql)
        steps.append(.copy(direction))
    }
}

/// Why a request could not be written: the protocol cannot carry it, or a parameter could not be encoded.
package enum RequestFailure<Failure: Error>: Error {
    case wire(WireError)
    case parameter(Failure)
}
