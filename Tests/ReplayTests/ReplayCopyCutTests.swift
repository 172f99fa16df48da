import Foundation
import PostgresDriver
import PostgresFixtures
import PostgresWire
import Testing

/// A server may cut the data of a COPY into messages anywhere; PostgreSQL itself sends one row in each.
@Suite("Replay of COPY data cut anywhere")
struct ReplayCopyCutTests {
    private struct Row: Equatable {
        var id: Int32
        var big: Int64
        var text: String
        var number: Double
        var time: Date
    }

    private static let query: PostgresQuery = "SELECT id, big, txt, f, ts FROM postgres_bench.copy_source"

    /// The recording with each run of CopyData messages cut anew, by sizes that take turns.
    private static func recut(_ fixture: Fixture, by sizes: [Int]) throws -> Fixture {
        var result = fixture
        result.lines = []
        var data: [UInt8] = []
        for line in fixture.lines {
            if case .message(let message) = line, message.side == .server, message.tag == UInt8(ascii: "d") {
                data += message.body
                continue
            }
            if case .read = line { continue }
            var next = 0
            while !data.isEmpty {
                let piece = Array(data.prefix(sizes[next % sizes.count]))
                data.removeFirst(piece.count)
                result.lines.append(.message(try Fixture.Message(server: .copyData(piece))))
                next += 1
            }
            result.lines.append(line)
        }
        return result
    }

    private static func rows(of fixture: Fixture) async throws -> [Row] {
        let replay = FixtureReplay(fixture, options: ReplayOptions(delivery: .whole))
        let connection = try await PostgresConnection.connect(fixture.configuration, dialer: replay.dialer)
        defer { connection.close() }
        var rows: [Row] = []
        let copied = try await connection.copyOut(
            query, as: Int32.self, Int64.self, String.self, Double.self, Date.self)
        for try await (id, big, text, number, time) in copied {
            rows.append(Row(id: id, big: big, text: text, number: number, time: time))
        }
        #expect(replay.mismatch == nil)
        return rows
    }

    /// The same rows, looked at where they were received.
    private static func viewedRows(of fixture: Fixture) async throws -> [Row] {
        let replay = FixtureReplay(fixture, options: ReplayOptions(delivery: .whole))
        let connection = try await PostgresConnection.connect(fixture.configuration, dialer: replay.dialer)
        defer { connection.close() }
        var rows: [Row] = []
        var copied = try await connection.copyOut(query)
        #expect(copied.columns.count == 5)
        while let row = try await copied.next() {
            #expect(row.number == rows.count)
            let (id, big, text, number, time) = try row.decode(
                Int32.self, Int64.self, String.self, Double.self, Date.self)
            #expect(try row.bytes(at: 2)?.byteCount == text.utf8.count)
            rows.append(Row(id: id, big: big, text: text, number: number, time: time))
        }
        #expect(copied.commandTag?.rowsAffected == rows.count)
        #expect(replay.mismatch == nil)
        return rows
    }

    /// The same rows, given to a closure.
    private static func givenRows(of fixture: Fixture) async throws -> [Row] {
        let replay = FixtureReplay(fixture, options: ReplayOptions(delivery: .whole))
        let connection = try await PostgresConnection.connect(fixture.configuration, dialer: replay.dialer)
        defer { connection.close() }
        var rows: [Row] = []
        let tag = try await connection.copyOut(query).forEach { row in
            #expect(row.number == rows.count)
            rows.append(
                Row(
                    id: try row.next(Int32.self), big: try row.next(Int64.self), text: try row.next(String.self),
                    number: try row.next(Double.self), time: try row.next(Date.self)))
        }
        #expect(tag?.rowsAffected == rows.count)
        #expect(replay.mismatch == nil)
        return rows
    }

    @Test(
        "the rows are the same",
        arguments: [
            [1], [2, 3], [7], [64, 1, 5], [73], [74], [75, 73], [148], [1000, 74, 74], [100_000], [0, 74, 0, 9],
        ])
    func cuts(sizes: [Int]) async throws {
        let fixture = try Corpus.fixture("bench/copy_out")
        let wanted = try await Self.rows(of: fixture)
        #expect(wanted.count == 200)
        #expect(wanted.first?.text == "row number 000000001")
        #expect(wanted.last?.big == 1400)
        #expect(try await Self.rows(of: try Self.recut(fixture, by: sizes)) == wanted)
        #expect(try await Self.viewedRows(of: try Self.recut(fixture, by: sizes)) == wanted)
        #expect(try await Self.givenRows(of: try Self.recut(fixture, by: sizes)) == wanted)
    }
}
