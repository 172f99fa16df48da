/// Something that has a connection to itself until it ends: a row stream, a COPY, a transaction.
///
/// A transaction owns the connection, and a row stream inside of it owns it in turn, so there may be several: the
/// newest one is served, all others and strangers are refused.
package struct ConnectionOwner: Hashable, Sendable {
    let number: UInt64
}

/// The owners of a connection, oldest first; a plain value.
struct ConnectionOwners {
    private var owners: [(owner: ConnectionOwner, description: String)] = []
    private var lastNumber: UInt64 = 0

    /// Whether the connection belongs to nobody.
    var isEmpty: Bool { owners.isEmpty }

    /// What keeps `owner`, or a stranger, from using the connection: the newest owner's description.
    func obstacle(for owner: ConnectionOwner?) -> String? {
        guard let newest = owners.last else { return nil }
        return newest.owner == owner ? nil : newest.description
    }

    /// Makes a new owner the newest one.
    mutating func add(_ description: String) -> ConnectionOwner {
        lastNumber += 1
        let owner = ConnectionOwner(number: lastNumber)
        owners.append((owner, description))
        return owner
    }

    /// Ends an owner, and with it those that came after it.
    mutating func remove(_ owner: ConnectionOwner) {
        guard let index = owners.firstIndex(where: { $0.owner == owner }) else { return }
        owners.removeSubrange(index...)
    }
}
