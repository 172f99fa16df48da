internal import PostgresWire

extension ByteWriter {
    /// Writes the formats, the count and the values of a Bind message's parameters.
    ///
    /// - Throws: ``PostgresError`` with the code `invalidQuery`, naming the parameter and both types.
    mutating func writeParameters(
        _ arguments: [any PostgresEncodable], as types: [PostgresType]
    ) throws(PostgresError) {
        guard let count = UInt16(exactly: arguments.count), arguments.count == types.count else {
            throw PostgresError(WireError.tooMany("parameters", count: arguments.count, limit: 65_535))
        }
        if arguments.isEmpty {
            write(0 as UInt16)
            return write(0 as UInt16)
        }
        // One format code per parameter: they are two bytes each, and texts and binary values come mixed.
        write(count)
        // They are filled in as the values tell them, so that each argument is looked at once.
        var formatOffset = self.count
        // By index, here and below, because an iterator would copy each argument.
        var rest = arguments.count
        while rest >= 4 {
            write(UInt64(0x0001_0001_0001_0001))
            rest -= 4
        }
        for _ in 0..<rest { write(WireFormat.binary.rawValue) }
        write(count)
        for index in arguments.indices {
            let format: WireFormat
            do throws(PostgresCodingError) {
                format = try arguments[index].encodeParameter(into: &self, as: types[index])
            } catch {
                throw Self.parameterError(error, index, types[index], arguments[index])
            }
            if format != .binary { patch(format.rawValue, at: formatOffset) }
            formatOffset += 2
        }
    }

    /// Writes the value of the parameter at an index from 0.
    mutating func writeParameter(
        _ argument: any PostgresEncodable, as type: PostgresType, at index: Int
    ) throws(PostgresError) {
        do throws(PostgresCodingError) {
            try writeValue(argument, as: type)
        } catch {
            throw Self.parameterError(error, index, type, argument)
        }
    }

    private static func parameterError(
        _ error: PostgresCodingError, _ index: Int, _ type: PostgresType, _ value: any PostgresEncodable
    ) -> PostgresError {
        let swiftType = Swift.type(of: value)
        let reason =
            error == .wrongType
            ? "\(error.explanation); a cast such as $\(index + 1)::\(swiftType.postgresType) decides the type"
            : error.explanation
        return PostgresError(
            .invalidQuery, "parameter $\(index + 1) (\(type)) cannot be encoded from \(swiftType): \(reason)",
            nothingWasSent: true)
    }
}

extension PostgresCodingError {
    /// Why a value could not be encoded, for messages.
    @usableFromInline var explanation: String {
        switch self {
        case .wrongType: "the types do not go together"
        case .outOfRange: "the value does not fit"
        case .null: "it is NULL"
        case .nullElement(let index): "its element \(index) is NULL"
        case .malformed(let what): "it holds \(what)"
        }
    }
}
