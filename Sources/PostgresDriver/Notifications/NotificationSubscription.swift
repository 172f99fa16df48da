internal import Synchronization

/// A listener's hold on a channel; when it is dropped, or ended, nobody listens for it any more.
package final class NotificationSubscription: Sendable {
    private let onEnd: Mutex<(@Sendable () -> Void)?>

    /// - Parameter onEnd: called once.
    package init(onEnd: @escaping @Sendable () -> Void) { self.onEnd = Mutex(onEnd) }

    deinit { end() }

    package func end() {
        let onEnd = onEnd.withLock { onEnd in
            defer { onEnd = nil }
            return onEnd
        }
        onEnd?()
    }
}
