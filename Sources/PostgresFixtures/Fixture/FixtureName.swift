/// The names of the files of a recording: `NAME.session`, or `NAME.1.session` and so on for several connections.
struct FixtureName {
    /// The path without the suffix.
    private let stem: Substring
    private static let suffix = ".session"

    init(_ path: String) { stem = path.hasSuffix(Self.suffix) ? path.dropLast(Self.suffix.count) : path[...] }

    /// The file of a connection, counted from 1.
    func numbered(_ number: Int) -> String { "\(stem).\(number)\(Self.suffix)" }
}
