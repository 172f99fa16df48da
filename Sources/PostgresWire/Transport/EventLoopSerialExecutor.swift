/// Runs an actor on an event loop's thread, so that it uses the loop's connections without a thread switch.
///
///     actor Repository {
///         private let executor = EventLoopSerialExecutor(.default)
///         nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
///     }
public final class EventLoopSerialExecutor: SerialExecutor {
    /// The loop that runs the jobs.
    public let eventLoop: EventLoop

    /// An executor on a loop; one for each actor or one for several.
    public init(_ eventLoop: EventLoop) { self.eventLoop = eventLoop }

    /// Runs a job on the loop's thread; part of `SerialExecutor`.
    public func enqueue(_ job: consuming ExecutorJob) {
        unsafe eventLoop.enqueue(UnownedJob(job), for: unsafe asUnownedSerialExecutor())
    }

    /// This executor as an unowned one; whoever uses it keeps the executor alive.
    public func asUnownedSerialExecutor() -> UnownedSerialExecutor { unsafe UnownedSerialExecutor(ordinary: self) }
}
