/// Who listens through a client, and what its connection for listening has to do next; a plain value.
///
/// A listener is new until the server listens on its channel; then it is established, and when the connection is lost it
/// has to be told of the gap. The connection's own channels are its caller's to know: it says which of them are active.
struct ClientChannels<Name: Hashable, Listener, Waiter> {
    /// What is to be done about a channel.
    enum Step: Equatable {
        /// The server is to listen on it.
        case listen(Name)
        /// The server listens on it, and new listeners have come: they can be told.
        case establish(Name)
        /// Nobody wants it any more.
        case unlisten(Name)
    }

    private struct Entry {
        let number: UInt64
        let listener: Listener
        /// The task that waits until its listener is established.
        var waiter: Waiter?
        var isEstablished = false
    }

    private var channels: [Name: [Entry]] = [:]
    private var names: [UInt64: Name] = [:]
    /// Channels that something has happened to.
    private var changed: Set<Name> = []
    private var lastNumber: UInt64 = 0

    /// Whether nobody listens.
    var isEmpty: Bool { channels.isEmpty }

    /// How many listen.
    var count: Int { names.count }

    /// Who listens on a channel.
    func listeners(on name: Name) -> [Listener] { channels[name]?.map(\.listener) ?? [] }

    /// Everybody who listens.
    var allListeners: [Listener] { channels.values.flatMap { $0.map(\.listener) } }

    /// A number for a listener that is about to be added.
    mutating func number() -> UInt64 {
        lastNumber += 1
        return lastNumber
    }

    /// Adds a listener, with the task that waits for it.
    mutating func add(_ listener: Listener, _ number: UInt64, on name: Name, _ waiter: Waiter) {
        channels[name, default: []].append(Entry(number: number, listener: listener, waiter: waiter))
        names[number] = name
        changed.insert(name)
    }

    /// Removes a listener; returns the task that waits for it.
    mutating func remove(_ number: UInt64) -> Waiter? {
        guard let name = names.removeValue(forKey: number),
            let index = channels[name]?.firstIndex(where: { $0.number == number })
        else { return nil }
        let entry = channels[name]?.remove(at: index)
        if channels[name]?.isEmpty ?? true { channels[name] = nil }
        changed.insert(name)
        return entry?.waiter
    }

    /// A new connection, on which nothing is active, has been made.
    mutating func connected() { changed = Set(channels.keys) }

    /// What to do next; nil for nothing.
    mutating func next(isActive: (Name) -> Bool) -> Step? {
        while let name = changed.popFirst() {
            switch (channels[name] != nil, isActive(name)) {
            case (true, false): return .listen(name)
            case (true, true): return .establish(name)
            case (false, true): return .unlisten(name)
            case (false, false): continue
            }
        }
        return nil
    }

    /// The server listens on a channel now.
    ///
    /// - Returns: the tasks that waited for that, and the listeners that had been there before.
    mutating func established(_ name: Name) -> (waiters: [Waiter], former: [Listener]) {
        var waiters: [Waiter] = []
        var former: [Listener] = []
        for index in (channels[name] ?? []).indices {
            guard var entry = channels[name]?[index] else { continue }
            if entry.isEstablished { former.append(entry.listener) }
            if let waiter = entry.waiter { waiters.append(waiter) }
            entry.waiter = nil
            entry.isEstablished = true
            channels[name]?[index] = entry
        }
        return (waiters, former)
    }

    /// Removes the listeners that are not established: of one channel, or of all.
    ///
    /// - Returns: the tasks that waited for them.
    mutating func refuse(_ name: Name? = nil) -> [Waiter] {
        var waiters: [Waiter] = []
        for name in name.map({ [$0] }) ?? Array(channels.keys) {
            for entry in channels[name] ?? [] where !entry.isEstablished {
                names[entry.number] = nil
                if let waiter = entry.waiter { waiters.append(waiter) }
            }
            channels[name]?.removeAll { !$0.isEstablished }
            if channels[name]?.isEmpty ?? true { channels[name] = nil }
        }
        return waiters
    }
}
