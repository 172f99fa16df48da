/// The results as an SVG image: a group of bars for each workload, the longest being the fastest.
struct BarChart {
    let summaries: [Summary]

    private static let colours = ["#f05138", "#f7a073", "#b13a26", "#336791", "#4b8bbe", "#7a9e3a"]

    var svg: String {
        let barHeight = 18
        let labelWidth = 250
        let barWidth = 480
        var y = 40
        var body = ""
        var lastWorkload: Workload?
        for summary in summaries {
            if summary.workload != lastWorkload {
                y += 12
                body += Self.text(summary.workload.rawValue, x: 10, y: y + 13, weight: "bold")
                y += barHeight + 2
                lastWorkload = summary.workload
            }
            let best = summaries.filter { $0.workload == summary.workload }.map(Self.value).max() ?? 0
            let length = best > 0 ? Int(Double(barWidth) * Self.value(summary) / best) : 0
            let colour = Self.colours[(DriverName.allCases.firstIndex(of: summary.driver) ?? 0) % Self.colours.count]
            body += Self.text(summary.driver.rawValue, x: 24, y: y + 13)
            body += """
                <rect x="\(labelWidth)" y="\(y)" width="\(max(1, length))" height="\(barHeight - 3)" fill="\(colour)"/>

                """
            let unit = summary.workload.countsRows ? " rows/s" : " ops/s"
            let label = Decimals.short(Self.value(summary)) + unit
            body += Self.text(label, x: labelWidth + length + 6, y: y + 13)
            y += barHeight
        }
        let width = labelWidth + barWidth + 150
        let title = "postgres-bench: throughput, longer is better"
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(y + 20)" \
            font-family="sans-serif" font-size="13">
            <rect width="100%" height="100%" fill="white"/>
            \(Self.text(title, x: 10, y: 26, weight: "bold"))\(body)</svg>

            """
    }

    private static func value(_ summary: Summary) -> Double {
        summary.workload.countsRows ? summary.rowsPerSecond : summary.operationsPerSecond
    }

    private static func text(_ text: String, x: Int, y: Int, weight: String = "normal") -> String {
        "<text x=\"\(x)\" y=\"\(y)\" font-weight=\"\(weight)\">\(text)</text>\n"
    }
}
