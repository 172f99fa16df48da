internal import PostgresWire

// The messages of a query in each of the execution modes. Everything here runs under the connection's lock.
extension PostgresConnection {
    /// Binds and runs a statement: a named one as it is, an unnamed one after parsing it again.
    func submit(
        _ state: inout State, _ query: PostgresQuery, _ statement: PreparedStatement, _ call: PostgresCall
    ) throws(PostgresError) -> RequestID? {
        try query.checkCount(statement)
        return try submit(&state, isOpen: call.fetchSize != nil) {
            (encoder: inout RequestEncoder) throws(PostgresError) in
            try encoder.append(statement, query.arguments, fetchSize: call.fetchSize)
        }
    }

    /// Parses, binds, describes and runs a text without having asked about it.
    func submitUnnamed(
        _ state: inout State, _ query: PostgresQuery, _ call: PostgresCall
    ) throws(PostgresError) -> RequestID? {
        let parameters = try TextParameters(query.arguments)
        return try submit(&state, isOpen: call.fetchSize != nil) {
            (encoder: inout RequestEncoder) throws(PostgresError) in
            try encoder.append(
                query.sql, parameters, resultFormat: call.resultFormat, fetchSize: call.fetchSize)
        }
    }

    /// Runs a text by the simple protocol, with its arguments as literals.
    func submitSimple(
        _ state: inout State, _ query: PostgresQuery, _ call: PostgresCall
    ) throws(PostgresError) -> RequestID? {
        guard call.fetchSize == nil else {
            throw PostgresError(.invalidQuery, "the simple protocol has no fetch size", nothingWasSent: true)
        }
        let sql = try query.withLiterals(serverParameters: wire.parameters)
        return try submit(&state) { (encoder: inout RequestEncoder) throws(WireError) in try encoder.query(sql) }
    }

    /// Submits a request; statements that fell out of the cache are closed on the way.
    ///
    /// - Returns: nil while a cancel request is under way.
    func submit<Failure: Error>(
        _ state: inout State, isOpen: Bool = false, _ body: (inout RequestEncoder) throws(Failure) -> Void
    ) throws(PostgresError) -> RequestID? {
        let names = state.toClose
        let request = try wire.submit(isOpen: isOpen) { (encoder: inout RequestEncoder) throws(PostgresError) in
            do {
                for name in names { try encoder.close(statement: name) }
                try body(&encoder)
            } catch let error as PostgresError {
                throw error
            } catch let error as WireError {
                throw PostgresError(error)
            } catch {
                throw PostgresError(.invalidQuery, "\(error)", nothingWasSent: true)
            }
        }
        if request != nil, !names.isEmpty { state.toClose.removeAll() }
        return request
    }
}

extension PostgresQuery {
    func checkCount(_ statement: PreparedStatement) throws(PostgresError) {
        let count = statement.parameterTypes.count
        guard arguments.count == count else {
            throw PostgresError(
                .invalidQuery, "the query has \(count) parameters, but \(arguments.count) arguments were given",
                nothingWasSent: true)
        }
    }
}

extension RequestEncoder {
    /// Binds and runs a statement whose description is known.
    mutating func append(
        _ statement: PreparedStatement, _ arguments: [any PostgresEncodable], fetchSize: Int?
    ) throws(PostgresError) {
        let isNamed = !statement.name.isEmpty
        if !isNamed { try parseUnnamed(statement.sql, statement.parameterTypes.map(\.rawValue)) }
        do throws(RequestFailure<PostgresError>) {
            try bind(statement.bind) { (writer: inout ByteWriter) throws(PostgresError) in
                try writer.writeParameters(arguments, as: statement.parameterTypes)
            }
        } catch {
            throw error.postgresError
        }
        // The schema may have changed since the description was made, so an unnamed statement's columns are told.
        let isKnown = isNamed && !statement.hasColumnsOfEachRun
        let columns = isKnown && statement.returnsRows ? statement.columns.count : nil
        try run(describing: !isKnown, columns: columns, fetchSize)
    }

    /// Parses, binds, describes and runs a text of which nothing is known.
    mutating func append(
        _ sql: String, _ parameters: TextParameters, resultFormat: WireFormat = .binary, fetchSize: Int?
    ) throws(PostgresError) {
        try parseUnnamed(sql, parameters.types)
        do throws(RequestFailure<PostgresError>) {
            try bind(.unnamed(resultFormat)) { (writer: inout ByteWriter) throws(PostgresError) in
                try parameters.write(into: &writer)
            }
        } catch {
            throw error.postgresError
        }
        try run(describing: true, columns: nil, fetchSize)
    }

    private mutating func parseUnnamed(_ sql: String, _ parameterTypes: [UInt32]) throws(PostgresError) {
        do throws(WireError) {
            try parse(statement: "", sql: sql, parameterTypes: parameterTypes)
        } catch {
            throw PostgresError(error)
        }
    }

    private mutating func run(describing: Bool, columns: Int?, _ fetchSize: Int?) throws(PostgresError) {
        do throws(WireError) {
            if describing { try describe(portal: "") }
            guard let fetchSize else { return try execute(columns: columns) }
            try execute(columns: columns, maximumRows: Int32(clamping: max(fetchSize, 1)))
            flush()
        } catch {
            throw PostgresError(error)
        }
    }
}

extension RequestFailure<PostgresError> {
    fileprivate var postgresError: PostgresError {
        switch self {
        case .wire(let error): PostgresError(error)
        case .parameter(let error): error
        }
    }
}
