/// Whether a transaction is open, as `ReadyForQuery` says.
public enum TransactionStatus: UInt8, Hashable, Sendable {
    /// Not in a transaction block.
    case idle = 0x49  // 'I'
    /// In a transaction block.
    case inTransaction = 0x54  // 'T'
    /// In a transaction block that failed; everything but its end is refused.
    case failed = 0x45  // 'E'
}

/// What a client needs to cancel the queries of a session.
///
/// PostgreSQL: Message Formats, `BackendKeyData`.
public struct BackendKeyData: Hashable, Sendable {
    /// The process of the server that runs the session.
    public var processID: Int32
    /// The key: four bytes in protocol 3.0, up to 256 from 3.2 on.
    public var secretKey: [UInt8]

    /// The key data of a session.
    public init(processID: Int32, secretKey: [UInt8]) {
        self.processID = processID
        self.secretKey = secretKey
    }

    static func decode(body: RawSpan) throws(WireError) -> BackendKeyData {
        var reader = ByteReader(body, message: "BackendKeyData")
        return BackendKeyData(processID: try reader.integer(), secretKey: try secretKey(&reader))
    }

    func encode(into writer: inout ByteWriter) throws(WireError) {
        writer.write(processID)
        try Self.requireLength(secretKey, message: "BackendKeyData")
        writer.write(secretKey)
    }

    /// Reads the key, which takes the rest of the message.
    static func secretKey(_ reader: inout ByteReader) throws(WireError) -> [UInt8] {
        guard lengths.contains(reader.remaining) else { throw reader.invalid("key of \(reader.remaining) bytes") }
        return try reader.array(reader.remaining)
    }

    /// Refuses keys that the protocol has no room for.
    static func requireLength(_ key: [UInt8], message: StaticString) throws(WireError) {
        guard lengths.contains(key.count) else {
            throw .badField(message: "\(message)", reason: "key of \(key.count) bytes")
        }
    }

    private static let lengths = 4...256
}

/// What the server offers when it does not know all that the client asked for.
///
/// It comes before authentication, so nothing vouches for it. PostgreSQL: Message Formats, `NegotiateProtocolVersion`.
public struct NegotiateProtocolVersion: Hashable, Sendable {
    /// The newest version that the server knows within the major version asked for: the whole version as in
    /// ``ProtocolVersion/rawValue``, although the manual says "minor".
    public var newestMinor: Int32
    /// The names of the protocol options that it does not know.
    public var unrecognizedOptions: [String]

    /// An offer.
    public init(newestMinor: Int32, unrecognizedOptions: [String]) {
        self.newestMinor = newestMinor
        self.unrecognizedOptions = unrecognizedOptions
    }

    static func decode(body: RawSpan) throws(WireError) -> NegotiateProtocolVersion {
        var reader = ByteReader(body, message: "NegotiateProtocolVersion")
        let newestMinor = try reader.integer(Int32.self)
        let count = try reader.integer(Int32.self)
        // Each name takes a byte at least, so a count that came by itself costs nothing.
        guard count >= 0, Int(count) <= reader.remaining else { throw reader.invalid("\(count) options") }
        var options: [String] = []
        for _ in 0..<count { options.append(try reader.cString()) }
        try reader.finish()
        return NegotiateProtocolVersion(newestMinor: newestMinor, unrecognizedOptions: options)
    }

    func encode(into writer: inout ByteWriter, message: OpenMessage) throws(WireError) {
        writer.write(newestMinor)
        guard let count = Int32(exactly: unrecognizedOptions.count) else {
            throw .tooMany("options", count: unrecognizedOptions.count, limit: Int(Int32.max))
        }
        writer.write(count)
        for option in unrecognizedOptions {
            try writer.writeText(option, field: "protocol option", message: message)
        }
    }
}

/// Something that a session told the others with `NOTIFY`.
///
/// PostgreSQL: Message Formats, `NotificationResponse`.
public struct PostgresNotification: Hashable, Sendable {
    /// The process of the session that notified.
    public var processID: Int32
    /// The channel.
    public var channel: String
    /// The text that goes with it, empty if there was none.
    public var payload: String

    /// A notification.
    public init(processID: Int32, channel: String, payload: String) {
        self.processID = processID
        self.channel = channel
        self.payload = payload
    }

    static func decode(body: RawSpan) throws(WireError) -> PostgresNotification {
        var reader = ByteReader(body, message: "NotificationResponse")
        let notification = PostgresNotification(
            processID: try reader.integer(), channel: try reader.cString(), payload: try reader.cString())
        try reader.finish()
        return notification
    }

    func encode(into writer: inout ByteWriter, message: OpenMessage) throws(WireError) {
        writer.write(processID)
        try writer.writeText(channel, field: "channel", message: message)
        try writer.writeText(payload, field: "payload", message: message)
    }
}

/// The value of a setting that the server reports of its own accord.
///
/// PostgreSQL: Message Formats, `ParameterStatus`.
public struct ParameterStatus: Hashable, Sendable {
    /// The setting's name.
    public var name: String
    /// Its value, which may be empty.
    public var value: String

    /// A setting.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    static func decode(body: RawSpan) throws(WireError) -> ParameterStatus {
        var reader = ByteReader(body, message: "ParameterStatus")
        let status = ParameterStatus(name: try reader.cString(), value: try reader.cString())
        try reader.finish()
        return status
    }

    func encode(into writer: inout ByteWriter, message: OpenMessage) throws(WireError) {
        try writer.writeText(name, field: "parameter name", message: message)
        try writer.writeText(value, field: "parameter value", message: message)
    }
}
