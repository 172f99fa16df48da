import Foundation

/// CPU time that this process has used, in seconds.
struct ProcessUsage: Sendable {
    var user = 0.0
    var system = 0.0

    static func now() -> ProcessUsage {
        var usage = rusage()
        #if canImport(Darwin)
        unsafe getrusage(RUSAGE_SELF, &usage)
        #else
        unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        #endif
        return ProcessUsage(user: seconds(usage.ru_utime), system: seconds(usage.ru_stime))
    }

    static func - (left: ProcessUsage, right: ProcessUsage) -> ProcessUsage {
        ProcessUsage(user: left.user - right.user, system: left.system - right.system)
    }

    static func += (left: inout ProcessUsage, right: ProcessUsage) {
        left.user += right.user
        left.system += right.system
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }

    /// The most memory this process ever had resident, in KiB.
    ///
    /// Linux' ru_maxrss begins with what the parent had before exec, so VmHWM is read instead.
    static func peakResidentKilobytes() -> Int {
        #if canImport(Darwin)
        var usage = rusage()
        unsafe getrusage(RUSAGE_SELF, &usage)
        return usage.ru_maxrss / 1024
        #else
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
        #endif
    }
}
