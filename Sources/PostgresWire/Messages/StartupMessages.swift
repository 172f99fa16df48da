/// A version of the protocol.
///
/// PostgreSQL: Protocol Overview, Protocol Versions.
public struct ProtocolVersion: RawRepresentable, Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The version as it stands on the wire, the major number in the upper half.
    public var rawValue: UInt32

    /// The version with this value on the wire.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// A version by its two numbers.
    public init(major: UInt16, minor: UInt16) { rawValue = UInt32(major) << 16 | UInt32(minor) }

    /// Protocol 3.0, which every server since 7.4 speaks.
    public static let v3_0 = ProtocolVersion(major: 3, minor: 0)
    /// Protocol 3.2, from PostgreSQL 18 on: cancel keys of up to 256 bytes.
    public static let v3_2 = ProtocolVersion(major: 3, minor: 2)

    /// The number before the point.
    public var major: UInt16 { UInt16(rawValue >> 16) }
    /// The number behind the point.
    public var minor: UInt16 { UInt16(rawValue & 0xffff) }

    /// "3.2".
    public var description: String { "\(major).\(minor)" }

    /// Whether one version is older than the other.
    public static func < (left: ProtocolVersion, right: ProtocolVersion) -> Bool { left.rawValue < right.rawValue }
}

/// What a client says about the session it wants, in its first packet.
///
/// PostgreSQL: Message Formats, `StartupMessage`.
public struct StartupMessage: Hashable, Sendable {
    /// One parameter: `user`, `database`, `options`, `replication`, a setting, or a protocol option.
    public struct Parameter: Hashable, Sendable {
        /// The parameter's name, never empty.
        public var name: String
        /// Its value.
        public var value: String

        /// A parameter.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The version that the client asks for.
    public var version: ProtocolVersion
    /// The parameters in the order in which they are sent.
    public var parameters: [Parameter]

    /// A startup message.
    public init(version: ProtocolVersion = .v3_0, parameters: [Parameter]) {
        self.version = version
        self.parameters = parameters
    }

    /// The value of the last parameter of this name, the one that counts for the server.
    public subscript(name: String) -> String? { parameters.last { $0.name == name }?.value }
}

/// The packets without a tag that a client opens a connection with.
///
/// PostgreSQL: Message Formats.
public enum StartupPacket: Equatable, Sendable {
    /// `StartupMessage`: the session begins.
    case startup(StartupMessage)
    /// `SSLRequest`: TLS first, please.
    case sslRequest
    /// `GSSENCRequest`: GSSAPI encryption first, please.
    case gssEncryptionRequest
    /// `CancelRequest`: stop what the session with this process and key is doing.
    case cancelRequest(processID: Int32, secretKey: [UInt8])

    private static let cancelCode: UInt32 = 80_877_102
    private static let sslCode: UInt32 = 80_877_103
    private static let gssEncryptionCode: UInt32 = 80_877_104

    private var name: StaticString {
        switch self {
        case .startup: "StartupMessage"
        case .sslRequest: "SSLRequest"
        case .gssEncryptionRequest: "GSSENCRequest"
        case .cancelRequest: "CancelRequest"
        }
    }

    /// Reads a packet; `body` is what follows its length word.
    ///
    /// - Throws: ``WireError`` where the body is not exactly what the manual says, or speaks another protocol than 3.
    public static func decode(body: RawSpan) throws(WireError) -> StartupPacket {
        var reader = ByteReader(body, message: "StartupMessage")
        let code = try reader.integer(UInt32.self)
        let packet: StartupPacket
        switch code {
        case sslCode: packet = .sslRequest
        case gssEncryptionCode: packet = .gssEncryptionRequest
        case cancelCode:
            packet = .cancelRequest(
                processID: try reader.integer(), secretKey: try BackendKeyData.secretKey(&reader))
        default:
            let version = ProtocolVersion(rawValue: code)
            guard version.major == 3 else { throw reader.invalid("protocol \(version)") }
            packet = .startup(try StartupMessage(version: version, &reader))
        }
        try reader.finish()
        return packet
    }

    /// Appends the packet, its length word included.
    ///
    /// - Throws: ``WireError`` where a text holds a NUL, a name is empty, a key has an impossible length or the packet
    ///   is longer than `limit`, which no server reads. Nothing has been written then.
    public func encode(into writer: inout ByteWriter, limit: Int = 10_000) throws(WireError) {
        let start = writer.count
        do throws(WireError) {
            let message = OpenMessage(name: name, lengthOffset: start, limit: limit)
            writer.write(0 as Int32)
            try encodeBody(into: &writer, message: message)
            let length = writer.count - start
            guard length <= limit, let length32 = Int32(exactly: length) else {
                throw .messageTooLong(message: "\(name)", length: length)
            }
            writer.patch(length32, at: start)
        } catch {
            writer.truncate(to: start)
            throw error
        }
    }

    private func encodeBody(into writer: inout ByteWriter, message: OpenMessage) throws(WireError) {
        switch self {
        case .sslRequest: writer.write(Self.sslCode)
        case .gssEncryptionRequest: writer.write(Self.gssEncryptionCode)
        case .cancelRequest(let processID, let secretKey):
            writer.write(Self.cancelCode)
            writer.write(processID)
            try BackendKeyData.requireLength(secretKey, message: name)
            writer.write(secretKey)
        case .startup(let startup):
            writer.write(startup.version.rawValue)
            for parameter in startup.parameters {
                // An empty name would end the list, and what follows would be read as something else.
                guard !parameter.name.isEmpty else {
                    throw .badField(message: "\(name)", reason: "a parameter without a name")
                }
                try writer.writeText(parameter.name, field: "startup parameter name", message: message)
                try writer.writeText(parameter.value, field: "startup parameter value", message: message)
            }
            writer.write(0 as UInt8)
        }
    }
}

extension StartupMessage {
    /// Reads what follows the version.
    fileprivate init(version: ProtocolVersion, _ reader: inout ByteReader) throws(WireError) {
        self.init(version: version, parameters: [])
        while true {
            let name = try reader.cString()
            if name.isEmpty { return }
            parameters.append(Parameter(name, try reader.cString()))
        }
    }
}
