import Foundation
import PostgresFixtures
import PostgresPool
import Testing

/// Values as long as a message can be: 16 MB in a short run, a gigabyte in a long one.
@Suite("The largest values", .enabled(if: LiveServer.isPossible), .serialized)
struct LargestValueLiveTests {
    private static let isLong = ProcessInfo.processInfo.environment["POSTGRES_TEST_LONG"] != nil
    /// A message is shorter than 1 GiB, and the value shares it with names and lengths.
    private static let size = isLong ? (1 << 30) - 128 : 16 << 20

    @Test("HARD-CASES 67: a parameter as long as a message can be", arguments: LiveServer.installations)
    func parameter(_ installation: TemporaryServer.Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            var bytes = Data(repeating: 7, count: Self.size)
            bytes[Self.size - 1] = 9
            let (count, last) = try await connection.queryOne(
                "SELECT octet_length(b), get_byte(b, \(Self.size - 1)) FROM (SELECT \(bytes)::bytea AS b) AS sent",
                as: Int.self, Int.self)
            #expect(count == Self.size && last == 9)
        }
    }

    @Test("HARD-CASES 67: a value as long as a row can be", arguments: LiveServer.installations)
    func result(_ installation: TemporaryServer.Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            let text = try await connection.queryOne("SELECT repeat('x', \(Self.size)) || 'y'", as: String.self)
            #expect(text.utf8.count == Self.size + 1 && text.utf8.last == UInt8(ascii: "y"))
            var rows = try await connection.query("SELECT repeat('x', \(Self.size))::bytea")
            if let row = try await rows.next() {
                let count = try row.bytes(at: 0)?.byteCount
                #expect(count == Self.size)
            }
            #expect(try await rows.next() == nil)
        }
    }

    @Test(
        "HARD-CASES 67: a message longer than the server takes is refused before it is sent",
        .enabled(if: isLong, "it takes a gigabyte of memory, so it belongs to the long run"))
    func tooLong() async throws {
        try await LiveServer.withConnection(try #require(LiveServer.installations.first)) { connection in
            let error = try await postgresError {
                try await connection.execute("SELECT octet_length(\(Data(count: 1 << 30))::bytea)")
            }
            #expect(error.nothingWasSent)
            #expect(try await connection.queryOne("SELECT 1", as: Int.self) == 1)
        }
    }
}
