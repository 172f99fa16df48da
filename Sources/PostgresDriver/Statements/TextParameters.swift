internal import PostgresWire

/// Parameters for a statement of which nothing is known: in text form and of unknown type, so that the server infers
/// the types as if the values were literals in the query.
///
/// A value without a text form travels in binary, as the PostgreSQL type that suits its Swift type.
struct TextParameters {
    private let arguments: [any PostgresEncodable]
    private let texts: [String?]
    /// The types to declare: 0 for what is sent as text.
    let types: [UInt32]

    /// - Throws: ``PostgresError`` with the code `invalidQuery` where there are too many.
    init(_ arguments: [any PostgresEncodable]) throws(PostgresError) {
        guard arguments.count <= UInt16.max else {
            throw PostgresError(WireError.tooMany("parameters", count: arguments.count, limit: 65_535))
        }
        self.arguments = arguments
        texts = arguments.map { $0.isNull ? nil : $0.postgresText }
        types = zip(arguments, texts).map { argument, text in
            text == nil && !argument.isNull ? type(of: argument).postgresType.rawValue : 0
        }
    }

    /// Appends the formats, the count and the values of a Bind message.
    func write(into writer: inout ByteWriter) throws(PostgresError) {
        let count = UInt16(arguments.count)
        writer.write(count)
        for index in arguments.indices {
            let type = PostgresType(rawValue: types[index])
            writer.write((texts[index] == nil ? arguments[index].format(for: type) : .text).rawValue)
        }
        writer.write(count)
        for index in arguments.indices {
            if let text = texts[index] {
                let start = writer.count
                writer.write(0 as Int32)
                writer.write(utf8: text)
                guard let length = Int32(exactly: writer.count - start - 4) else {
                    throw PostgresError(
                        .invalidQuery, "parameter $\(index + 1) is too long", nothingWasSent: true)
                }
                writer.patch(length, at: start)
            } else {
                try writer.writeParameter(arguments[index], as: PostgresType(rawValue: types[index]), at: index)
            }
        }
    }
}
