extension WireError: CustomStringConvertible {
    /// What is wrong, in one line; text from the server is escaped.
    public var description: String {
        switch self {
        case .truncated(let message): "\(message) ends before its fields do"
        case .trailingBytes(let message, let count): "\(message) has \(count) bytes after its last field"
        case .badLength(let kind, let length): "a message of kind \(Self.name(kind)) has the length \(length)"
        case .badField(let message, let reason): "\(message): \(reason)"
        case .unknownKind(let kind): "unknown message kind \(Self.name(kind))"
        case .unexpectedMessage(let message, let state): "\(message) came while the session was \(state)"
        case .authentication(let reason): reason
        case .nulByte(let field): "the \(field) holds a NUL byte, which the protocol cannot carry"
        case .messageTooLong(let message, let length):
            "\(message) would be \(length) bytes long, above the protocol's limit"
        case .tooMany(let what, let count, let limit): "\(count) \(what), but the protocol carries at most \(limit)"
        case .invalidUTF8(let message): "\(message) holds text that is not UTF-8"
        case .clientEncoding(let name):
            "the session's client_encoding is \(name.controlsEscaped), but the driver reads and writes UTF8 only; "
                + "the connection was closed"
        case .discardLimit(let limit): "an abandoned result is longer than \(limit) bytes, so the connection was closed"
        case .endOfStream(insideMessage: true): "the server closed the connection in the middle of a message"
        case .endOfStream(insideMessage: false): "the server closed the connection"
        }
    }

    private static func name(_ kind: UInt8) -> String {
        let hexadecimal = String(kind, radix: 16)
        guard (33...126).contains(kind) else { return "0x\(hexadecimal)" }
        return "'\(Character(UnicodeScalar(kind)))' (0x\(hexadecimal))"
    }
}
