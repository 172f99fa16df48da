/// Timers by their time, the earliest first.
///
/// Time is an argument; nothing here reads a clock.
struct DeadlineHeap<Action> {
    /// What a timer is cancelled by.
    struct Token: Hashable, Sendable {
        let number: UInt64
    }

    private struct Entry {
        var deadline: UInt64
        var number: UInt64
    }

    private var heap: [Entry] = []
    private var actions: [UInt64: Action] = [:]
    private var lastNumber: UInt64 = 0

    /// The time of the earliest timer that was not cancelled.
    private(set) var earliest: UInt64?

    /// How many timers are waiting.
    var count: Int { actions.count }

    mutating func insert(_ deadline: UInt64, _ action: Action) -> Token {
        lastNumber += 1
        actions[lastNumber] = action
        heap.append(Entry(deadline: deadline, number: lastNumber))
        siftUp(heap.count - 1)
        earliest = heap.first?.deadline
        return Token(number: lastNumber)
    }

    /// Takes a timer out; nil where it ran or was cancelled before.
    mutating func cancel(_ token: Token) -> Action? {
        let action = actions.removeValue(forKey: token.number)
        dropCancelled()
        return action
    }

    /// Takes out the earliest timer that is due.
    mutating func popDue(now: UInt64) -> Action? {
        dropCancelled()
        guard let first = heap.first, first.deadline <= now else { return nil }
        removeFirst()
        let action = actions.removeValue(forKey: first.number)
        dropCancelled()
        return action
    }

    /// Cancelled entries leave from the front at once and from the middle when they are more than the living.
    private mutating func dropCancelled() {
        while let first = heap.first, actions[first.number] == nil { removeFirst() }
        if heap.count > 2 * actions.count + 64 {
            let living = heap.filter { actions[$0.number] != nil }
            heap.removeAll(keepingCapacity: true)
            for entry in living {
                heap.append(entry)
                siftUp(heap.count - 1)
            }
        }
        earliest = heap.first?.deadline
    }

    private mutating func removeFirst() {
        guard let last = heap.popLast(), !heap.isEmpty else { return }
        heap[0] = last
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].deadline < heap[smallest].deadline {
                smallest = child
            }
            guard smallest != parent else { return }
            heap.swapAt(smallest, parent)
            parent = smallest
        }
    }

    private mutating func siftUp(_ index: Int) {
        var child = index
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].deadline < heap[parent].deadline else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }
}
