/// A message from the server.
///
/// For proxies, replay servers and tests, and for the session's rarer messages. Rows are copied here; a session reads
/// them where they lie. PostgreSQL: Message Formats.
public enum BackendMessage: Equatable, Sendable {
    /// `AuthenticationOk` and its kin.
    case authentication(AuthenticationRequest)
    /// `BackendKeyData`.
    case backendKeyData(BackendKeyData)
    /// `BindComplete`.
    case bindComplete
    /// `CloseComplete`.
    case closeComplete
    /// `CommandComplete`.
    case commandComplete(CommandTag)
    /// `CopyData`.
    case copyData([UInt8])
    /// `CopyDone`.
    case copyDone
    /// `CopyInResponse`.
    case copyInResponse(CopyResponse)
    /// `CopyOutResponse`.
    case copyOutResponse(CopyResponse)
    /// `CopyBothResponse`, which replication alone uses.
    case copyBothResponse(CopyResponse)
    /// `DataRow`; nil is NULL.
    case dataRow([[UInt8]?])
    /// `EmptyQueryResponse`.
    case emptyQueryResponse
    /// `ErrorResponse`.
    case errorResponse(ServerReport)
    /// `FunctionCallResponse`; nil is NULL.
    case functionCallResponse([UInt8]?)
    /// `NegotiateProtocolVersion`.
    case negotiateProtocolVersion(NegotiateProtocolVersion)
    /// `NoData`.
    case noData
    /// `NoticeResponse`.
    case noticeResponse(ServerReport)
    /// `NotificationResponse`.
    case notificationResponse(PostgresNotification)
    /// `ParameterDescription`: the types of a statement's parameters.
    case parameterDescription([UInt32])
    /// `ParameterStatus`.
    case parameterStatus(ParameterStatus)
    /// `ParseComplete`.
    case parseComplete
    /// `PortalSuspended`.
    case portalSuspended
    /// `ReadyForQuery`.
    case readyForQuery(TransactionStatus)
    /// `RowDescription`.
    case rowDescription(RowDescription)

    /// The kind of the message.
    public var kind: BackendKind {
        switch self {
        case .authentication: .authentication
        case .backendKeyData: .backendKeyData
        case .bindComplete: .bindComplete
        case .closeComplete: .closeComplete
        case .commandComplete: .commandComplete
        case .copyData: .copyData
        case .copyDone: .copyDone
        case .copyInResponse: .copyInResponse
        case .copyOutResponse: .copyOutResponse
        case .copyBothResponse: .copyBothResponse
        case .dataRow: .dataRow
        case .emptyQueryResponse: .emptyQueryResponse
        case .errorResponse: .errorResponse
        case .functionCallResponse: .functionCallResponse
        case .negotiateProtocolVersion: .negotiateProtocolVersion
        case .noData: .noData
        case .noticeResponse: .noticeResponse
        case .notificationResponse: .notificationResponse
        case .parameterDescription: .parameterDescription
        case .parameterStatus: .parameterStatus
        case .parseComplete: .parseComplete
        case .portalSuspended: .portalSuspended
        case .readyForQuery: .readyForQuery
        case .rowDescription: .rowDescription
        }
    }
}

/// Reading.
extension BackendMessage {
    /// Reads the body of a message; `kind` is its tag byte.
    ///
    /// - Throws: ``WireError`` where the kind is unknown or the body is not exactly what the manual says.
    public static func decode(kind: UInt8, body: RawSpan) throws(WireError) -> BackendMessage {
        guard let kind = BackendKind(rawValue: kind) else { throw .unknownKind(kind) }
        switch kind {
        case .authentication: return .authentication(try AuthenticationRequest.decode(body: body))
        case .backendKeyData: return .backendKeyData(try BackendKeyData.decode(body: body))
        case .bindComplete: return try empty(.bindComplete, kind, body)
        case .closeComplete: return try empty(.closeComplete, kind, body)
        case .commandComplete: return .commandComplete(try decodeCommandTag(body: body))
        case .copyData: return .copyData(body.array)
        case .copyDone: return try empty(.copyDone, kind, body)
        case .copyInResponse: return .copyInResponse(try CopyResponse.decode(body: body, message: kind.staticName))
        case .copyOutResponse: return .copyOutResponse(try CopyResponse.decode(body: body, message: kind.staticName))
        case .copyBothResponse: return .copyBothResponse(try CopyResponse.decode(body: body, message: kind.staticName))
        case .dataRow: return .dataRow(try decodeDataRow(body: body))
        case .emptyQueryResponse: return try empty(.emptyQueryResponse, kind, body)
        case .errorResponse: return .errorResponse(try ServerReport.decode(body: body, message: kind.staticName))
        case .functionCallResponse: return .functionCallResponse(try decodeFunctionCallResponse(body: body))
        case .negotiateProtocolVersion:
            return .negotiateProtocolVersion(try NegotiateProtocolVersion.decode(body: body))
        case .noData: return try empty(.noData, kind, body)
        case .noticeResponse: return .noticeResponse(try ServerReport.decode(body: body, message: kind.staticName))
        case .notificationResponse: return .notificationResponse(try PostgresNotification.decode(body: body))
        case .parameterDescription: return .parameterDescription(try decodeParameterDescription(body: body))
        case .parameterStatus: return .parameterStatus(try ParameterStatus.decode(body: body))
        case .parseComplete: return try empty(.parseComplete, kind, body)
        case .portalSuspended: return try empty(.portalSuspended, kind, body)
        case .readyForQuery: return .readyForQuery(try readyForQueryStatus(body: body))
        case .rowDescription: return .rowDescription(try RowDescription.decode(body: body))
        }
    }

