/// Keys and values of a connection string, before they are interpreted.
struct ConnectionSettings {
    private var values: [ConnectionKeyword: String] = [:]
    private var afterPassword = false
    /// The keys for the pool.
    private(set) var pool: [String: String] = [:]

    subscript(key: ConnectionKeyword) -> String? { values[key] }

    /// Sets a key by its name; the last one wins.
    mutating func set(_ name: String, _ value: String) throws(ConnectionStringError) {
        if let key = ConnectionKeyword(rawValue: name) {
            values[key] = value
        } else if name.hasPrefix("pool_") {
            pool[name] = value
        } else if ConnectionKeyword.notSupported.contains(name) {
            throw ConnectionStringError("the key is known to libpq and not supported by this version", key: name)
        } else {
            throw unknown(name)
        }
        afterPassword = name == ConnectionKeyword.password.rawValue
    }

    /// Names the key only where it cannot be the rest of a password that was not quoted.
    private func unknown(_ name: String) -> ConnectionStringError {
        if afterPassword {
            return ConnectionStringError(
                "the key after the password is not known (not shown here, for it may be a piece of the password)")
        }
        let looksLikeKey =
            !name.isEmpty && name.utf8.count <= 40
            && name.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
            }
        guard looksLikeKey else {
            return ConnectionStringError("there is a key that is not known and does not look like one")
        }
        return ConnectionStringError("the key is not known", key: name)
    }
}
