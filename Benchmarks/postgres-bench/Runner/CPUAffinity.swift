import Foundation

/// Binding to one CPU: the fair way to compare drivers where latency counts.
enum CPUAffinity {
    /// Binds the calling thread, hence every thread and process it starts later.
    static func bind(to cpu: Int) throws(UsageError) {
        #if os(Linux)
        // No Swift module exports the function; the kernel reads the set as an array of unsigned longs.
        typealias SetAffinity = @convention(c) (pid_t, Int, UnsafePointer<UInt>) -> CInt
        guard let symbol = unsafe dlsym(dlopen(nil, RTLD_NOW), "sched_setaffinity") else {
            throw UsageError(description: "--cpu needs a C library with sched_setaffinity")
        }
        let setAffinity = unsafe unsafeBitCast(symbol, to: SetAffinity.self)
        var set = [UInt](repeating: 0, count: 1024 / UInt.bitWidth)
        guard cpu / UInt.bitWidth < set.count else { throw UsageError(description: "there is no CPU \(cpu)") }
        set[cpu / UInt.bitWidth] = 1 << UInt(cpu % UInt.bitWidth)
        guard unsafe setAffinity(0, set.count * MemoryLayout<UInt>.size, &set) == 0 else {
            throw UsageError(description: "cannot bind to CPU \(cpu)")
        }
        #else
        throw UsageError(description: "--cpu works on Linux alone")
        #endif
    }
}
