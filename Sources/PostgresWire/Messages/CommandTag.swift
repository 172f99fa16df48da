/// What a `CommandComplete` says: which command it was and how many rows it concerned.
///
/// PostgreSQL: Message Formats, `CommandComplete`.
public struct CommandTag: Hashable, Sendable, CustomStringConvertible {
    /// The tag as the server sent it, such as "INSERT 0 5".
    public var text: String

    /// A tag with this text.
    public init(_ text: String) { self.text = text }

    /// The words before the numbers: "INSERT", "CREATE TABLE".
    public var command: String {
        var words = text.split(separator: " ")
        while let last = words.last, words.count > 1, last.utf8.allSatisfy(Self.isDigit) { words.removeLast() }
        return words.joined(separator: " ")
    }

    /// How many rows were read, written or moved over, or nil for a command that does not say so.
    ///
    /// `CREATE TABLE … AS` says SELECT. A number that does not fit is nil too.
    public var rowsAffected: Int? {
        var firstWord: UInt64 = 0
        var count: Int?
        var last: UInt8 = 0
        var isFirst = true
        for byte in text.utf8 {
            last = byte
            if byte == UInt8(ascii: " ") {
                // The number is the last word: what came before does not matter.
                isFirst = false
                count = 0
            } else if isFirst {
                firstWord = Self.append(byte, toWord: firstWord)
            } else if let digits = count {
                count = Self.isDigit(byte) ? Self.append(byte, to: digits) : nil
            }
        }
        guard last != UInt8(ascii: " "), Self.counting.contains(firstWord) else { return nil }
        return count
    }

    private static func append(_ digit: UInt8, to number: Int) -> Int? {
        let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
        let (sum, carry) = tens.addingReportingOverflow(Int(digit & 0x0f))
        return overflow || carry ? nil : sum
    }

    /// A short word as a number: every command ends here, and comparing texts would cost more than all the rest.
    private static func append(_ letter: UInt8, toWord word: UInt64) -> UInt64 { word << 8 | UInt64(letter) }

    /// The first words of the tags that end in a count.
    private static let counting: [UInt64] = [
        "SELECT", "INSERT", "UPDATE", "DELETE", "COPY", "MERGE", "FETCH", "MOVE",
    ].map { $0.utf8.reduce(0) { append($1, toWord: $0) } }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    /// The tag as the server sent it.
    public var description: String { text }
}
