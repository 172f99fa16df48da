import Foundation

/// Stands in for the Mutex of Synchronization while the thread sanitizer looks.
///
/// That one waits in the kernel, by a call that the sanitizer does not know, and so every access behind a wait looks like
/// a race. `Tests/run --long` puts this file into each module of a copy of the package, where it shadows the import.
struct Mutex<Value: ~Copyable>: ~Copyable, @unchecked Sendable {  // `lock` guards the value
    private final class Storage {
        let lock = NSLock()
        var value: Value

        init(_ value: consuming sending Value) { self.value = value }
    }

    private let storage: Storage

    init(_ value: consuming sending Value) { storage = Storage(value) }

    borrowing func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        storage.lock.lock()
        defer { storage.lock.unlock() }
        return try body(&storage.value)
    }
}
