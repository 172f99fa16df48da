#if os(Linux) || os(Android)
internal import LinuxEpoll

/// Readiness of descriptors on Linux.
///
/// Events are edge-triggered: a descriptor is added once and need not be re-armed.
@safe struct Poller: ~Copyable {
    private let epoll: Int32
    private let wakeUp: Int32
    private let alarm: Int32
    private let events: UnsafeMutablePointer<epoll_event>
    private static let capacity = 64

    init() {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        wakeUp = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        alarm = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_CLOEXEC | TFD_NONBLOCK))
        unsafe events = .allocate(capacity: Self.capacity)
        var event = unsafe epoll_event()
        unsafe event.events = EPOLLIN.rawValue
        unsafe event.data.u64 = 0
        unsafe epoll_ctl(epoll, EPOLL_CTL_ADD, wakeUp, &event)
        unsafe event.events = EPOLLIN.rawValue | EPOLLET.rawValue
        unsafe event.data.u64 = Self.alarmKey
        unsafe epoll_ctl(epoll, EPOLL_CTL_ADD, alarm, &event)
    }

    private static let alarmKey = UInt64.max

    deinit {
        unsafe events.deallocate()
        for descriptor in [alarm, wakeUp, epoll] { SystemCalls.close(descriptor) }
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

    /// Changes what is reported of a descriptor; what is possible already is reported at once.
    func change(_ descriptor: Int32, key: UInt64, to interest: Interest) {
        var event = unsafe epoll_event()
        switch interest {
        case .hangUp: unsafe event.events = EPOLLRDHUP.rawValue | EPOLLET.rawValue
        case .reading: unsafe event.events = EPOLLIN.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
        case .everything:
            unsafe event.events = EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
        }
        unsafe event.data.u64 = key
        unsafe epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event)
    }

    func remove(_ descriptor: Int32) {
        var event = unsafe epoll_event()
        unsafe epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event)
    }

    /// Has `wait` return every so many nanoseconds, less than a second, from now on; 0 ends that.
    ///
    /// - Returns: whether that is possible.
    func setAlarm(every nanoseconds: Int) -> Bool {
        let interval = timespec(tv_sec: 0, tv_nsec: nanoseconds)
        var time = itimerspec(it_interval: interval, it_value: interval)
        return unsafe timerfd_settime(alarm, 0, &time, nil) == 0
    }

    /// Waits for events, at most `nanoseconds` (nil: for ever), and reports each.
    func wait(nanoseconds: UInt64?, _ report: (UInt64, Readiness) -> Void) -> PollerSignals {
        // Rounded up: waking before the deadline would only mean to wait again.
        let milliseconds = nanoseconds.map { Int32(min(($0 + 999_999) / 1_000_000, 60_000)) } ?? -1
        let count = unsafe epoll_wait(epoll, events, Int32(Self.capacity), milliseconds)
        guard count > 0 else { return [] }
        var signals = PollerSignals()
        for index in 0..<Int(count) {
            let event = unsafe events[index]
            if unsafe event.data.u64 == 0 {
                SystemCalls.clearSignal(wakeUp)
                signals.insert(.wakeUp)
                continue
            }
            if unsafe event.data.u64 == Self.alarmKey {
                signals.insert(.alarm)
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
        return signals
    }
}
#endif
