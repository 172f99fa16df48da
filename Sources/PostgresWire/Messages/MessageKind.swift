/// The kinds of messages that a server sends, by their tag byte.
///
/// PostgreSQL: Message Formats.
public enum BackendKind: UInt8, Sendable, CaseIterable {
    /// The `Authentication…` requests, which share 'R'.
    case authentication = 0x52
    /// `BackendKeyData`, 'K'.
    case backendKeyData = 0x4b
    /// `BindComplete`, '2'.
    case bindComplete = 0x32
    /// `CloseComplete`, '3'.
    case closeComplete = 0x33
    /// `CommandComplete`, 'C'.
    case commandComplete = 0x43
    /// `CopyData`, 'd'.
    case copyData = 0x64
    /// `CopyDone`, 'c'.
    case copyDone = 0x63
    /// `CopyInResponse`, 'G'.
    case copyInResponse = 0x47
    /// `CopyOutResponse`, 'H'.
    case copyOutResponse = 0x48
    /// `CopyBothResponse`, 'W'.
    case copyBothResponse = 0x57
    /// `DataRow`, 'D'.
    case dataRow = 0x44
    /// `EmptyQueryResponse`, 'I'.
    case emptyQueryResponse = 0x49
    /// `ErrorResponse`, 'E'.
    case errorResponse = 0x45
    /// `FunctionCallResponse`, 'V'.
    case functionCallResponse = 0x56
    /// `NegotiateProtocolVersion`, 'v'.
    case negotiateProtocolVersion = 0x76
    /// `NoData`, 'n'.
    case noData = 0x6e
    /// `NoticeResponse`, 'N'.
    case noticeResponse = 0x4e
    /// `NotificationResponse`, 'A'.
    case notificationResponse = 0x41
    /// `ParameterDescription`, 't'.
    case parameterDescription = 0x74
    /// `ParameterStatus`, 'S'.
    case parameterStatus = 0x53
    /// `ParseComplete`, '1'.
    case parseComplete = 0x31
    /// `PortalSuspended`, 's'.
    case portalSuspended = 0x73
    /// `ReadyForQuery`, 'Z'.
    case readyForQuery = 0x5a
    /// `RowDescription`, 'T'.
    case rowDescription = 0x54

    /// The manual's name of the message.
    public var name: String { "\(staticName)" }

    /// The same name in the form that readers and writers take for their errors.
    package var staticName: StaticString {
        switch self {
        case .authentication: "Authentication"
        case .backendKeyData: "BackendKeyData"
        case .bindComplete: "BindComplete"
        case .closeComplete: "CloseComplete"
        case .commandComplete: "CommandComplete"
        case .copyData: "CopyData"
        case .copyDone: "CopyDone"
        case .copyInResponse: "CopyInResponse"
        case .copyOutResponse: "CopyOutResponse"
        case .copyBothResponse: "CopyBothResponse"
        case .dataRow: "DataRow"
        case .emptyQueryResponse: "EmptyQueryResponse"
        case .errorResponse: "ErrorResponse"
        case .functionCallResponse: "FunctionCallResponse"
        case .negotiateProtocolVersion: "NegotiateProtocolVersion"
        case .noData: "NoData"
        case .noticeResponse: "NoticeResponse"
        case .notificationResponse: "NotificationResponse"
        case .parameterDescription: "ParameterDescription"
        case .parameterStatus: "ParameterStatus"
        case .parseComplete: "ParseComplete"
        case .portalSuspended: "PortalSuspended"
        case .readyForQuery: "ReadyForQuery"
        case .rowDescription: "RowDescription"
        }
    }

    /// Whether frames of this kind may be longer than ``Limits/shortFrame``.
    ///
    /// libpq's list, and two kinds more: a `ParameterDescription` grows with the statement (65535 parameters take
    /// 262 kB), and the value of a setting that servers report from 18 on, `search_path`, has no bound.
    public var mayBeLong: Bool {
        switch self {
        case .copyData, .dataRow, .errorResponse, .functionCallResponse, .noticeResponse, .notificationResponse,
            .parameterDescription, .parameterStatus, .rowDescription:
            true
        default: false
        }
    }
}

/// The kinds of tagged messages that a client sends, by their tag byte.
///
/// The packets that open a connection have no tag: ``StartupPacket``. PostgreSQL: Message Formats.
public enum FrontendKind: UInt8, Sendable, CaseIterable {
    /// `Bind`, 'B'.
    case bind = 0x42
    /// `Close`, 'C'.
    case close = 0x43
    /// `CopyData`, 'd'.
    case copyData = 0x64
    /// `CopyDone`, 'c'.
    case copyDone = 0x63
    /// `CopyFail`, 'f'.
    case copyFail = 0x66
    /// `Describe`, 'D'.
    case describe = 0x44
    /// `Execute`, 'E'.
    case execute = 0x45
    /// `Flush`, 'H'.
    case flush = 0x48
    /// `FunctionCall`, 'F'.
    case functionCall = 0x46
    /// `Parse`, 'P'.
    case parse = 0x50
    /// `PasswordMessage`, `SASLInitialResponse`, `SASLResponse` or `GSSResponse`, which share 'p'.
    case password = 0x70
    /// `Query`, 'Q'.
    case query = 0x51
    /// `Sync`, 'S'.
    case sync = 0x53
    /// `Terminate`, 'X'.
    case terminate = 0x58

    /// The manual's name of the message.
    public var name: String { "\(staticName)" }

    /// The same name in the form that readers and writers take for their errors.
    package var staticName: StaticString {
        switch self {
        case .bind: "Bind"
        case .close: "Close"
        case .copyData: "CopyData"
        case .copyDone: "CopyDone"
        case .copyFail: "CopyFail"
        case .describe: "Describe"
        case .execute: "Execute"
        case .flush: "Flush"
        case .functionCall: "FunctionCall"
        case .parse: "Parse"
        case .password: "PasswordMessage"
        case .query: "Query"
        case .sync: "Sync"
        case .terminate: "Terminate"
        }
    }
}
