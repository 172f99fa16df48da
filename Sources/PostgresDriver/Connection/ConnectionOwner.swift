internal import PostgresWire

/// Something that has a connection to itself until it ends: a row stream, a COPY, a transaction, a savepoint.
///
/// A transaction owns the connection, and a row stream inside of it owns it in turn, so there may be several: the
/// newest one is served, all others and strangers are refused.
@usableFromInline
package struct ConnectionOwner: Hashable, Sendable {
    let number: UInt64
}

/// The owners of a connection, oldest first; a plain value.
struct ConnectionOwners {
    private struct Entry {
        var owner: ConnectionOwner
        var description: String
        /// Whether it is a transaction or a savepoint.
        var isScope: Bool
        /// Whether the command that ends it is on its way: from then on it is refused as well.
        var isEnding = false
    }

    private var entries: [Entry] = []
    private var lastNumber: UInt64 = 0

    /// Whether the connection belongs to nobody.
    var isEmpty: Bool { entries.isEmpty }

    /// What keeps `owner`, or a stranger, from using the connection: the newest owner's description.
    func obstacle(for owner: ConnectionOwner?) -> String? {
        guard let newest = entries.last else { return nil }
        return newest.owner == owner && !newest.isEnding ? nil : newest.description
    }

    /// Whether an owner has not ended and is not ending.
    func isOpen(_ owner: ConnectionOwner) -> Bool { entries.contains { $0.owner == owner && !$0.isEnding } }

    /// Whether an owner is a transaction or a savepoint.
    func isScope(_ owner: ConnectionOwner) -> Bool { entries.contains { $0.owner == owner && $0.isScope } }

    /// What still wants data of the server inside a transaction or savepoint, such as rows that are being read.
    func unfinished(inside owner: ConnectionOwner) -> String? {
        guard let index = entries.firstIndex(where: { $0.owner == owner }) else { return nil }
        return entries[(index + 1)...].first { !$0.isScope }?.description
    }

    /// Makes a new owner the newest one.
    mutating func add(_ description: String, isScope: Bool = false) -> ConnectionOwner {
        lastNumber += 1
        let owner = ConnectionOwner(number: lastNumber)
        entries.append(Entry(owner: owner, description: description, isScope: isScope))
        return owner
    }

    /// Refuses everybody until the owner is removed; what came after it ends.
    mutating func beginEnding(_ owner: ConnectionOwner) {
        guard let index = entries.firstIndex(where: { $0.owner == owner }) else { return }
        entries.removeSubrange((index + 1)...)
        entries[index].isEnding = true
    }

    /// Ends an owner, and with it those that came after it.
    mutating func remove(_ owner: ConnectionOwner) {
        guard let index = entries.firstIndex(where: { $0.owner == owner }) else { return }
        entries.removeSubrange(index...)
    }
}

extension PostgresError {
    /// A request of an owner that is no more.
    static let transactionEnded = PostgresError(
        .transactionEnded, "the transaction or savepoint is over; its requests must be made inside its closure",
        nothingWasSent: true)

    /// A statement in a transaction's closure was a COMMIT or a ROLLBACK.
    static let transactionEndedInside = PostgresError(
        .transactionEnded,
        "a statement inside the transaction has ended it, such as COMMIT or ROLLBACK; the closure must not do that: "
            + "it returns to commit and throws to roll back",
        nothingWasSent: true)
}
