/// Something to be done later.
public struct Job: Decodable, Equatable, Sendable {
    /// Its key.
    public var id: Int64
    /// Which handler does it.
    public var kind: String
    /// What the handler gets to know.
    public var payload: String
    /// How often it has been tried before.
    public var attempts: Int
}
