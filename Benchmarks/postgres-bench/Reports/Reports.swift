import Foundation

/// Everything that is written: JSON as the runs end, the rest when all have.
struct Reports {
    private let options: Options
    private let json: FileHandle?
    private let markdown: FileHandle?
    private let svg: FileHandle?
    private var records: [RunRecord] = []

    /// Opens the files, so that a wrong path is noticed before the work and not after it.
    init(_ options: Options) throws {
        self.options = options
        json = try Self.open(options.json)
        markdown = try Self.open(options.markdown)
        svg = try Self.open(options.svg)
    }

    mutating func add(_ record: RunRecord) throws {
        records.append(record)
        try write(record.json, to: json, options.json)
    }

    /// Writes the table and the other reports.
    func finish() throws {
        guard !records.isEmpty else { return }
        let summaries = Summary.all(records)
        let tables = [Table.results(summaries)] + (Table.ratios(summaries).map { [$0] } ?? [])
        let server = "PostgreSQL \(records[0].server)"
        let source =
            records[0].mode == "live" ? "Server: \(server), live" : "Replay of recordings from \(server), no server"
        let heading = "\(source), medians of \(options.runs) runs\n"
        let text = heading + "\n" + tables.map(\.text).joined(separator: "\n")
        Console.write(
            text, to: options.reportsOnStandardOutput ? FileHandle.standardError : FileHandle.standardOutput)
        try write(
            heading + "\n" + tables.map(\.markdown).joined(separator: "\n"), to: markdown, options.markdown)
        try write(BarChart(summaries: summaries).svg, to: svg, options.svg)
    }

    private func write(_ text: String, to handle: FileHandle?, _ name: String?) throws {
        do {
            try handle?.write(contentsOf: Data(text.utf8))
        } catch {
            throw BenchmarkError.output(name ?? "")
        }
    }

    private static func open(_ name: String?) throws -> FileHandle? {
        guard let name else { return nil }
        if name == "-" { return FileHandle.standardOutput }
        guard FileManager.default.createFile(atPath: name, contents: nil),
            let handle = FileHandle(forWritingAtPath: name)
        else { throw BenchmarkError.output(name) }
        return handle
    }
}
