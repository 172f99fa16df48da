import Foundation

/// What `postmaster.pid` tells about a running server.
struct PostmasterFile {
    /// The postmaster's process number.
    let processIdentifier: Int32

    /// Whether the server accepts connections; the status is the file's eighth line.
    let isReady: Bool

    /// Reads the file below a server's directory; nil when there is none, or only half of one.
    init?(in directory: URL) {
        let file = directory.appendingPathComponent("data/postmaster.pid")
        guard let data = try? Data(contentsOf: file) else { return nil }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first, let number = Int32(first), number > 1 else { return nil }
        self.processIdentifier = number
        self.isReady = lines.count > 7 && lines[7].hasPrefix("ready")
    }
}
