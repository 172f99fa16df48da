/// What the command line asks for.
struct Options: Sendable {
    /// What `--executor` and `--multiplex` choose between.
    enum Choice: Sendable {
        case first, second, both
    }

    var workloads: [Workload] = []
    var url: String?
    var replay = false
    var fixtures: String?
    var record: String?
    var seconds = 2.0
    var runs = 3
    var connections = 8
    var tasks = 64
    var rows = 1_000_000
    var cpu: Int?
    var executor = Choice.first
    var multiplex = Choice.first
    var compare: [DriverName] = []
    var json: String?
    var markdown: String?
    var svg: String?
    var list = false
    var help = false

    /// The drivers to measure, ours first.
    var drivers: [DriverName] {
        var drivers: [DriverName] = []
        if executor != .second { drivers.append(.swiftPostgres) }
        if executor != .first { drivers.append(.swiftPostgresEventLoop) }
        if multiplex == .second { drivers.removeAll() }
        if multiplex != .first { drivers.append(.swiftPostgresMultiplexed) }
        return drivers + compare
    }

    /// Whether standard output belongs to a report, so that the table must go elsewhere.
    var reportsOnStandardOutput: Bool { json == "-" || markdown == "-" }
}

/// A command line that cannot be obeyed; the command ends with exit code 64.
struct UsageError: Error, CustomStringConvertible {
    let description: String
}
