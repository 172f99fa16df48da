/// What a worker has done.
public struct WorkerStatistics: Equatable, Sendable {
    /// Jobs that were done.
    public var completed = 0
    /// Failures after which the job is tried again.
    public var retried = 0
    /// Jobs that were given up.
    public var dead = 0
    /// How often it looked and found nothing to do.
    public var idle = 0
    /// Notifications that woke the worker.
    public var wakeUps = 0
    /// Gaps between notifications, after which it looked by itself.
    public var gaps = 0
}
