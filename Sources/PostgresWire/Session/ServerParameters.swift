/// What the server has said about itself and the session with ParameterStatus.
///
/// PostgreSQL: Protocol Flow, Asynchronous Operations.
public struct ServerParameters: Equatable, Sendable {
    private var values: [String: String] = [:]

    init() {}

    /// The value that the server reported last, or nil where it reported none.
    public subscript(name: String) -> String? { values[name] }

    /// Every name that was reported, in no order.
    public var names: [String] { Array(values.keys) }

    /// The major version, such as 15, or 9 for 9.6; nil where `server_version` does not begin with a number.
    public var serverMajorVersion: Int? {
        self["server_version"].flatMap { Int($0.prefix { ("0"..."9").contains($0) }) }
    }

    /// Whether a `client_encoding` is UTF-8, by one of the names that servers give it.
    static func isUTF8(_ encoding: String) -> Bool {
        let name = encoding.uppercased()
        return name == "UTF8" || name == "UTF-8" || name == "UNICODE"
    }

    /// Remembers a value.
    ///
    /// Names beyond the limit are not stored: a server cannot make the client grow without bound.
    mutating func set(_ name: String, to value: String, limits: Limits) {
        if values[name] != nil || values.count < limits.serverParameters { values[name] = value }
    }
}
