extension TemporaryServer {
    /// What a temporary server is made of; every default is usable.
    public struct Options: Sendable {
        /// Where TLS certificates come from.
        public enum TLS: Sendable, Equatable {
            /// The server does not speak TLS.
            case off
            /// A certificate for `localhost` and 127.0.0.1 made by the `openssl` command.
            case selfSigned
            /// Existing PEM files, copied into the data directory; `authority` verifies clients' certificates.
            case files(certificate: String, privateKey: String, authority: String?)
        }

        /// The directory that holds `initdb` and `postgres`; nil picks the newest of ``TemporaryServer/installations()``.
        public var binaries: String?

        /// The major version wanted, such as 17; nil takes the newest.
        public var majorVersion: Int?

        /// The TCP port; nil picks a free one.
        public var port: Int?

        /// The superuser's name.
        public var user = "postgres"

        /// The superuser's password; nil makes a random one, since a well-known one would let every local user in.
        public var password: String?

        /// Settings for `postgresql.conf`, after ours, so that they win.
        public var settings: [String: String] = [:]

        /// Lines for `pg_hba.conf`, before the default ones, which ask everybody for a SCRAM password.
        public var hostBasedAuthentication: [String] = []

        /// Whether and how the server speaks TLS.
        public var tls = TLS.off

        /// The CPU that the server and all its processes are bound to (Linux, through `taskset`).
        public var cpu: Int?

        /// How long the start may take before it fails.
        public var startTimeout = Duration.seconds(60)

        /// Creates options; assign the properties that matter.
        public init() {}
    }
}
