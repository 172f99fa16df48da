/// One run, as the JSON output shows it.
struct RunRecord: Sendable {
    let workload: Workload
    let driver: DriverName
    let mode: String
    let server: String
    let measurement: Measurement

    var operationsPerSecond: Double {
        measurement.seconds > 0 ? Double(measurement.operations) / measurement.seconds : 0
    }

    /// One line; the keys are always all there and always in this order.
    var json: String {
        let fields: [(String, String)] = [
            ("workload", Self.quoted(workload.rawValue)),
            ("driver", Self.quoted(driver.rawValue)),
            ("mode", Self.quoted(mode)),
            ("server", Self.quoted(server)),
            ("ops", String(measurement.operations)),
            ("rows", String(measurement.rows)),
            ("bytes", String(measurement.bytes)),
            ("seconds", Decimals.text(measurement.seconds, 6)),
            ("ops_per_s", Decimals.text(operationsPerSecond, 1)),
            ("p50_us", Decimals.text(measurement.p50, 2)),
            ("p99_us", Decimals.text(measurement.p99, 2)),
            ("cpu_user_s", Decimals.text(measurement.cpuUser, 6)),
            ("cpu_system_s", Decimals.text(measurement.cpuSystem, 6)),
            ("peak_rss_kb", String(measurement.peakResidentKilobytes)),
        ]
        return "{" + fields.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}\n"
    }

    /// A string of a server or of ours; control characters cannot break the line.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\" + String(scalar)
            case let control where control.value < 0x20: result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
