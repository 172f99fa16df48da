import Foundation

extension TemporaryServer {
    /// PostgreSQL's server programs in one directory.
    public struct Installation: Sendable, Hashable, CustomStringConvertible {
        /// The version as the program prints it: `17.10`, `19beta1`.
        public let version: String

        /// The directory that holds `initdb` and `postgres`.
        public let directory: String

        /// The version and the directory.
        public var description: String { "PostgreSQL \(version) in \(directory)" }

        /// The major version; 0 when the version text does not begin with a number.
        public var majorVersion: Int { Int(version.prefix { $0.isASCII && $0.isNumber }) ?? 0 }

        /// Asks the `postgres` program of a directory for its version; nil when there is none that answers.
        ///
        /// Runs one short program.
        public init?(directory: String) {
            let files = FileManager.default
            guard ["initdb", "postgres"].allSatisfy({ files.isExecutableFile(atPath: directory + "/" + $0) }),
                let output = try? Command.output([directory + "/postgres", "--version"])
            else { return nil }
            // postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)
            let words = output.split(whereSeparator: { $0 == " " || $0 == "\n" })
            guard words.count >= 3, words[1] == "(PostgreSQL)" else { return nil }
            self.version = String(words[2])
            self.directory = directory
        }
    }

    /// Every PostgreSQL installation found on this machine, newest version first.
    ///
    /// Looks, in this order, in `POSTGRES_BIN` (directories separated by colons), `PATH`, the folders that
    /// distributions, Homebrew and PostgreSQL's own build use, and `POSTGRES_WHEELS`, a directory into which Python
    /// wheels with PostgreSQL inside were unpacked (`pip install --target`). Runs each one's `postgres --version`.
    ///
    /// - Returns: one entry a directory; of equal versions, the one found first stands first.
    public static func installations() -> [Installation] {
        let environment = ProcessInfo.processInfo.environment
        var seen = Set<String>()
        var found: [Installation] = []
        for directory in candidateDirectories(environment) {
            // The same server is often linked into several folders.
            let program = URL(fileURLWithPath: directory + "/postgres").resolvingSymlinksInPath()
            let real = program.deletingLastPathComponent().path
            if seen.insert(real).inserted, let installation = Installation(directory: real) {
                found.append(installation)
            }
        }
        return found.enumerated()
            .sorted { ($1.element.majorVersion, $0.offset) < ($0.element.majorVersion, $1.offset) }
            .map(\.element)
    }

    /// The installation that the options ask for.
    static func installation(for options: Options) throws -> Installation {
        if let directory = options.binaries {
            guard let installation = Installation(directory: directory) else {
                throw TemporaryServerError(.noInstallation, "no working initdb and postgres in \(directory)")
            }
            return installation
        }
        let all = installations()
        guard let chosen = all.first(where: { options.majorVersion == nil || $0.majorVersion == options.majorVersion })
        else {
            let wanted = options.majorVersion.map { "PostgreSQL \($0)" } ?? "PostgreSQL server programs"
            throw TemporaryServerError(
                .noInstallation, "no \(wanted) found; install the server package or set POSTGRES_BIN",
                output: all.map(\.description).joined(separator: "\n"))
        }
        return chosen
    }

    private static func candidateDirectories(_ environment: [String: String]) -> [String] {
        func list(_ name: String) -> [String] { environment[name, default: ""].split(separator: ":").map(String.init) }
        var candidates = list("POSTGRES_BIN") + list("PATH")
        let parents: [(folder: String, prefix: String, suffix: String)] = [
            ("/usr/lib/postgresql", "", "/bin"),  // Debian, Ubuntu
            ("/usr", "pgsql-", "/bin"),  // PGDG's packages for Red Hat, SUSE
            ("/usr/local", "pgsql", "/bin"),  // PostgreSQL's own build
            ("/opt/homebrew/opt", "postgresql", "/bin"),
            ("/usr/local/opt", "postgresql", "/bin"),
            ("/Applications/Postgres.app/Contents/Versions", "", "/bin"),
        ]
        for (folder, prefix, suffix) in parents {
            candidates += entries(of: folder).filter { $0.hasPrefix(prefix) }.map { folder + "/" + $0 + suffix }
        }
        candidates += ["/usr/libexec/postgresql", "/usr/bin"]  // Alpine; Arch, Fedora
        for wheels in list("POSTGRES_WHEELS") {
            candidates += entries(of: wheels).map { wheels + "/" + $0 + "/pginstall/bin" }
        }
        return candidates
    }

    /// The names in a folder, those with the greatest numbers first; empty when there is no such folder.
    private static func entries(of folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted { $0.compare($1, options: .numeric) == .orderedDescending }
    }
}
