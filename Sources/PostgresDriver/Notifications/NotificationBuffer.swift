/// What waits for a slow listener, at most `capacity` events; a plain value.
///
/// When it is full, the oldest event is dropped for each new one, and a gap stands in front of the rest.
struct NotificationBuffer {
    let capacity: Int
    private var events: [PostgresNotificationEvent] = []
    /// Where the oldest event lies in `events`; what is before it has been taken or dropped.
    private var start = 0
    private var hasOverflowed = false

    /// - Parameter capacity: how many events there may be; at least one.
    init(capacity: Int) { self.capacity = max(capacity, 1) }

    /// How many events wait, the gap of an overflow included.
    var count: Int { events.count - start + (hasOverflowed ? 1 : 0) }

    /// Adds an event at the end.
    mutating func append(_ event: PostgresNotificationEvent) {
        // Gaps that nothing separates are one, whatever their reasons.
        if case .gap = event, start < events.count, case .gap? = events.last { return }
        if events.count - start == capacity {
            hasOverflowed = true
            start += 1
        }
        events.append(event)
        // What has been taken makes room before the array grows to more than twice what may wait.
        if start > capacity { compact() }
    }

    /// The oldest event, which is no longer there afterwards.
    mutating func popFirst() -> PostgresNotificationEvent? {
        if hasOverflowed {
            hasOverflowed = false
            return .gap(.overflow)
        }
        guard start < events.count else { return nil }
        defer {
            start += 1
            if start == events.count {
                events.removeAll(keepingCapacity: start <= 64)
                start = 0
            }
        }
        return events[start]
    }

    private mutating func compact() {
        events.removeFirst(start)
        start = 0
    }
}
