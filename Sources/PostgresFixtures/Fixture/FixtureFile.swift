internal import Foundation

/// Fixtures as files.
extension Fixture {
    /// Reads a fixture from a file.
    ///
    /// - Throws: ``FixtureError`` where the file cannot be read or is no fixture.
    public init(contentsOf path: String) throws(FixtureError) {
        let name = URL(fileURLWithPath: path).lastPathComponent
        guard let data = FileManager.default.contents(atPath: path) else {
            throw FixtureError("the file cannot be read", fixture: path)
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw FixtureError("the file is not UTF-8", fixture: name)
        }
        try self.init(text: text, name: name)
    }

    /// Writes the fixture to a file, which is replaced as a whole.
    ///
    /// - Throws: ``FixtureError`` where the file cannot be written.
    public func write(to path: String) throws(FixtureError) {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw FixtureError("the file cannot be written: \(error.localizedDescription)", fixture: path)
        }
    }
}
