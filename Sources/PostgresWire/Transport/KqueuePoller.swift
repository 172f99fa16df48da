#if canImport(Darwin)
internal import Foundation

/// Readiness of descriptors on Darwin, edge-triggered like epoll's.
@safe struct Poller: ~Copyable {
    private let queue: Int32
    private let pipeRead: Int32
    private let pipeWrite: Int32
    private let events: UnsafeMutablePointer<kevent>
    private static let capacity = 64

    init() {
        queue = kqueue()
        var ends: [Int32] = [0, 0]
        unsafe pipe(&ends)
        pipeRead = ends[0]
        pipeWrite = ends[1]
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        unsafe events = .allocate(capacity: Self.capacity)
        change(pipeRead, EVFILT_READ, EV_ADD, key: 0)
    }

    deinit {
        unsafe events.deallocate()
        for descriptor in [pipeRead, pipeWrite, queue] { SystemCalls.close(descriptor) }
    }

    /// What other threads signal to interrupt `wait`.
    var wakeUpDescriptor: Int32 { pipeWrite }

    @discardableResult
    private func change(_ descriptor: Int32, _ filter: Int, _ flags: Int32, key: UInt64) -> Bool {
        var event = unsafe kevent(
            ident: UInt(descriptor), filter: Int16(filter), flags: UInt16(flags), fflags: 0, data: 0,
            udata: UnsafeMutableRawPointer(bitPattern: UInt(key)))
        return unsafe kevent(queue, &event, 1, nil, 0, nil) == 0
    }

    /// Reports events of a descriptor under `key`, which is not 0, from now on.
    func add(_ descriptor: Int32, key: UInt64) throws(SystemError) {
        for filter in [EVFILT_READ, EVFILT_WRITE] where !change(descriptor, Int(filter), EV_ADD | EV_CLEAR, key: key) {
            throw SystemCalls.lastError("kevent")
        }
    }

    /// Changes what is reported of a descriptor; what is possible already is reported at once.
    ///
    /// Only `reading` and `everything` are asked for here, which are the same: see `SystemCalls.canWaitShortly`.
    func change(_ descriptor: Int32, key: UInt64, to interest: Interest) {
        change(descriptor, Int(EVFILT_READ), interest == .hangUp ? EV_DISABLE : EV_ENABLE, key: key)
    }

    func remove(_ descriptor: Int32) {
        for filter in [EVFILT_READ, EVFILT_WRITE] { change(descriptor, Int(filter), EV_DELETE, key: 0) }
    }

    /// Has `wait` return every so many nanoseconds from now on; 0 ends that.
    ///
    /// - Returns: whether that is possible.
    func setAlarm(every nanoseconds: Int) -> Bool {
        var event = kevent(
            ident: 0, filter: Int16(EVFILT_TIMER), flags: UInt16(nanoseconds > 0 ? EV_ADD : EV_DELETE),
            fflags: UInt32(NOTE_NSECONDS), data: nanoseconds, udata: nil)
        return unsafe kevent(queue, &event, 1, nil, 0, nil) == 0
    }

    /// Waits for events, at most `nanoseconds` (nil: for ever), and reports each.
    func wait(nanoseconds: UInt64?, _ report: (UInt64, Readiness) -> Void) -> PollerSignals {
        let count: Int32
        if let nanoseconds {
            var time = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
            count = unsafe kevent(queue, nil, 0, events, Int32(Self.capacity), &time)
        } else {
            count = unsafe kevent(queue, nil, 0, events, Int32(Self.capacity), nil)
        }
        guard count > 0 else { return [] }
        var signals = PollerSignals()
        for index in 0..<Int(count) {
            let event = unsafe events[index]
            let key = unsafe UInt64(UInt(bitPattern: event.udata))
            if Int32(event.filter) == EVFILT_TIMER {
                signals.insert(.alarm)
                continue
            }
            if key == 0 {
                SystemCalls.clearSignal(pipeRead)
                signals.insert(.wakeUp)
                continue
            }
            var readiness: Readiness = Int32(event.filter) == EVFILT_READ ? [.readable] : [.writable]
            if Int32(event.flags) & EV_EOF != 0 { readiness.formUnion([.readable, .writable, .hangUp]) }
            report(key, readiness)
        }
        return signals
    }
}
#endif
