/// The medians over the runs of one workload with one driver.
struct Summary: Sendable {
    let workload: Workload
    let driver: DriverName
    let mode: String
    let operationsPerSecond: Double

    /// The distance of the extremes, as a share of the median.
    let spread: Double
    let rowsPerSecond: Double
    let bytesPerSecond: Double
    let p50: Double
    let p99: Double

    /// Client CPU seconds of a million operations, and of a million rows.
    let cpuPerMillion: Double
    let cpuPerMillionRows: Double
    let peakResidentMegabytes: Double

    /// Nil without runs.
    init?(_ runs: [RunRecord]) {
        guard let first = runs.first else { return nil }
        func median(_ value: (RunRecord) -> Double) -> Double {
            let sorted = runs.map(value).sorted()
            let middle = sorted.count / 2
            return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
        }
        func cpu(_ run: RunRecord, per count: Int) -> Double {
            count > 0 ? (run.measurement.cpuUser + run.measurement.cpuSystem) * 1e6 / Double(count) : 0
        }
        func rate(_ count: Int, _ run: RunRecord) -> Double {
            run.measurement.seconds > 0 ? Double(count) / run.measurement.seconds : 0
        }
        workload = first.workload
        driver = first.driver
        mode = first.mode
        operationsPerSecond = median(\.operationsPerSecond)
        let rates = runs.map(\.operationsPerSecond)
        let width = (rates.max() ?? 0) - (rates.min() ?? 0)
        spread = operationsPerSecond > 0 ? width / operationsPerSecond : 0
        rowsPerSecond = median { rate($0.measurement.rows, $0) }
        bytesPerSecond = median { rate($0.measurement.bytes, $0) }
        p50 = median { $0.measurement.p50 }
        p99 = median { $0.measurement.p99 }
        cpuPerMillion = median { cpu($0, per: $0.measurement.operations) }
        cpuPerMillionRows = median { cpu($0, per: $0.measurement.rows) }
        peakResidentMegabytes = median { Double($0.measurement.peakResidentKilobytes) / 1024 }
    }

    /// One summary for each workload and driver, in the order in which they first ran.
    static func all(_ records: [RunRecord]) -> [Summary] {
        var order: [String] = []
        var groups: [String: [RunRecord]] = [:]
        for record in records {
            let key = record.workload.rawValue + " " + record.driver.rawValue
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append(record)
        }
        let position = Dictionary(uniqueKeysWithValues: DriverName.allCases.enumerated().map { ($1, $0) })
        let summaries = order.compactMap { groups[$0].flatMap(Summary.init) }
        let workloads = summaries.map(\.workload)
        return summaries.sorted { left, right in
            let places = (workloads.firstIndex(of: left.workload) ?? 0, workloads.firstIndex(of: right.workload) ?? 0)
            return places.0 != places.1
                ? places.0 < places.1 : position[left.driver, default: 0] < position[right.driver, default: 0]
        }
    }
}
