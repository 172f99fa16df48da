import Foundation

extension PreparedServer {
    /// Writes `postgresql.conf` and `pg_hba.conf` over what initdb left.
    func configure() throws {
        var settings = [
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": directory.path,
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "logging_collector": "off",
            "max_wal_size": "4GB",
        ]
        if options.tls != .off { settings["ssl"] = "on" }
        if case .files(_, _, .some) = options.tls { settings["ssl_ca_file"] = "root.crt" }
        settings.merge(options.settings) { $1 }
        let text = settings.sorted { $0.key < $1.key }.map { "\($0.key) = '\(Self.quoted($0.value))'\n" }.joined()
        do {
            // Written in place: the files keep the owner that initdb gave them.
            try edit("data/postgresql.conf") { $0 + text }
            let lines = options.hostBasedAuthentication.map { $0 + "\n" }.joined()
            try edit("data/pg_hba.conf") { lines + $0 }
        } catch {
            throw TemporaryServerError(.directoryFailed, "cannot write the configuration: \(error)")
        }
    }

    /// Starts the postmaster; it is not ready yet.
    func launch(port: Int) throws -> Process {
        var arguments = account.prefix
        if let cpu = options.cpu {
            guard let taskset = Command.path(of: "taskset") else {
                throw TemporaryServerError(.startFailed, "binding to a CPU needs the taskset command of util-linux")
            }
            arguments += [taskset, "-c", String(cpu)]
        }
        arguments += [
            installation.directory + "/postgres", "-D", directory.appendingPathComponent("data").path, "-p",
            String(port),
        ]
        do {
            let log = try FileHandle(creating: directory.appendingPathComponent("log"))
            let (process, _) = try Command.start(arguments, in: directory) { process in
                process.standardOutput = log
                process.standardError = log
            }
            return process
        } catch {
            throw TemporaryServerError(.startFailed, "cannot run \(installation): \(error)")
        }
    }

    /// Returns when the server accepts connections; ends it and throws when it does not in time.
    func waitUntilReady(_ process: Process, within timeout: Duration) async throws {
        let deadline = ContinuousClock.now + timeout
        let before = PostmasterFile(in: directory)?.processIdentifier  // a crash leaves the old file
        while true {
            if let file = PostmasterFile(in: directory), file.isReady,
                file.processIdentifier != before || file.processIdentifier == process.processIdentifier
            {
                return
            }
            guard process.isRunning else {
                throw TemporaryServerError(
                    .startFailed, "\(installation) ended at once", output: Self.log(in: directory))
            }
            if Task.isCancelled || ContinuousClock.now > deadline {
                kill(process.processIdentifier, SIGQUIT)
                try Task.checkCancellation()
                throw TemporaryServerError(
                    .startFailed, "\(installation) is not ready after \(timeout)", output: Self.log(in: directory))
            }
            await pause(milliseconds: 5)
        }
    }

    /// A value between the quotes of a configuration file.
    private static func quoted(_ value: String) -> String {
        value.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "'", with: "''")
            .replacingOccurrences(of: "\n", with: "\\n")
    }

    private func edit(_ name: String, _ change: (String) -> String) throws {
        let file = directory.appendingPathComponent(name)
        let handle = try FileHandle(forUpdating: file)
        defer { try? handle.close() }
        let text = String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data(change(text).utf8))
    }
}
