/// A task that is suspended and goes on once it is resumed, which must happen exactly once.
///
/// What keeps it must see to that, since nothing is checked when the program runs: it takes the task out of its own state,
/// under a lock, to resume it.
@safe package struct SuspendedTask: Sendable {
    @usableFromInline let continuation: UnsafeContinuation<Void, Never>

    @inlinable
    init(_ continuation: UnsafeContinuation<Void, Never>) { unsafe self.continuation = continuation }

    /// Lets the task go on.
    @inlinable
    package func resume() { unsafe continuation.resume() }

    /// Suspends the current task and gives it to `keep`, which may resume it at once.
    ///
    /// Inlined, because each asynchronous function on the way to a suspension costs the runtime a switch of executors.
    @inlinable @inline(__always)
    package static func suspend(_ keep: (SuspendedTask) -> Void) async {
        // Exactly one call resumes it: see above.
        unsafe await withUnsafeContinuation { continuation in unsafe keep(SuspendedTask(continuation)) }
    }
}
