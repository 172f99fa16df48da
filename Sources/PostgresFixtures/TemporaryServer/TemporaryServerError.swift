/// Why a temporary server could not be started, with what the failing program said.
public struct TemporaryServerError: Error, Sendable, CustomStringConvertible {
    /// The step that failed.
    public enum Code: Sendable, Equatable {
        /// No directory with `initdb` and `postgres` was found.
        case noInstallation
        /// The process runs as root and no other user can run the server.
        case noUnprivilegedUser
        /// The private directory or a file in it could not be made.
        case directoryFailed
        /// `initdb` failed.
        case initdbFailed
        /// Certificates could not be made or copied.
        case certificateFailed
        /// The server did not come up.
        case startFailed
    }

    /// The step that failed.
    public let code: Code

    /// What went wrong, in one line.
    public let message: String

    /// The output of `initdb` or the server's log; may be empty.
    public let output: String

    init(_ code: Code, _ message: String, output: String = "") {
        self.code = code
        self.message = message
        self.output = output
    }

    /// The message, then the output indented.
    public var description: String {
        let lines = output.split(separator: "\n").suffix(40)
        return lines.isEmpty ? message : message + ":\n" + lines.map { "    " + $0 }.joined(separator: "\n")
    }

    /// Another program has the port: worth another attempt with another one.
    var isPortTaken: Bool {
        code == .startFailed
            && (output.contains("could not bind") || output.contains("could not create any TCP/IP sockets"))
    }
}
