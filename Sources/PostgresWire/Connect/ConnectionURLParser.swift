/// Reads the form `postgresql://user:password@host:port,host:port/dbname?key=value`, byte by byte as libpq does.
struct ConnectionURLParser {
    private let bytes: [UInt8]
    private var position = 0

    /// A parser of what follows the scheme, or nil where the text has another one.
    init?(_ text: String) {
        let utf8 = Array(text.utf8)
        for scheme in ["postgresql://", "postgres://"] where utf8.starts(with: scheme.utf8) {
            bytes = Array(utf8.dropFirst(scheme.utf8.count))
            return
        }
        return nil
    }

    /// All settings of the URL.
    mutating func parse() throws(ConnectionStringError) -> ConnectionSettings {
        var settings = ConnectionSettings()
        try parseUserInfo(into: &settings)
        try parseHosts(into: &settings)
        if skip("/") {
            let name = take(until: "?")
            if !name.isEmpty { try settings.set("dbname", try decode(name, "dbname")) }
        }
        if skip("?") { try parseQuery(into: &settings) }
        return settings
    }

    /// User and password are what stands before the first "@" that comes before any "/".
    private mutating func parseUserInfo(into settings: inout ConnectionSettings) throws(ConnectionStringError) {
        let end = bytes.firstIndex { $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: "/") } ?? bytes.count
        guard end < bytes.count, bytes[end] == UInt8(ascii: "@") else { return }
        let info = bytes[..<end]
        let colon = info.firstIndex(of: UInt8(ascii: ":")) ?? end
        let user = info[..<colon]
        let password = info[colon...].dropFirst()
        if !user.isEmpty { try settings.set("user", try decode(Array(user), "user")) }
        if !password.isEmpty { try settings.set("password", try decode(Array(password), "password")) }
        position = end + 1
    }

    /// Hosts and ports become two lists with the same number of commas, which is how the other form has them.
    private mutating func parseHosts(into settings: inout ConnectionSettings) throws(ConnectionStringError) {
        var hosts: [UInt8] = []
        var ports: [UInt8] = []
        while true {
            hosts += next == UInt8(ascii: "[") ? try bracketed() : take(until: ":", "/", "?", ",")
            if skip(":") { ports += take(until: "/", "?", ",") }
            guard skip(",") else { break }
            hosts.append(UInt8(ascii: ","))
            ports.append(UInt8(ascii: ","))
        }
        if !hosts.isEmpty { try settings.set("host", try decode(hosts, "host")) }
        if !ports.isEmpty { try settings.set("port", try decode(ports, "port")) }
    }

    private mutating func bracketed() throws(ConnectionStringError) -> [UInt8] {
        position += 1
        let address = take(until: "]")
        guard skip("]") else { throw ConnectionStringError("an address in brackets has no end", key: "host") }
        guard !address.isEmpty else { throw ConnectionStringError("an address in brackets is empty", key: "host") }
        if let next, ![":", "/", "?", ","].contains(Unicode.Scalar(next)) {
            throw ConnectionStringError("there is something else than a port after an address in brackets", key: "host")
        }
        return address
    }

    private mutating func parseQuery(into settings: inout ConnectionSettings) throws(ConnectionStringError) {
        while position < bytes.count {
            let pair = take(until: "&")
            _ = skip("&")
            guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else {
                throw ConnectionStringError("a query parameter has no \"=\" and value")
            }
            let name = try decode(Array(pair[..<equals]), nil)
            let key = ConnectionKeyword(rawValue: name)?.rawValue
            let value = Array(pair[(equals + 1)...])
            guard !value.contains(UInt8(ascii: "=")) else {
                throw ConnectionStringError("a query parameter has more than one \"=\" (write %3D for it)", key: key)
            }
            try settings.set(name, try decode(value, key))
        }
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func take(until ends: Unicode.Scalar...) -> [UInt8] {
        let start = position
        while let byte = next, !ends.contains(Unicode.Scalar(byte)) { position += 1 }
        return Array(bytes[start..<position])
    }

    /// Undoes percent-encoding; "+" is a plus sign here.
    ///
    /// Spaces are allowed around a value, but not in it.
    private func decode(_ text: [UInt8], _ key: String?) throws(ConnectionStringError) -> String {
        let space = UInt8(ascii: " ")
        let trimmed = Array(text.drop { $0 == space }.reversed().drop { $0 == space }.reversed())
        guard !trimmed.contains(space) else {
            throw ConnectionStringError("there is a space in a URL (write %20 for it)", key: key)
        }
        var result: [UInt8] = []
        var index = 0
        while index < trimmed.count {
            if trimmed[index] != UInt8(ascii: "%") {
                result.append(trimmed[index])
                index += 1
                continue
            }
            guard index + 2 < trimmed.count, let high = digit(trimmed[index + 1]), let low = digit(trimmed[index + 2])
            else { throw ConnectionStringError("a \"%\" is not followed by two hexadecimal digits", key: key) }
            result.append(high << 4 | low)
            index += 3
        }
        guard !result.contains(0) else { throw ConnectionStringError("a value holds a NUL", key: key) }
        guard let text = String(validating: result, as: UTF8.self) else {
            throw ConnectionStringError("a value is not UTF-8", key: key)
        }
        return text
    }

    private func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
