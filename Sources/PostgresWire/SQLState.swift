/// A five-character code that says what kind of error or condition it was.
///
/// Every code of PostgreSQL has a constant here; extensions and `RAISE` may use others. PostgreSQL: PostgreSQL Error
/// Codes.
public struct SQLState: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The code as it is sent, such as "23505".
    public var rawValue: String

    /// The state with this code.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The first two characters, which say what group the code belongs to.
    public var classCode: String { String(rawValue.prefix(2)) }

    /// The code.
    public var description: String { rawValue }
}
