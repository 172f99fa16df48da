import PostgresWire
import Testing

@Suite("Session: results in a row")
struct SessionResultsTests {
    private static func result(_ rows: Int, _ tag: String) -> [BackendMessage] {
        [.bindComplete] + Array(repeating: Sample.row(1), count: rows) + [.commandComplete(CommandTag(tag))]
    }

    private func bytes(_ messages: [BackendMessage]) throws -> [UInt8] {
        var writer = ByteWriter()
        for message in messages { try message.encode(into: &writer) }
        return writer.bytes.array
    }

    @Test("tags are shared by neighbours alone whose bytes are the same")
    func tags() throws {
        let texts = ["INSERT 0 1", "INSERT 0 1", "INSERT 0 2", "INSERT 0 1", "INSERT 0 11", "BEGIN", "BEGIN"]
        let long = ["CREATE MATERIALIZED VIEW 1", "CREATE MATERIALIZED VIEW 1", "CREATE MATERIALIZED VIEX 1"]
        var probe = try SessionProbe.running()
        try probe.submit(.executeMany(texts.count + long.count))
        let input = try bytes((texts + long).flatMap { Self.result(0, $0) })
        let (results, consumed) = try probe.results(input)
        #expect(results.list.map { results.tags[$0.tag].text } == texts + long)
        #expect(consumed == input.count && results.rowCount == 0)
    }

    @Test("results end anywhere, and what has not come whole stays", arguments: [0, 1, 3])
    func pieces(_ rows: Int) throws {
        let result = Self.result(rows, "SELECT \(rows)")
        let input = try bytes(result + result + [Sample.ready])
        for end in 0...input.count {
            var probe = try SessionProbe.running()
            try probe.submit(.executeMany(2))
            let (first, start) = try probe.results(Array(input[..<end]))
            let (second, consumed) = try probe.results(Array(input[start...]))
            #expect(first.rowCount + second.rowCount == 2 * rows)
            #expect((first.list + second.list).filter { $0.tag >= 0 }.count == 2)
            // The end of the request is left to others.
            #expect(input.count - start - consumed == 6)
        }
    }

    @Test("a damaged row fails the session; the results before it are there")
    func damage() throws {
        var probe = try SessionProbe.running()
        try probe.submit(.executeMany(2))
        var results = PlainResults()
        var error: WireError?
        let input = try bytes(Self.result(1, "SELECT 1") + [.bindComplete, Sample.row(2)])
        do throws(WireError) { try probe.results(input, into: &results) } catch let thrown { error = thrown }
        #expect(error == .badField(message: "DataRow", reason: "2 values for 1 columns"))
        #expect(results.list.count == 1 && results.rowCount == 1)
        let isRunning = probe.session.isRunning
        #expect(!isRunning)
    }
}
