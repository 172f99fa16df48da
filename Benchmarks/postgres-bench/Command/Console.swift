import Foundation

/// What people see: messages and progress on standard error.
enum Console {
    private static let isTerminal = isatty(2) == 1

    /// One line of progress that the next one replaces; nothing unless a terminal shows it.
    static func progress(_ text: String) {
        guard isTerminal else { return }
        write("\r\u{1B}[K" + text, to: FileHandle.standardError)
    }

    /// Removes the line of progress.
    static func clearProgress() {
        guard isTerminal else { return }
        write("\r\u{1B}[K", to: FileHandle.standardError)
    }

    static func error(_ text: String) {
        clearProgress()
        write("postgres-bench: " + text + "\n", to: FileHandle.standardError)
    }

    static func write(_ text: String, to handle: FileHandle) {
        try? handle.write(contentsOf: Data(text.utf8))
    }
}

extension String {
    /// Blanks after the text, up to a width.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - count)) }

    /// Blanks before the text, up to a width.
    func aligned(to width: Int) -> String { String(repeating: " ", count: Swift.max(0, width - count)) + self }
}
