import Foundation

/// The operating-system user that runs the server programs: ourselves, or another one when we are root.
struct ServerAccount: Sendable {
    /// What stands before a command line to run it as that user; empty for ourselves.
    let prefix: [String]

    /// Who must own the server's files; nil for ourselves.
    let owner: Owner?

    struct Owner: Sendable {
        let user: Int
        let group: Int
    }

    /// Whom to run the server as: PostgreSQL's programs refuse to be root.
    static func current() throws -> ServerAccount {
        guard geteuid() == 0 else { return ServerAccount(prefix: [], owner: nil) }
        for name in ["postgres", "nobody"] {
            guard let user = number("-u", of: name), let group = number("-g", of: name) else { continue }
            let owner = Owner(user: user, group: group)
            let ways = [
                ["setpriv", "--reuid=\(user)", "--regid=\(group)", "--clear-groups"],
                ["runuser", "-u", name, "--"],
                ["sudo", "-n", "-u", name, "--"],
            ]
            for way in ways {
                guard let program = way.first.flatMap(Command.path(of:)) else { continue }
                let account = ServerAccount(prefix: [program] + way.dropFirst(), owner: owner)
                if account.can(["true"]) { return account }
            }
        }
        throw TemporaryServerError(
            .noUnprivilegedUser,
            "PostgreSQL refuses to run as root, and neither setpriv, runuser nor sudo can run it as postgres or nobody")
    }

    /// Whether that user may run the file or enter the folder.
    func canExecute(_ path: String) -> Bool { can(["test", "-x", path]) }

    /// Gives a file or folder to that user.
    func own(_ url: URL, permissions: Int) throws {
        var attributes: [FileAttributeKey: Any] = [.posixPermissions: permissions]
        if let owner {
            attributes[.ownerAccountID] = owner.user
            attributes[.groupOwnerAccountID] = owner.group
        }
        try FileManager.default.setAttributes(attributes, ofItemAtPath: url.path)
    }

    private func can(_ command: [String]) -> Bool {
        guard let program = command.first.flatMap(Command.path(of:)) else { return false }
        return (try? Command.output(prefix + [program] + command.dropFirst())) != nil
    }

    private static func number(_ flag: String, of name: String) -> Int? {
        guard let program = Command.path(of: "id"), let output = try? Command.output([program, flag, name]) else {
            return nil
        }
        return Int(output.filter { !$0.isWhitespace })
    }
}
