#if os(Linux) || os(Android)
internal import LinuxEpoll

/// Readiness of descriptors on Linux.
///
/// Events are edge-triggered: a descriptor is added once and never re-armed.
@safe struct Poller: ~Copyable {
    private let epoll: Int32
    private let wakeUp: Int32
    private let events: UnsafeMutablePointer<epoll_event>
    private static let capacity = 64

    init() {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        wakeUp = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        unsafe events = .allocate(capacity: Self.capacity)
        var event = unsafe epoll_event()
        unsafe event.events = EPOLLIN.rawValue
        unsafe event.data.u64 = 0
        unsafe epoll_ctl(epoll, EPOLL_CTL_ADD, wakeUp, &event)
    }

    deinit {
        unsafe events.deallocate()
        SystemCalls.close(wakeUp)
        SystemCalls.close(epoll)
    }

    /// What other threads signal to interrupt `wait`.
    var wakeUpDescriptor: Int32 { wakeUp }

    /// Reports events of a descriptor under `key`, which is not 0, from now on.
    func add(_ descriptor: Int32, key: UInt64) throws(SystemError) {
        var event = unsafe epoll_event()
        unsafe event.events = EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
        unsafe event.data.u64 = key
        guard unsafe epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
            throw SystemCalls.lastError("epoll_ctl")
        }
    }

    func remove(_ descriptor: Int32) {
        var event = unsafe epoll_event()
        unsafe epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event)
    }

    /// Waits for events, at most `nanoseconds` (nil: for ever), and reports each.
    ///
    /// - Returns: whether another thread asked for attention.
    func wait(nanoseconds: UInt64?, _ report: (UInt64, Readiness) -> Void) -> Bool {
        // Rounded up: waking before the deadline would only mean to wait again.
        let milliseconds = nanoseconds.map { Int32(min(($0 + 999_999) / 1_000_000, 60_000)) } ?? -1
        let count = unsafe epoll_wait(epoll, events, Int32(Self.capacity), milliseconds)
        guard count > 0 else { return false }
        var woken = false
        for index in 0..<Int(count) {
            let event = unsafe events[index]
            if unsafe event.data.u64 == 0 {
                SystemCalls.clearSignal(wakeUp)
                woken = true
                continue
            }
            let bits = unsafe event.events
            var readiness = Readiness()
            if bits & EPOLLIN.rawValue != 0 { readiness.insert(.readable) }
            if bits & EPOLLOUT.rawValue != 0 { readiness.insert(.writable) }
            if bits & (EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 {
                readiness.formUnion([.readable, .writable, .hangUp])
            }
            report(unsafe event.data.u64, readiness)
        }
        return woken
    }
}
#endif
