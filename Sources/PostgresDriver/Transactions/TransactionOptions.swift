/// How much a transaction sees of what others commit while it runs.
///
/// PostgreSQL: Transaction Isolation.
public enum TransactionIsolation: String, Hashable, Sendable, CaseIterable {
    /// PostgreSQL treats it as ``readCommitted``.
    case readUncommitted = "READ UNCOMMITTED"
    /// Every statement sees what was committed before it began; the server's default as a rule.
    case readCommitted = "READ COMMITTED"
    /// Every statement sees what was committed before the first one; conflicting writes fail with 40001.
    case repeatableRead = "REPEATABLE READ"
    /// As if transactions ran one after the other; what would break that fails with 40001.
    case serializable = "SERIALIZABLE"
}

/// Whether a transaction may write.
///
/// PostgreSQL: SET TRANSACTION.
public enum TransactionAccess: String, Hashable, Sendable, CaseIterable {
    /// Reads and writes.
    case readWrite = "READ WRITE"
    /// Writes to anything but temporary tables fail with 25006.
    case readOnly = "READ ONLY"
}

/// How a transaction begins; what is nil is left to the session's defaults.
struct TransactionOptions: Hashable, Sendable {
    var isolation: TransactionIsolation?
    var access: TransactionAccess?
    var deferrable: Bool?

    /// The statement that begins it, with every option in it: one round trip.
    var beginStatement: String {
        var text = "BEGIN"
        if let isolation { text += " ISOLATION LEVEL " + isolation.rawValue }
        if let access { text += " " + access.rawValue }
        if let deferrable { text += deferrable ? " DEFERRABLE" : " NOT DEFERRABLE" }
        return text
    }

    /// Whether nothing is asked for.
    var isDefault: Bool { self == TransactionOptions() }
}
