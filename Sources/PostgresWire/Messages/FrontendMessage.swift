/// A tagged message from the client.
///
/// For proxies, replay servers and tests; a session writes its messages without building these values.
/// PostgreSQL: Message Formats.
public enum FrontendMessage: Equatable, Sendable {
    /// What `Describe` and `Close` concern.
    public enum Target: Hashable, Sendable {
        /// A prepared statement; the empty name is the unnamed one.
        case statement(String)
        /// A portal; the empty name is the unnamed one.
        case portal(String)
    }

    /// `Bind`; a nil parameter is NULL.
    case bind(
        portal: String, statement: String, parameterFormats: [Int16], parameters: [[UInt8]?], resultFormats: [Int16])
    /// `Close`.
    case close(Target)
    /// `CopyData`.
    case copyData([UInt8])
    /// `CopyDone`.
    case copyDone
    /// `CopyFail`, with the reason.
    case copyFail(String)
    /// `Describe`.
    case describe(Target)
    /// `Execute`; 0 rows stands for all of them.
    case execute(portal: String, maximumRows: Int32)
    /// `Flush`.
    case flush
    /// `FunctionCall`; a nil argument is NULL.
    case functionCall(function: UInt32, argumentFormats: [Int16], arguments: [[UInt8]?], resultFormat: Int16)
    /// `Parse`.
    case parse(statement: String, sql: String, parameterTypes: [UInt32])
    /// The whole body of one of the four messages that share 'p'; which one it is depends on what the server asked.
    case password([UInt8])
    /// `Query`.
    case query(String)
    /// `Sync`.
    case sync
    /// `Terminate`.
    case terminate

    /// The kind of the message.
    public var kind: FrontendKind {
        switch self {
        case .bind: .bind
        case .close: .close
        case .copyData: .copyData
        case .copyDone: .copyDone
        case .copyFail: .copyFail
        case .describe: .describe
        case .execute: .execute
        case .flush: .flush
        case .functionCall: .functionCall
        case .parse: .parse
        case .password: .password
        case .query: .query
        case .sync: .sync
        case .terminate: .terminate
        }
    }
}

/// Reading.
extension FrontendMessage {
    /// Reads the body of a message; `kind` is its tag byte.
    ///
    /// - Throws: ``WireError`` where the kind is unknown or the body is not exactly what the manual says.
    public static func decode(kind: UInt8, body: RawSpan) throws(WireError) -> FrontendMessage {
        guard let kind = FrontendKind(rawValue: kind) else { throw .unknownKind(kind) }
        var reader = ByteReader(body, message: kind.staticName)
        let message: FrontendMessage
        switch kind {
        case .bind: message = try bind(&reader)
        case .close: message = .close(try target(&reader))
        case .copyData: message = .copyData(try reader.array(reader.remaining))
        case .copyDone: message = .copyDone
        case .copyFail: message = .copyFail(try reader.cString())
        case .describe: message = .describe(try target(&reader))
        case .execute: message = .execute(portal: try reader.cString(), maximumRows: try reader.integer())
        case .flush: message = .flush
        case .functionCall: message = try functionCall(&reader)
        case .parse:
            message = .parse(
                statement: try reader.cString(), sql: try reader.cString(), parameterTypes: try reader.integers())
        case .password: message = .password(try reader.array(reader.remaining))
        case .query: message = .query(try reader.cString())
        case .sync: message = .sync
        case .terminate: message = .terminate
        }
        try reader.finish()
        return message
    }

    private static func bind(_ reader: inout ByteReader) throws(WireError) -> FrontendMessage {
        let portal = try reader.cString()
        let statement = try reader.cString()
        let formats = try reader.integers(Int16.self)
        let count = Int(try reader.integer(UInt16.self))
        return .bind(
            portal: portal, statement: statement, parameterFormats: formats, parameters: try reader.values(count),
            resultFormats: try reader.integers(Int16.self))
    }

