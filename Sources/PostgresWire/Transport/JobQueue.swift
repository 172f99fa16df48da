/// Jobs in order: a ring, so that a busy loop allocates nothing.
@safe struct JobQueue {
    /// A job and, where it belongs to an actor on the loop, the actor's executor.
    @safe struct Entry {
        let job: UnownedJob
        let serial: UnownedSerialExecutor?
    }

    private var ring = [Entry?](repeating: nil, count: 64)
    private var head = 0
    private var count = 0

    var isEmpty: Bool { count == 0 }

    mutating func append(_ job: Entry) {
        if count == ring.count {
            ring = (0..<count).map { ring[(head + $0) & (count - 1)] } + [Entry?](repeating: nil, count: count)
            head = 0
        }
        ring[(head + count) & (ring.count - 1)] = job
        count += 1
    }

    mutating func popFirst() -> Entry? {
        guard count > 0 else { return nil }
        defer {
            ring[head] = nil
            head = (head + 1) & (ring.count - 1)
            count -= 1
        }
        return ring[head]
    }
}
