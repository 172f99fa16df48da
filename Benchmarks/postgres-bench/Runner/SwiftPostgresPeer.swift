import Foundation
import PostgresDriver
import PostgresFixtures
import PostgresWire

/// The workloads on swift-postgres itself, written as the documentation recommends.
struct SwiftPostgresPeer {
    let request: ChildRequest
    let configuration: PostgresConfiguration
    let dialer: PostgresDialer

    /// The workload on the server or the recording that the request names.
    init(_ request: ChildRequest) throws {
        guard request.fixture.isEmpty else {
            let replay = try Recordings.replay(request.fixture)
            self.init(request, replay.fixture.configuration, replay.dialer)
            return
        }
        try self.init(request, dialer: .sockets)
    }

    /// The workload on the server that the request names, reached by `dialer`.
    init(_ request: ChildRequest, dialer: PostgresDialer) throws {
        do {
            self.init(request, try PostgresConfiguration(request.url), dialer)
        } catch {
            throw BenchmarkError.unreachable("\(error)")
        }
    }

    private init(_ request: ChildRequest, _ configuration: PostgresConfiguration, _ dialer: PostgresDialer) {
        self.request = request
        self.configuration = configuration
        self.dialer = dialer
    }

    /// Whether every operation must be the same as the recorded one.
    var isFixed: Bool { !request.fixture.isEmpty }

    /// Measures on the executor that the driver's name says: Swift's own, or the event loop itself.
    func measure() async throws -> Measurement {
        do {
            guard request.driver == .swiftPostgresEventLoop else { return try await run() }
            return try await withTaskExecutorPreference(EventLoop.default) { try await run() }
        } catch let error as PostgresError {
            throw BenchmarkError(error)
        }
    }

    /// Each operation once to prepare and once more, for a recording.
    func runOnce() async throws { _ = try await run() }

    private func run() async throws -> Measurement {
        switch request.workload {
        case .oneplusone: try await onePlusOne()
        case .pgType: try await pgType()
        case .generateSeries: try await generateSeries()
        case .wideRows: try await wideRows()
        case .arrays: try await arrays()
        case .poolSelect: try await poolSelect()
        case .poolAcquire: try await poolAcquire()
        case .connect: try await connect()
        case .largeObject: try await largeObject()
        case .copyIn: try await copyIn()
        case .copyOut: try await copyOut()
        case .batchInsert: try await batchInsert()
        case .pipeline: try await pipeline()
        case .notify: try await notify()
        default: throw BenchmarkError.runFailed("\(request.workload.rawValue) is not available in this version")
        }
    }

    // MARK: One query after the other

    private func onePlusOne() async throws -> Measurement {
        try await onConnection { connection, tally in
            // Prepared by name, as the peers' programs do it.
            let plusOne = try await connection.prepare(request.workload.sql)
            var number: Int32 = 0
            while tally.goesOn {
                let next = try await connection.queryOne(plusOne(number), as: Int32.self)
                guard next == number &+ 1 else { throw BenchmarkError.wrongAnswer }
                if !isFixed { number = next }
                tally.finish(rows: 1)
            }
        }
    }

    private func pgType() async throws -> Measurement {
        try await onConnection { connection, tally in
            while tally.goesOn {
                let query: PostgresQuery = """
                    SELECT typname, typnamespace, typowner, typlen, typbyval, typcategory, typispreferred, \
                    typisdefined, typdelim, typrelid, typelem, typarray \
                    FROM pg_type WHERE typtypmod = \(Int32(-1)) AND typisdefined = \(true)
                    """
                let rows = try await connection.query(query).decode(
                    String.self, UInt32.self, UInt32.self, Int16.self, Bool.self, String.self, Bool.self, Bool.self,
                    String.self, UInt32.self, UInt32.self, UInt32.self)
                var count = 0
                var sum = 0
                for try await (name, namespace, _, length, _, _, _, isDefined, _, _, _, array) in rows {
                    sum &+= name.utf8.count &+ Int(namespace) &+ Int(length) &+ Int(array) &+ (isDefined ? 1 : 0)
                    count += 1
                }
                blackHole(sum)
                tally.finish(rows: count)
            }
        }
    }

    private func generateSeries() async throws -> Measurement {
        try await onConnection { connection, tally in
            while tally.goesOn {
                let numbers = try await connection.query(
                    "SELECT i FROM generate_series(1, \(Int32(1000))) AS i", as: Int32.self)
                blackHole(numbers.reduce(0) { $0 &+ Int($1) })
                tally.finish(rows: numbers.count)
            }
        }
    }

    private func arrays() async throws -> Measurement {
        try await onConnection { connection, tally in
            while tally.goesOn {
                let arrays = try await connection.query(
                    "SELECT a FROM \(unsafeSQL: BenchmarkSchema.name).arrays", as: [Int32].self)
                blackHole(arrays.reduce(0) { $0 &+ Int($1.first ?? 0) &+ Int($1.last ?? 0) })
                tally.finish(rows: arrays.count)
            }
        }
    }

    // MARK: Streaming

    private func wideRows() async throws -> Measurement {
        let connection = try await PostgresConnection.connect(configuration, dialer: dialer)
        defer { connection.close() }
        return try await Measurement.take(request) { pass in
            var tally = Tally(pass)
            let isShort = pass.isWarmUp || isFixed
            let wanted = Int32(clamping: isShort ? min(1000, request.rows) : request.rows)
            while tally.goesOn {
                let query: PostgresQuery = """
                    SELECT i::int4 AS id, i::int8*7 AS big, 'row number '||i AS txt, i::float8/3 AS f, \
                    (i%2=0) AS flag, '2024-01-01'::timestamptz + i*interval '1 second' AS ts \
                    FROM generate_series(1,\(wanted)) AS i
                    """
                let rows = try await connection.query(query).decode(
                    Int32.self, Int64.self, String.self, Double.self, Bool.self, Date.self)
                var count = 0
                var sum = 0
                var total = 0.0
                for try await (id, big, text, number, flag, time) in rows {
                    sum &+= Int(id) &+ Int(big) &+ text.utf8.count &+ (flag ? 1 : 0)
                    total += number + time.timeIntervalSinceReferenceDate
                    count += 1
                }
                blackHole((sum, total))
                tally.finish(rows: count)
            }
            return tally
        }
    }

    // MARK: Connecting

    private func connect() async throws -> Measurement {
        try await Measurement.take(request) { pass in
            var tally = Tally(pass)
            while tally.goesOn {
                let connection = try await PostgresConnection.connect(configuration, dialer: dialer)
                connection.close()
                tally.finish()
            }
            return tally
        }
    }

    func onConnection(
        _ body: (PostgresConnection, inout Tally) async throws -> Void
    ) async throws -> Measurement {
        let connection = try await PostgresConnection.connect(configuration, dialer: dialer)
        defer { connection.close() }
        return try await Measurement.take(request) { pass in
            var tally = Tally(pass)
            try await body(connection, &tally)
            return tally
        }
    }
}

extension BenchmarkError {
    static var wrongAnswer: BenchmarkError { .runFailed("a wrong answer") }

    /// What the driver reports, as the command's exit codes see it.
    init(_ error: PostgresError) {
        let codes: [PostgresError.Code] = [.connectionFailed, .authenticationFailed, .timedOut]
        self = codes.contains(error.code) ? .unreachable("\(error)") : .runFailed("\(error)")
    }
}
