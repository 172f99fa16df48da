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
        let utf8 = text.utf8
        guard let space = utf8.lastIndex(of: UInt8(ascii: " ")), let first = utf8.firstIndex(of: UInt8(ascii: " ")),
            Self.counting.contains(String(text[..<first]))
        else { return nil }
        let digits = utf8[utf8.index(after: space)...]
        // Int() alone would take a sign.
        guard !digits.isEmpty, digits.allSatisfy(Self.isDigit) else { return nil }
        return Int(String(digits) ?? "")
    }

    /// The commands whose tag ends in a count.
    private static let counting: Set<String> = [
        "COPY", "DELETE", "FETCH", "INSERT", "MERGE", "MOVE", "SELECT", "UPDATE",
    ]

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    /// The tag as the server sent it.
    public var description: String { text }
}
