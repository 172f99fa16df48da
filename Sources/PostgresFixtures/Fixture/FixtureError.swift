/// Why a fixture cannot be read, written or recorded.
public struct FixtureError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, in one sentence.
    public let reason: String
    /// The fixture's name, where it is known.
    public let fixture: String?
    /// The line of the fixture, counted from 1.
    public let line: Int?

    /// An error about a fixture, or about one of its lines.
    public init(_ reason: String, fixture: String? = nil, line: Int? = nil) {
        self.reason = reason
        self.fixture = fixture
        self.line = line
    }

    /// The fixture, the line and the reason, as in `simple.session:12: no such direction`.
    public var description: String {
        switch (fixture, line) {
        case (let fixture?, let line?): "\(fixture):\(line): \(reason)"
        case (let fixture?, nil): "\(fixture): \(reason)"
        case (nil, let line?): "line \(line): \(reason)"
        case (nil, nil): reason
        }
    }
}
