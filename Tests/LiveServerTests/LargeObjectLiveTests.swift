import PostgresFixtures
import PostgresPool
import Testing

@Suite(
    "Large objects", .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"),
    .timeLimit(.minutes(2)))
struct LargeObjectLiveTests {
    typealias Installation = TemporaryServer.Installation

    struct Undo: Error {}

    /// Runs `body` in a transaction that leaves nothing behind.
    private func inTransaction(
        _ installation: Installation,
        _ body: nonisolated(nonsending) (PostgresTransaction) async throws -> Void
    ) async throws {
        try await LiveServer.withConnection(installation) { connection in
            do {
                try await connection.transaction { tx in
                    try await body(tx)
                    throw Undo()
                }
            } catch is Undo {}
            #expect(connection.isReusable)
        }
    }

    private func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) } }

    /// The calls of an open object.
    enum Call: CaseIterable {
        case read, write, writeContents, chunks, seek, tell, truncate, close

        func make(on object: PostgresLargeObject, timeout: Duration) async throws {
            switch self {
            case .read: _ = try await object.read(upTo: 1, timeout: timeout)
            case .write: try await object.write([1], timeout: timeout)
            case .writeContents:
                let chunks = AsyncStream([UInt8].self) { continuation in
                    continuation.yield([1])
                    continuation.finish()
                }
                try await object.write(contentsOf: chunks, timeout: timeout)
            case .chunks: for try await _ in object.chunks(timeout: timeout) {}
            case .seek: try await object.seek(to: 1, timeout: timeout)
            case .tell: _ = try await object.tell(timeout: timeout)
            case .truncate: try await object.truncate(to: 1, timeout: timeout)
            case .close: try await object.close(timeout: timeout)
            }
        }
    }

    @Test("a call without any time sends nothing, and the transaction goes on", arguments: Call.allCases)
    func timeout(_ call: Call) async throws {
        try await inTransaction(try #require(LiveServer.installations.first)) { tx in
            let id = try await tx.createLargeObject(timeout: .seconds(60))
            let object = try await tx.openLargeObject(id, .readWrite, timeout: .seconds(60))
            let error = try await postgresError { try await call.make(on: object, timeout: .zero) }
            #expect(error.code == .timedOut && error.nothingWasSent)
            try await call.make(on: object, timeout: .seconds(60))
        }
    }

    @Test("a call that waits for a lock ends in time", arguments: LiveServer.installations)
    func lock(_ installation: Installation) async throws {
        try await LiveServer.withClient(installation) { client in
            let id = try await client.transaction { try await $0.createLargeObject() }
            try await client.transaction { holder in
                try await holder.unlinkLargeObject(id)
                let error = try await postgresError {
                    try await client.transaction { tx in
                        try await tx.unlinkLargeObject(id, timeout: .milliseconds(50))
                    }
                }
                #expect(error.code == .timedOut && !error.nothingWasSent)
            }
        }
    }

    @Test("what was written is read, in every way", arguments: LiveServer.installations)
    func roundTrip(_ installation: Installation) async throws {
        try await inTransaction(installation) { tx in
            let id = try await tx.createLargeObject()
            let content = bytes(2_500_000)
            let length = try await tx.withLargeObject(id, .readWrite) { object in
                try await object.write(content)
                return try await object.tell()
            }
            #expect(length == 2_500_000)
            try await tx.withLargeObject(id, .read) { (object: PostgresLargeObject) async throws in
                #expect(try await object.read(upTo: 10) == Array(content[..<10]))
                #expect(try await object.seek(to: -5, from: .current) == 5)
                #expect(try await object.read(upTo: 3) == Array(content[5..<8]))
                #expect(try await object.seek(to: -4, from: .end) == 2_499_996)
                #expect(try await object.read(upTo: 100) == Array(content[2_499_996...]))
                #expect(try await object.read(upTo: 100) == [])
                #expect(try await object.seek(to: 0) == 0)
                #expect(try await object.read(upTo: PostgresLargeObject.longestRead) == content)
            }
            try await tx.unlinkLargeObject(id)
            let gone = try await postgresError { try await tx.unlinkLargeObject(id) }
            #expect(gone.server?.sqlState == .undefinedObject)
        }
    }

    @Test("chunks join to the whole at every edge of the server's pages", arguments: LiveServer.installations)
    func chunkEdges(_ installation: Installation) async throws {
        try await inTransaction(installation) { tx in
            for length in [0, 1, 2047, 2048, 2049, 4096, 10_000] {
                let content = bytes(length)
                let object = try await tx.openLargeObject(try await tx.createLargeObject(), .readWrite)
                try await object.write(content)
                for size in [1000, 2047, 2048, 2049, 4096, 20_000] {
                    try await object.seek(to: 0)
                    var joined: [UInt8] = []
                    for try await chunk in object.chunks(of: size) {
                        #expect(!chunk.isEmpty && chunk.count <= size)
                        joined += chunk
                    }
                    #expect(joined == content, "\(length) bytes in chunks of \(size)")
                }
                try await object.close()
            }
        }
    }

    @Test("a sequence is written as it comes, also from another object", arguments: LiveServer.installations)
    func streaming(_ installation: Installation) async throws {
        try await inTransaction(installation) { tx in
            let chunks = AsyncStream<[UInt8]> { continuation in
                for length in [0, 1, 5000, 1_500_000, 0, 7] { continuation.yield(bytes(length)) }
                continuation.finish()
            }
            let first = try await tx.openLargeObject(try await tx.createLargeObject(), .readWrite)
            #expect(try await first.write(contentsOf: chunks) == 1_505_008)
            let second = try await tx.openLargeObject(try await tx.createLargeObject(), .readWrite)
            try await first.seek(to: 0)
            #expect(try await second.write(contentsOf: first.chunks()) == 1_505_008)
            try await first.seek(to: 0)
            try await second.seek(to: 0)
            let copy = try await second.read(upTo: 2_000_000)
            #expect(try await first.read(upTo: 2_000_000) == copy)
            #expect(copy.count == 1_505_008)
        }
    }

    @Test("positions beyond 2 GiB and 4 GiB, with holes that take no space", arguments: LiveServer.installations)
    func farPositions(_ installation: Installation) async throws {
        try await inTransaction(installation) { tx in
            let id = try await tx.createLargeObject()
            let object = try await tx.openLargeObject(id, .readWrite)
            for position: Int64 in [1 << 31, (1 << 32) + 5, (1 << 41) + 1] {
                #expect(try await object.seek(to: position) == position)
                try await object.write([1, 2, 3])
                #expect(try await object.tell() == position + 3)
                try await object.seek(to: position - 2)
                #expect(try await object.read(upTo: 100) == [0, 0, 1, 2, 3])
                #expect(try await object.seek(to: 0, from: .end) == position + 3)
            }
            try await object.truncate(to: (1 << 32) + 6)
            #expect(try await object.seek(to: 0, from: .end) == (1 << 32) + 6)
            try await object.truncate(to: 1 << 33)
            #expect(try await object.seek(to: -1, from: .end) == (1 << 33) - 1)
            #expect(try await object.read(upTo: 5) == [0])
            let pages = try await tx.queryOne(
                "SELECT count(*) FROM pg_largeobject WHERE loid = \(id)", as: Int.self)
            #expect(pages < 10)
        }
    }

    @Test(
        "what is impossible is an error of the server, which a savepoint survives", arguments: LiveServer.installations)
    func impossible(_ installation: Installation) async throws {
        try await inTransaction(installation) { tx in
            let id = try await tx.createLargeObject()
            let reading = try await tx.openLargeObject(id, .read)
            let missing = try await postgresError {
                try await tx.savepoint { _ = try await $0.openLargeObject(4_294_967_295, .read) }
            }
            #expect(missing.server?.sqlState == .undefinedObject)
            let taken = try await postgresError { try await tx.savepoint { _ = try await $0.createLargeObject(id) } }
            #expect(taken.server?.sqlState == .uniqueViolation)
            for request in 0..<3 {
                let error = try await postgresError {
                    try await tx.savepoint { sp in
                        let object = try await sp.openLargeObject(id, request == 0 ? .read : .readWrite)
                        switch request {
                        case 0: try await object.write([1])
                        case 1: try await object.seek(to: -1)
                        default: try await object.seek(to: .max)
                        }
                    }
                }
                #expect(error.code == .server)
            }
            let tooMuch = try await postgresError { _ = try await reading.read(upTo: .max) }
            #expect(tooMuch.code == .invalidQuery && tooMuch.nothingWasSent)
            #expect(try await reading.read(upTo: 0) == [])
        }
    }

    @Test("an open object ends with its transaction or savepoint", arguments: LiveServer.installations)
    func ended(_ installation: Installation) async throws {
        try await LiveServer.withConnection(installation) { connection in
            let object = try await connection.transaction { tx in
                let id = try await tx.createLargeObject()
                var inner: PostgresLargeObject?
                let undone = try await postgresError {
                    try await tx.savepoint { sp in
                        inner = try await sp.openLargeObject(id, .read)
                        _ = try await sp.execute("SELECT 1/0")
                    }
                }
                #expect(undone.server?.sqlState == .divisionByZero)
                let late = try await postgresError { _ = try await inner?.read(upTo: 1) }
                #expect(late.code == .transactionEnded)
                return try await tx.openLargeObject(id, .readWrite)
            }
            for request in 0..<4 {
                let error = try await postgresError {
                    switch request {
                    case 0: _ = try await object.read(upTo: 1)
                    case 1: try await object.write([1])
                    case 2: for try await _ in object.chunks() {}
                    default: try await object.close()
                    }
                }
                #expect(error.code == .transactionEnded && error.nothingWasSent)
            }
            try await connection.transaction { try await $0.unlinkLargeObject(object.id) }
        }
    }
}
