/// What one child process is asked to measure; goes through its standard input, where `ps` does not show the password.
struct ChildRequest: Sendable {
    var workload = Workload.oneplusone
    var driver = DriverName.swiftPostgres

    /// The server; empty for what `PGHOST` and the like say.
    var url = ""
    var seconds = 2.0
    var connections = 8
    var tasks = 64
    var rows = 1_000_000

    /// The recording to play instead of asking a server; empty for a server.
    var fixture = ""

    /// Whether a recording is being made.
    var isRecording: Bool { fixture == Self.recording }

    /// What ``fixture`` holds while a recording is being made.
    static let recording = "recording"

    /// One `name=value` a line; plain text because a JSON decoder would weigh on the memory that is measured.
    var text: String {
        """
        workload=\(workload.rawValue)
        driver=\(driver.rawValue)
        url=\(url)
        seconds=\(seconds)
        connections=\(connections)
        tasks=\(tasks)
        rows=\(rows)
        fixture=\(fixture)

        """
    }
}

extension ChildRequest {
    /// Reads ``text``; nil when a line is not understood.
    init?(lines: some Sequence<String>) {
        self.init()
        for line in lines {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, set(parts[0], parts[1]) else { return nil }
        }
    }

    private mutating func set(_ name: String, _ value: String) -> Bool {
        switch name {
        case "workload": Self.assign(Workload(rawValue: value), to: &workload)
        case "driver": Self.assign(DriverName(rawValue: value), to: &driver)
        case "url": Self.assign(value, to: &url)
        case "seconds": Self.assign(Double(value), to: &seconds)
        case "connections": Self.assign(Int(value), to: &connections)
        case "tasks": Self.assign(Int(value), to: &tasks)
        case "fixture": Self.assign(value, to: &fixture)
        case "rows": Self.assign(Int(value), to: &rows)
        default: false
        }
    }

    /// - Returns: whether there is a value.
    private static func assign<Value>(_ value: Value?, to place: inout Value) -> Bool {
        guard let value else { return false }
        place = value
        return true
    }
}