    private static func functionCall(_ reader: inout ByteReader) throws(WireError) -> FrontendMessage {
        let function = try reader.integer(UInt32.self)
        let formats = try reader.integers(Int16.self)
        let count = Int(try reader.integer(UInt16.self))
        return .functionCall(
            function: function, argumentFormats: formats, arguments: try reader.values(count),
            resultFormat: try reader.integer(Int16.self))
    }

    private static func target(_ reader: inout ByteReader) throws(WireError) -> Target {
        let byte = try reader.integer(UInt8.self)
        switch byte {
        case UInt8(ascii: "S"): return .statement(try reader.cString())
        case UInt8(ascii: "P"): return .portal(try reader.cString())
        default: throw reader.invalid("target \(byte)")
        }
    }
}

/// Reading the four messages that share 'p'.
extension FrontendMessage {
    /// The password, or the answer to an MD5 request, in the body of a `PasswordMessage`.
    public static func password(body: [UInt8]) throws(WireError) -> [UInt8] {
        guard body.last == 0 else { throw .truncated(message: "PasswordMessage") }
        guard body.firstIndex(of: 0) == body.count - 1 else {
            throw .badField(message: "PasswordMessage", reason: "a NUL inside the password")
        }
        return [UInt8](body.dropLast())
    }

    /// Mechanism and first response in the body of a `SASLInitialResponse`; nil is no response.
    public static func saslInitialResponse(
        body: [UInt8]
    ) throws(WireError) -> (mechanism: String, response: [UInt8]?) {
        guard let end = body.firstIndex(of: 0) else { throw .truncated(message: "SASLInitialResponse") }
        let mechanism = String(decoding: body[..<end], as: UTF8.self)
        let rest = body[(end + 1)...]
        guard rest.count >= 4 else { throw .truncated(message: "SASLInitialResponse") }
        let length = rest.prefix(4).reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
        let response = rest.dropFirst(4)
        if length == .max, response.isEmpty { return (mechanism, nil) }
        guard Int(length) == response.count else {
            throw .badField(message: "SASLInitialResponse", reason: "response length \(Int32(bitPattern: length))")
        }
        return (mechanism, [UInt8](response))
    }
}

/// Writing.
extension FrontendMessage {
    /// Appends the whole message, its tag and length included.
    ///
    /// - Throws: ``WireError`` where the protocol cannot carry it; nothing has been written then.
    public func encode(into writer: inout ByteWriter) throws(WireError) {
        switch self {
        case .bind(let portal, let statement, let parameterFormats, let parameters, let resultFormats):
            try writer.writeBind(
                portal: portal, statement: statement, parameterFormats: parameterFormats, parameters: parameters,
                resultFormats: resultFormats)
        case .close(.statement(let name)): try writer.writeClose(statement: name)
        case .close(.portal(let name)): try writer.writeClose(portal: name)
        case .copyData(let bytes): try writer.writeCopyData(bytes)
        case .copyDone: writer.writeCopyDone()
        case .copyFail(let reason): try writer.writeCopyFail(reason)
        case .describe(.statement(let name)): try writer.writeDescribe(statement: name)
        case .describe(.portal(let name)): try writer.writeDescribe(portal: name)
        case .execute(let portal, let maximumRows):
            try writer.writeExecute(portal: portal, maximumRows: maximumRows)
        case .flush: writer.writeFlush()
        case .functionCall(let function, let argumentFormats, let arguments, let resultFormat):
            try writer.writeFunctionCall(
                function: function, argumentFormats: argumentFormats, arguments: arguments, resultFormat: resultFormat)
        case .parse(let statement, let sql, let parameterTypes):
            try writer.writeParse(statement: statement, sql: sql, parameterTypes: parameterTypes)
        // The body of any of the four: raw, as SASLResponse is.
        case .password(let body): try writer.writeSASLResponse(body)
        case .query(let sql): try writer.writeQuery(sql)
        case .sync: writer.writeSync()
        case .terminate: writer.writeTerminate()
        }
    }
}
