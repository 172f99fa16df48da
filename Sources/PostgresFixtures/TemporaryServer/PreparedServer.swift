import Foundation

/// A data directory that is ready to be started, and how to start it.
struct PreparedServer: Sendable {
    let options: TemporaryServer.Options
    let installation: TemporaryServer.Installation
    let directory: URL
    let account: ServerAccount
    let password: String
    let watchdog: ServerWatchdog

    /// Makes the directory, runs initdb and writes the configuration.
    static func prepare(_ options: TemporaryServer.Options) async throws -> PreparedServer {
        let found = try TemporaryServer.installation(for: options)
        let account = try ServerAccount.current()
        let directory = try makeDirectory(for: account)
        let watchdog: ServerWatchdog
        do {
            watchdog = try ServerWatchdog(directory: directory)
        } catch {
            try? FileManager.default.removeItem(at: directory)
            throw TemporaryServerError(.directoryFailed, "cannot start /bin/sh: \(error)")
        }
        do {
            let installation = try await reachable(found, for: account, in: directory)
            let prepared = PreparedServer(
                options: options, installation: installation, directory: directory, account: account,
                password: options.password ?? randomPassword(), watchdog: watchdog)
            try await prepared.initialize()
            try await prepared.installCertificates()
            try prepared.configure()
            return prepared
        } catch {
            await watchdog.dismiss()
            throw error
        }
    }

    /// Ends whatever was started and removes the directory.
    func discard() async { await watchdog.dismiss() }

    static func log(in directory: URL) -> String {
        let data = (try? Data(contentsOf: directory.appendingPathComponent("log"))) ?? Data()
        return String(decoding: data, as: UTF8.self)
    }

    // MARK: The steps before the first start

    private static func makeDirectory(for account: ServerAccount) throws -> URL {
        let files = FileManager.default
        // A path of a socket is at most about 100 bytes long, and the server's user must reach it.
        let parent = [files.temporaryDirectory.path, "/tmp"]
            .first { $0.utf8.count < 64 && account.canExecute($0) }
        let name = "swift-postgres-" + String(UInt32.random(in: .min ... .max), radix: 36)
        let directory = URL(fileURLWithPath: parent ?? "/tmp").appendingPathComponent(name)
        do {
            try files.createDirectory(
                at: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            try account.own(directory, permissions: 0o700)
        } catch {
            throw TemporaryServerError(.directoryFailed, "cannot create \(directory.path): \(error)")
        }
        return directory
    }

    /// The installation itself, or a copy when the server's user may not enter it (root's home is closed to it).
    private static func reachable(
        _ installation: TemporaryServer.Installation, for account: ServerAccount, in directory: URL
    ) async throws -> TemporaryServer.Installation {
        guard !account.canExecute(installation.directory + "/postgres"), let copy = Command.path(of: "cp") else {
            return installation
        }
        // The programs find their libraries relative to themselves: …/PACKAGE/pginstall/bin and …/PACKAGE.libs.
        let prefix = URL(fileURLWithPath: installation.directory).deletingLastPathComponent()
        let package = prefix.deletingLastPathComponent()
        let target = directory.appendingPathComponent("install/" + package.lastPathComponent)
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
        var copies = [[copy, "-R", prefix.path, target.path]]
        if FileManager.default.fileExists(atPath: package.path + ".libs") {
            copies.append([copy, "-R", package.path + ".libs", target.path + ".libs"])
        }
        for arguments in copies {
            let (status, output) = try await Command.run(arguments, in: directory, within: .seconds(120))
            guard status == 0 else {
                throw TemporaryServerError(.directoryFailed, "cannot copy \(prefix.path)", output: output)
            }
        }
        let moved = target.appendingPathComponent(prefix.lastPathComponent + "/bin").path
        guard let result = TemporaryServer.Installation(directory: moved) else {
            throw TemporaryServerError(.noInstallation, "the copy of \(installation) does not run")
        }
        return result
    }

    private static func randomPassword() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<3).map { _ in String(UInt64.random(in: .min ... .max, using: &generator), radix: 36) }.joined()
    }

    private func initialize() async throws {
        let file = directory.appendingPathComponent("password")
        do {
            try Data().write(to: file)
            try account.own(file, permissions: 0o600)
            let handle = try FileHandle(forWritingTo: file)
            try handle.write(contentsOf: Data((password + "\n").utf8))
            try handle.close()
        } catch {
            throw TemporaryServerError(.directoryFailed, "cannot write the password file: \(error)")
        }
        defer { try? FileManager.default.removeItem(at: file) }
        var output = ""
        for locale in ["C.UTF-8", "C"] {  // not every system has the first
            let arguments = [
                installation.directory + "/initdb", "-D", dataDirectory.path, "-U", options.user, "-E", "UTF8",
                "--locale=" + locale, "-A", "scram-sha-256", "--pwfile=" + file.path, "--no-sync",
            ]
            let result = try await Command.run(account.prefix + arguments, in: directory, within: options.startTimeout)
            if result.status == 0 { return }
            output += result.output
        }
        throw TemporaryServerError(.initdbFailed, "initdb of \(installation) failed", output: output)
    }

    private var dataDirectory: URL { directory.appendingPathComponent("data") }

    private func installCertificates() async throws {
        let certificate = dataDirectory.appendingPathComponent("server.crt")
        let key = dataDirectory.appendingPathComponent("server.key")
        switch options.tls {
        case .off:
            return
        case .selfSigned:
            guard let openssl = Command.path(of: "openssl") else {
                throw TemporaryServerError(.certificateFailed, "the openssl command is not installed")
            }
            let arguments = [
                openssl, "req", "-new", "-x509", "-days", "3650", "-nodes", "-newkey", "rsa:2048", "-subj",
                "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-out", certificate.path,
                "-keyout", key.path,
            ]
            let (status, output) = try await Command.run(arguments, in: directory, within: .seconds(30))
            guard status == 0 else { throw TemporaryServerError(.certificateFailed, "openssl failed", output: output) }
        case .files(let certificatePath, let keyPath, let authority):
            do {
                try Data(contentsOf: URL(fileURLWithPath: certificatePath)).write(to: certificate)
                try Data(contentsOf: URL(fileURLWithPath: keyPath)).write(to: key)
                if let authority {
                    let root = dataDirectory.appendingPathComponent("root.crt")
                    try Data(contentsOf: URL(fileURLWithPath: authority)).write(to: root)
                    try account.own(root, permissions: 0o600)
                }
            } catch {
                throw TemporaryServerError(.certificateFailed, "cannot copy the certificates: \(error)")
            }
        }
        do {
            try account.own(certificate, permissions: 0o600)
            try account.own(key, permissions: 0o600)
        } catch {
            throw TemporaryServerError(.certificateFailed, "cannot protect the private key: \(error)")
        }
    }
}
