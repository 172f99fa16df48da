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
            guard parts.count == 2 else { return nil }
            switch parts[0] {
            case "workload": workload = Workload(rawValue: parts[1]) ?? workload
            case "driver": driver = DriverName(rawValue: parts[1]) ?? driver
            case "url": url = parts[1]
            case "seconds": seconds = Double(parts[1]) ?? seconds
            case "connections": connections = Int(parts[1]) ?? connections
            case "tasks": tasks = Int(parts[1]) ?? tasks
            case "fixture": fixture = parts[1]
            case "rows": rows = Int(parts[1]) ?? rows
            default: return nil
            }
        }
    }
}
