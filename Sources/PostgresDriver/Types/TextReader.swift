internal import PostgresWire

/// Reads the text forms that the server prints: a position in bytes, with the few things all of them are made of.
///
/// Works on bytes, so nothing in it depends on a locale.
struct TextReader {
    let bytes: [UInt8]
    var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    init(_ text: String) { bytes = Array(text.utf8) }

    /// The byte at the position, or 0 behind the end: text holds no NUL.
    var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

    var isAtEnd: Bool { position >= bytes.count }

    /// The byte some places ahead, or 0 behind the end.
    func peek(_ offset: Int) -> UInt8 {
        let index = position + offset
        return index >= 0 && index < bytes.count ? bytes[index] : 0
    }

    /// Steps over a byte if it comes next.
    mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte, !isAtEnd else { return false }
        position += 1
        return true
    }

    /// Steps over a text if it comes next.
    mutating func take(_ text: StaticString) -> Bool {
        let start = position
        for byte in "\(text)".utf8 where !take(byte) {
            position = start
            return false
        }
        return true
    }

    /// Steps over a byte that must come next.
    mutating func expect(_ byte: UInt8, _ what: StaticString) throws(PostgresCodingError) {
        guard take(byte) else { throw .malformed("\(what)") }
    }

    /// Nothing may come any more.
    func expectEnd(_ what: StaticString) throws(PostgresCodingError) {
        guard isAtEnd else { throw .malformed("\(what)") }
    }

    /// Decimal digits as a number and how many there were; nil without digits or beyond Int64.
    mutating func digits() -> (value: Int64, count: Int)? {
        let start = position
        var value: Int64 = 0
        while current.isDigit {
            let (product, tooMuch) = value.multipliedReportingOverflow(by: 10)
            let (sum, over) = product.addingReportingOverflow(Int64(current - UInt8(ascii: "0")))
            guard !tooMuch, !over else { return nil }
            value = sum
            position += 1
        }
        return position > start ? (value, position - start) : nil
    }

    /// What is left, as text.
    func rest() throws(PostgresCodingError) -> String { try Self.text(bytes[min(position, bytes.count)...]) }

    /// Bytes as text.
    static func text(_ bytes: some Sequence<UInt8>) throws(PostgresCodingError) -> String {
        guard let text = String(validating: Array(bytes), as: UTF8.self) else {
            throw .malformed("text that is not UTF-8")
        }
        return text
    }
}

extension UInt8 {
    /// Whether the byte is a decimal digit.
    @usableFromInline var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

    /// What C's isspace says in every locale with ASCII.
    var isSpace: Bool { self == UInt8(ascii: " ") || (self >= 9 && self <= 13) }

    /// The value of a hexadecimal digit.
    var hexadecimalValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension StringProtocol {
    /// Zeros in front, up to a width.
    func leftPadded(_ width: Int) -> String {
        let missing = width - utf8.count
        return missing > 0 ? String(repeating: "0", count: missing) + self : String(self)
    }
}

/// Bytes as lower-case hexadecimal digits.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    var digits: [UInt8] = []
    let table = Array("0123456789abcdef".utf8)
    for byte in bytes {
        digits.append(table[Int(byte >> 4)])
        digits.append(table[Int(byte & 15)])
    }
    return String(decoding: digits, as: UTF8.self)
}
