/// What the server wants in the exchange that proves who the client is, or that it wants nothing more.
///
/// PostgreSQL: Message Formats, the `Authentication…` messages.
public enum AuthenticationRequest: Hashable, Sendable {
    /// `AuthenticationOk`: it is satisfied.
    case ok
    /// `AuthenticationKerberosV5`, which no server since 9.3 sends.
    case kerberosV5
    /// `AuthenticationCleartextPassword`.
    case cleartextPassword
    /// `AuthenticationMD5Password`, with a salt of four bytes.
    case md5Password(salt: [UInt8])
    /// `AuthenticationGSS`.
    case gss
    /// `AuthenticationGSSContinue`, with a token for GSSAPI or SSPI.
    case gssContinue([UInt8])
    /// `AuthenticationSSPI`.
    case sspi
    /// `AuthenticationSASL`, with the mechanisms that the server accepts, the best first.
    case sasl(mechanisms: [String])
    /// `AuthenticationSASLContinue`, with a challenge.
    case saslContinue([UInt8])
    /// `AuthenticationSASLFinal`, with the server's own proof.
    case saslFinal([UInt8])

    /// The manual's name of the message.
    public var name: String {
        switch self {
        case .ok: "AuthenticationOk"
        case .kerberosV5: "AuthenticationKerberosV5"
        case .cleartextPassword: "AuthenticationCleartextPassword"
        case .md5Password: "AuthenticationMD5Password"
        case .gss: "AuthenticationGSS"
        case .gssContinue: "AuthenticationGSSContinue"
        case .sspi: "AuthenticationSSPI"
        case .sasl: "AuthenticationSASL"
        case .saslContinue: "AuthenticationSASLContinue"
        case .saslFinal: "AuthenticationSASLFinal"
        }
    }

    /// The number that the message begins with.
    private var code: Int32 {
        switch self {
        case .ok: 0
        case .kerberosV5: 2
        case .cleartextPassword: 3
        case .md5Password: 5
        case .gss: 7
        case .gssContinue: 8
        case .sspi: 9
        case .sasl: 10
        case .saslContinue: 11
        case .saslFinal: 12
        }
    }

    /// Reads the body of a message of kind 'R'.
    ///
    /// - Throws: ``WireError`` where the body is not exactly what the manual says, also for an unknown request.
    public static func decode(body: RawSpan) throws(WireError) -> AuthenticationRequest {
        var reader = ByteReader(body, message: "Authentication")
        let request: AuthenticationRequest
        let code = try reader.integer(Int32.self)
        switch code {
        case 0: request = .ok
        case 2: request = .kerberosV5
        case 3: request = .cleartextPassword
        case 5: request = .md5Password(salt: try reader.array(4))
        case 7: request = .gss
        case 8: request = .gssContinue(try reader.array(reader.remaining))
        case 9: request = .sspi
        case 10: request = .sasl(mechanisms: try mechanisms(&reader))
        case 11: request = .saslContinue(try reader.array(reader.remaining))
        case 12: request = .saslFinal(try reader.array(reader.remaining))
        default: throw reader.invalid("unknown request \(code)")
        }
        try reader.finish()
        return request
    }

    private static func mechanisms(_ reader: inout ByteReader) throws(WireError) -> [String] {
        var mechanisms: [String] = []
        while true {
            let mechanism = try reader.cString()
            if mechanism.isEmpty { break }
            mechanisms.append(mechanism)
        }
        guard !mechanisms.isEmpty else { throw reader.invalid("no SASL mechanism") }
        return mechanisms
    }

    /// Appends the fields of a message of kind 'R'.
    func encode(into writer: inout ByteWriter, message: OpenMessage) throws(WireError) {
        writer.write(code)
        switch self {
        case .ok, .kerberosV5, .cleartextPassword, .gss, .sspi: break
        case .md5Password(let salt):
            guard salt.count == 4 else { throw .badField(message: name, reason: "salt of \(salt.count) bytes") }
            writer.write(salt)
        case .gssContinue(let data), .saslContinue(let data), .saslFinal(let data):
            try writer.requireRoom(data.count, in: message)
            writer.write(data)
        case .sasl(let mechanisms):
            guard !mechanisms.isEmpty, !mechanisms.contains("") else {
                throw .badField(message: name, reason: "no SASL mechanism, or one without a name")
            }
            for mechanism in mechanisms {
                try writer.writeText(mechanism, field: "SASL mechanism", message: message)
            }
            writer.write(0 as UInt8)
        }
    }
}
