internal import Synchronization

/// Keys that SCRAM derived from passwords, so that a pool pays for the derivation once and not once a connection.
///
/// A key is as secret as its password; the cache lives and dies with the pool that knows the password anyway.
package final class ScramKeyCache: Sendable {
    private let keys = Mutex<[PostgresConfiguration: ScramKey]>([:])
    private static let capacity = 16

    package init() {}

    func key(for configuration: PostgresConfiguration) -> ScramKey? {
        keys.withLock { $0[configuration] }
    }

    func store(_ key: ScramKey, for configuration: PostgresConfiguration) {
        keys.withLock { keys in
            // Passwords that rotate must not pile up.
            if keys.count >= Self.capacity, keys[configuration] == nil { keys.removeAll() }
            keys[configuration] = key
        }
    }
}
