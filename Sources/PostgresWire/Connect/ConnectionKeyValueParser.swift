/// Reads the form `key=value key='a value'`, byte by byte as libpq does.
struct ConnectionKeyValueParser {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    /// All settings of the string.
    mutating func parse() throws(ConnectionStringError) -> ConnectionSettings {
        var settings = ConnectionSettings()
        skipSpaces()
        while position < bytes.count {
            let name = name()
            skipSpaces()
            guard next == UInt8(ascii: "=") else {
                // The name may be a piece of an unquoted password, so it is not shown.
                throw ConnectionStringError(
                    "a key has no \"=\" and value after it (a URL would begin with postgresql:// or postgres://)")
            }
            position += 1
            skipSpaces()
            let value = next == UInt8(ascii: "'") ? try quotedValue() : plainValue()
            guard !value.contains(0) else { throw ConnectionStringError("a value holds a NUL") }
            try settings.set(name, String(decoding: value, as: UTF8.self))
            skipSpaces()
        }
        return settings
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take() -> UInt8? {
        defer { position += 1 }
        return next
    }

    private mutating func skipSpaces() {
        while let byte = next, byte.isSpace { position += 1 }
    }

    private mutating func name() -> String {
        let start = position
        while let byte = next, byte != UInt8(ascii: "="), !byte.isSpace { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// Up to the next space; a backslash takes the next byte as it is, and one at the very end is dropped.
    private mutating func plainValue() -> [UInt8] {
        var value: [UInt8] = []
        while let byte = next, !byte.isSpace {
            position += 1
            if byte != UInt8(ascii: "\\") {
                value.append(byte)
            } else if let escaped = take() {
                value.append(escaped)
            }
        }
        return value
    }

    private mutating func quotedValue() throws(ConnectionStringError) -> [UInt8] {
        var value: [UInt8] = []
        position += 1
        while let byte = take() {
            if byte == UInt8(ascii: "'") { return value }
            if byte != UInt8(ascii: "\\") {
                value.append(byte)
            } else if let escaped = take() {
                value.append(escaped)
            }
        }
        throw ConnectionStringError("a quoted value has no end")
    }
}

extension UInt8 {
    /// Whether C's `isspace` says so for this byte.
    fileprivate var isSpace: Bool { self == 0x20 || (0x09...0x0d).contains(self) }
}
