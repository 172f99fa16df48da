/// The results as a table, and as ratios to the peers.
struct Table {
    private let titles: [String]
    private let rows: [[String]]

    /// One row for each workload and driver.
    static func results(_ summaries: [Summary]) -> Table {
        Table(
            titles: [
                "workload", "driver", "ops/s", "±%", "rows/s or MB/s", "p50 µs", "p99 µs", "CPU s/M ops",
                "CPU s/M rows",
                "memory MB",
            ],
            rows: summaries.map { summary in
                let hasRows = summary.workload.countsRows
                let amount =
                    summary.bytesPerSecond > 0
                    ? Decimals.short(summary.bytesPerSecond / 1e6) + " MB"
                    : hasRows ? Decimals.short(summary.rowsPerSecond) : "–"
                return [
                    summary.workload.rawValue + (summary.mode == "replay" ? " (replay)" : ""),
                    summary.driver.rawValue,
                    Decimals.short(summary.operationsPerSecond),
                    Decimals.text(summary.spread * 50, 1),
                    amount,
                    Decimals.short(summary.p50),
                    Decimals.short(summary.p99),
                    Decimals.short(summary.cpuPerMillion),
                    hasRows ? Decimals.short(summary.cpuPerMillionRows) : "–",
                    Decimals.short(summary.peakResidentMegabytes),
                ]
            })
    }

    /// Ours divided by each peer's; nil when no peer ran beside us.
    static func ratios(_ summaries: [Summary]) -> Table? {
        var rows: [[String]] = []
        for ours in summaries where !ours.driver.isPeer {
            for peer in summaries where peer.driver.isPeer && peer.workload == ours.workload {
                func ratio(_ value: KeyPath<Summary, Double>) -> String {
                    peer[keyPath: value] > 0 ? Decimals.text(ours[keyPath: value] / peer[keyPath: value], 2) : "–"
                }
                let amount: KeyPath<Summary, Double> =
                    ours.workload.countsRows ? \.rowsPerSecond : \.operationsPerSecond
                let cpu: KeyPath<Summary, Double> = ours.workload.countsRows ? \.cpuPerMillionRows : \.cpuPerMillion
                rows.append([
                    ours.workload.rawValue, "\(ours.driver.rawValue) / \(peer.driver.rawValue)", ratio(amount),
                    ratio(\.p50), ratio(\.p99), ratio(cpu), ratio(\.peakResidentMegabytes),
                ])
            }
        }
        guard !rows.isEmpty else { return nil }
        return Table(titles: ["workload", "ratio of medians", "throughput", "p50", "p99", "CPU", "memory"], rows: rows)
    }

    /// Columns aligned by blanks.
    var text: String {
        let widths = titles.indices.map { column in ([titles] + rows).map { $0[column].count }.max() ?? 0 }
        return ([titles] + rows).map { row in
            let cells = row.enumerated().map { column, cell in
                column < 2 ? cell.padded(to: widths[column]) : cell.aligned(to: widths[column])
            }
            return cells.joined(separator: "  ") + "\n"
        }.joined()
    }

    /// A table of GitHub's Markdown.
    var markdown: String {
        let rule = titles.indices.map { $0 < 2 ? "---" : "---:" }
        return ([titles, rule] + rows).map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
    }
}
