/// Messages as readable text, one line each, for logs, fixture files and the differences that a failed replay shows.
///
/// The line begins with the manual's name; then the fields follow in the order of the manual, texts in double quotes,
/// values in single quotes, NULL as itself, and each list behind its count:
///
///     DataRow 2 '42' NULL
///     Bind "" "s1" 1 1 1 '\x0000002a' 1 1
///     ErrorResponse S "ERROR" V "ERROR" C "42601" M "syntax error"
///
/// A byte that is not printable ASCII is written `\xNN`, and a value that holds control characters wholly in
/// hexadecimal. Values are cut after 64 bytes and texts after 256, with their length behind. Of passwords, SASL proofs
/// and cancel keys the length alone is shown. A body that breaks the rules is marked `(malformed)` and shown as far as
/// it goes. The same bytes always give the same line.
public enum MessageTrace {
    /// A line for a message from the server; `kind` is its tag byte.
    public static func backend(kind: UInt8, body: RawSpan) -> String {
        guard let known = BackendKind(rawValue: kind) else { return unknown(kind, body) }
        var isMalformed = false
        do throws(WireError) { _ = try BackendMessage.decode(kind: kind, body: body) } catch { isMalformed = true }
        if known == .authentication { return authentication(body, isMalformed: isMalformed) }
        return line(known.staticName, body, layout: layout(of: known), isMalformed: isMalformed)
    }

    /// A line for a message from the client; `kind` is its tag byte.
    public static func frontend(kind: UInt8, body: RawSpan) -> String {
        guard let known = FrontendKind(rawValue: kind) else { return unknown(kind, body) }
        var isMalformed = false
        do throws(WireError) { _ = try FrontendMessage.decode(kind: kind, body: body) } catch { isMalformed = true }
        return line(known.staticName, body, layout: layout(of: known), isMalformed: isMalformed)
    }

    /// A line for one of the packets without a tag that open a connection; `body` is what follows the length word.
    public static func startup(_ body: RawSpan) -> String {
        do throws(WireError) {
            switch try StartupPacket.decode(body: body) {
            case .sslRequest: return "SSLRequest"
            case .gssEncryptionRequest: return "GSSENCRequest"
            case .cancelRequest(let processID, let secretKey):
                return "CancelRequest \(processID) (\(secretKey.count) bytes)"
            case .startup(let message):
                var result = "StartupMessage \(message.version)"
                for parameter in message.parameters {
                    result += " " + TraceText.text([UInt8](parameter.name.utf8))
                    result += " " + TraceText.text([UInt8](parameter.value.utf8))
                }
                return result
            }
        } catch {
            return "StartupMessage (malformed) " + TraceText.value(body.array)
        }
    }

    private static func unknown(_ kind: UInt8, _ body: RawSpan) -> String {
        "Unknown \(TraceText.byte(kind)) " + TraceText.value(body.array)
    }

    private static func authentication(_ body: RawSpan, isMalformed: Bool) -> String {
        let (name, layout): (StaticString, StaticString) =
            switch body.integer(at: 0, as: Int32.self) {
            case 0: ("AuthenticationOk", "")
            case 2: ("AuthenticationKerberosV5", "")
            case 3: ("AuthenticationCleartextPassword", "")
            case 5: ("AuthenticationMD5Password", "r")
            case 7: ("AuthenticationGSS", "")
            case 8: ("AuthenticationGSSContinue", "k")
            case 9: ("AuthenticationSSPI", "")
            case 10: ("AuthenticationSASL", "z")
            case 11: ("AuthenticationSASLContinue", "r")
            case 12: ("AuthenticationSASLFinal", "k")
            default: ("Authentication", "r")
            }
        let isKnown = name.utf8CodeUnitCount > "Authentication".utf8.count
        return line(
            name, isKnown ? body.slice(from: 4, to: body.byteCount) : body, layout: layout, isMalformed: isMalformed)
    }

    // The layouts: c a byte, h i o integers of 2, 4 and 4 bytes, s a text, v a value behind its length, r the rest,
    // k the length of the rest, z texts up to an empty one, e the fields of an error, [ ] a list behind a count of two
    // bytes, { } behind one of four.

    private static func layout(of kind: BackendKind) -> StaticString {
        switch kind {
        case .authentication, .copyData: "r"
        case .backendKeyData: "ik"
        case .bindComplete, .closeComplete, .copyDone, .emptyQueryResponse, .noData, .parseComplete, .portalSuspended:
            ""
        case .commandComplete: "s"
        case .copyInResponse, .copyOutResponse, .copyBothResponse: "b[h]"
        case .dataRow: "[v]"
        case .errorResponse, .noticeResponse: "e"
        case .functionCallResponse: "v"
        case .negotiateProtocolVersion: "i{s}"
        case .notificationResponse: "iss"
        case .parameterDescription: "[o]"
        case .parameterStatus: "ss"
        case .readyForQuery: "c"
        case .rowDescription: "[sohohih]"
        }
    }

    private static func layout(of kind: FrontendKind) -> StaticString {
        switch kind {
        case .bind: "ss[h][v][h]"
        case .close, .describe: "cs"
        case .copyData: "r"
        case .copyDone, .flush, .sync, .terminate: ""
        case .copyFail, .query: "s"
        case .execute: "si"
        case .functionCall: "o[h][v]h"
        case .parse: "ss[o]"
        case .password: "k"
        }
    }

    private static func line(
        _ name: StaticString, _ body: RawSpan, layout: StaticString, isMalformed: Bool
    ) -> String {
        var result = isMalformed ? "\(name) (malformed)" : "\(name)"
        var reader = ByteReader(body, message: name)
        do throws(WireError) {
            try TraceLayout.append(Array("\(layout)".utf8)[...], &reader, to: &result)
        } catch {
            result += " …"
        }
        let rest = (try? reader.array(reader.remaining)) ?? []
        if !rest.isEmpty { result += " " + TraceText.value(rest) }
        return result
    }
}
