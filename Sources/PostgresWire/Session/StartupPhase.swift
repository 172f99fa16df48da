/// What happens between the startup packet and the first ReadyForQuery.
struct StartupPhase {
    var authenticator: Authenticator
    /// The version that was asked for.
    var version: ProtocolVersion
    var isAuthenticated = false
    var negotiated = false
}

extension Session {
    mutating func handleStartup(
        _ startup: inout StartupPhase, kind: UInt8, body: RawSpan
    ) throws(WireError) -> SessionEvent? {
        let message = try BackendMessage.decode(kind: kind, body: body)
        switch message {
        case .authentication(let request):
            guard !startup.isAuthenticated else { throw unexpected(kind) }
            try authenticate(&startup, request)
            return nil
        case .negotiateProtocolVersion(let negotiation):
            // It is an answer to a wish for more than 3.0, comes once, and cannot offer more than was asked for.
            guard !startup.isAuthenticated, !startup.negotiated,
                startup.version.rawValue > ProtocolVersion.v3_0.rawValue,
                let offered = UInt32(exactly: negotiation.newestMinor), offered >= ProtocolVersion.v3_0.rawValue,
                offered <= startup.version.rawValue
            else { throw unexpected(kind) }
            startup.negotiated = true
            startup.version = ProtocolVersion(rawValue: offered)
            return nil
        case .errorResponse(let report):
            if report.isFatal || !startup.isAuthenticated { fatalReport = report }
            return .closing(report)
        case .noticeResponse(let report):
            return .notice(report)
        case .parameterStatus(let parameter):
            return try note(parameter)
        case .backendKeyData(let key) where startup.isAuthenticated:
            guard startup.version.rawValue > ProtocolVersion.v3_0.rawValue || key.secretKey.count == 4 else {
                throw .badField(message: "BackendKeyData", reason: "protocol 3.0 has keys of 4 bytes")
            }
            cancelKey = key
            return nil
        case .readyForQuery(let status) where startup.isAuthenticated:
            transactionStatus = status
            return .ready
        default:
            throw unexpected(kind)
        }
    }

    private mutating func authenticate(
        _ startup: inout StartupPhase, _ request: AuthenticationRequest
    ) throws(WireError) {
        switch try startup.authenticator.handle(request) {
        case .none:
            break
        case .password(let bytes):
            try encoder.output.writePassword(bytes)
        case .saslInitial(let mechanism, let response):
            try encoder.output.writeSASLInitialResponse(mechanism: mechanism, response: response)
        case .sasl(let response):
            try encoder.output.writeSASLResponse(response)
        case .done:
            startup.isAuthenticated = true
            derivedKey = startup.authenticator.scramKey
        }
    }

    func unexpected(_ kind: UInt8) -> WireError {
        .unexpectedMessage(BackendKind(rawValue: kind)?.name ?? "\(kind)", state: stateName)
    }
}