    /// Reads the body of a `CommandComplete`.
    ///
    /// Tags of up to 15 bytes cost no allocation.
    public static func decodeCommandTag(body: RawSpan) throws(WireError) -> CommandTag {
        var reader = ByteReader(body, message: "CommandComplete")
        let tag = CommandTag(try reader.cString())
        try reader.finish()
        return tag
    }

    /// Reads the body of a `ReadyForQuery`.
    public static func readyForQueryStatus(body: RawSpan) throws(WireError) -> TransactionStatus {
        var reader = ByteReader(body, message: "ReadyForQuery")
        let byte = try reader.integer(UInt8.self)
        try reader.finish()
        guard let status = TransactionStatus(rawValue: byte) else { throw reader.invalid("status \(byte)") }
        return status
    }

    /// Reads the body of a `ParameterDescription`.
    public static func decodeParameterDescription(body: RawSpan) throws(WireError) -> [UInt32] {
        var reader = ByteReader(body, message: "ParameterDescription")
        let types = try reader.integers(UInt32.self)
        try reader.finish()
        return types
    }

    /// Checks that the body of a message that has no fields is empty.
    package static func requireEmpty(_ kind: BackendKind, body: RawSpan) throws(WireError) {
        try ByteReader(body, message: kind.staticName).finish()
    }

    private static func empty(
        _ message: BackendMessage, _ kind: BackendKind, _ body: RawSpan
    ) throws(WireError) -> BackendMessage {
        try requireEmpty(kind, body: body)
        return message
    }

    private static func decodeDataRow(body: RawSpan) throws(WireError) -> [[UInt8]?] {
        var reader = ByteReader(body, message: "DataRow")
        let count = try reader.count16()
        let values = try reader.values(count)
        try reader.finish()
        return values
    }

    private static func decodeFunctionCallResponse(body: RawSpan) throws(WireError) -> [UInt8]? {
        var reader = ByteReader(body, message: "FunctionCallResponse")
        let value = try reader.value()
        try reader.finish()
        return value
    }
}

/// Writing.
extension BackendMessage {
    /// Appends the whole message, its tag and length included.
    ///
    /// - Throws: ``WireError`` where the protocol cannot carry it; nothing has been written then.
    public func encode(into writer: inout ByteWriter) throws(WireError) {
        try writer.writeMessage(kind) { writer, message throws(WireError) in
            switch self {
            case .bindComplete, .closeComplete, .copyDone, .emptyQueryResponse, .noData, .parseComplete,
                .portalSuspended:
                break
            case .authentication(let request): try request.encode(into: &writer, message: message)
            case .backendKeyData(let keyData): try keyData.encode(into: &writer)
            case .commandComplete(let tag): try writer.writeText(tag.text, field: "command tag", message: message)
            case .copyData(let bytes):
                try writer.requireRoom(bytes.count, in: message)
                writer.write(bytes)
            case .copyInResponse(let response), .copyOutResponse(let response), .copyBothResponse(let response):
                try response.encode(into: &writer)
            case .dataRow(let values):
                try writer.writeCount(values.count, limit: Int(Int16.max), of: "columns")
                for value in values { try writer.writeValue(value, message: message) }
            case .errorResponse(let report), .noticeResponse(let report):
                try report.encode(into: &writer, message: message)
            case .functionCallResponse(let value): try writer.writeValue(value, message: message)
            case .negotiateProtocolVersion(let offer): try offer.encode(into: &writer, message: message)
            case .notificationResponse(let notification): try notification.encode(into: &writer, message: message)
            case .parameterDescription(let types): try writer.writeList(types, of: "parameters")
            case .parameterStatus(let status): try status.encode(into: &writer, message: message)
            case .readyForQuery(let status): writer.write(status.rawValue)
            case .rowDescription(let description): try description.encode(into: &writer)
            }
        }
    }
}
