/// The place of one waiter in a ``WaiterQueue``.
///
/// A number is used once, so an old ticket never meets a new waiter.
package struct PoolTicket: Hashable, Sendable {
    let index: Int32
    let number: UInt64
}

/// Who waits for a connection, first come first served.
///
/// A doubly linked list inside one array: entering, leaving from the front and giving up in the middle take constant
/// time. A place that became free is used again, so the memory follows the largest number of waiters at one moment,
/// and a queue that was long gives it back when it becomes empty.
package struct WaiterQueue<Waiter: Sendable>: ~Copyable, Sendable {
    /// One who waits, with what the pool has to know about it.
    package struct Entry: Sendable {
        package let waiter: Waiter
        package let enqueued: PoolTime
        package let deadline: PoolTime
    }

    private struct Place: Sendable {
        var entry: Entry?
        var number: UInt64
        var previous: Int32
        var next: Int32
    }

    private static var nobody: Int32 { -1 }
    /// Above this many places an empty queue frees its memory.
    private static var keptPlaces: Int { 256 }

    private var places: [Place] = []
    private var first = nobody
    private var last = nobody
    /// Free places, linked by `next`.
    private var firstFree = nobody
    private var nextNumber: UInt64 = 0

    /// How many wait.
    package private(set) var count = 0
    /// No waiter's deadline is before this.
    ///
    /// It may be too early after somebody left, and ``removeExpired(now:)`` makes it exact again.
    package private(set) var earliestDeadline = PoolTime.never

    package init() {}

    package var isEmpty: Bool { count == 0 }

    /// How many places are in memory, used or free.
    package var placeCount: Int { places.count }

    /// Puts a waiter at the end.
    package mutating func append(_ waiter: Waiter, enqueued: PoolTime, deadline: PoolTime) -> PoolTicket {
        let entry = Entry(waiter: waiter, enqueued: enqueued, deadline: deadline)
        let number = nextNumber
        nextNumber &+= 1
        let place = Place(entry: entry, number: number, previous: last, next: Self.nobody)
        let index = firstFree
        if index == Self.nobody {
            places.append(place)
        } else {
            firstFree = places[Int(index)].next
            places[Int(index)] = place
        }
        let used = index == Self.nobody ? Int32(truncatingIfNeeded: places.count - 1) : index
        if last == Self.nobody { first = used } else { places[Int(last)].next = used }
        last = used
        count += 1
        if deadline < earliestDeadline { earliestDeadline = deadline }
        return PoolTicket(index: used, number: number)
    }

    /// Takes the waiter who came first.
    package mutating func popFirst() -> Entry? {
        first == Self.nobody ? nil : remove(at: first)
    }

    /// Takes out the waiter with this ticket; `nil` if it left already.
    package mutating func remove(_ ticket: PoolTicket) -> Entry? {
        guard ticket.index >= 0, ticket.index < places.count else { return nil }
        let place = places[Int(ticket.index)]
        guard place.number == ticket.number, place.entry != nil else { return nil }
        return remove(at: ticket.index)
    }

    /// Takes out everybody whose deadline has come, in order of arrival.
    ///
    /// Cost: nothing before the earliest deadline, else one pass over the queue.
    package mutating func removeExpired(now: PoolTime) -> [Entry] {
        guard earliestDeadline <= now, count > 0 else { return [] }
        var expired: [Entry] = []
        var earliest = PoolTime.never
        var index = first
        while index != Self.nobody {
            let next = places[Int(index)].next
            if let deadline = places[Int(index)].entry?.deadline {
                if deadline > now {
                    earliest = min(earliest, deadline)
                } else if let entry = remove(at: index) {
                    expired.append(entry)
                }
            }
            index = next
            if places.isEmpty { break }  // the last one left, and took the memory with it
        }
        earliestDeadline = earliest
        return expired
    }

    private mutating func remove(at index: Int32) -> Entry? {
        let place = places[Int(index)]
        if place.previous == Self.nobody { first = place.next } else { places[Int(place.previous)].next = place.next }
        if place.next == Self.nobody {
            last = place.previous
        } else {
            places[Int(place.next)].previous = place.previous
        }
        places[Int(index)].entry = nil
        places[Int(index)].next = firstFree
        firstFree = index
        count -= 1
        if count == 0 { becameEmpty() }
        return place.entry
    }

    private mutating func becameEmpty() {
        earliestDeadline = .never
        guard places.count > Self.keptPlaces else { return }
        places = []
        firstFree = Self.nobody
    }
}
