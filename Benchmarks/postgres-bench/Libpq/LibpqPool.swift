import Foundation

/// `pool_select` on libpq, which has no pool: one thread, poll over the connections, the tasks in a queue.
///
/// It is the floor for a C client.
@safe struct LibpqPool {
    private let request: ChildRequest
    private let library: LibpqLibrary

    init(_ request: ChildRequest, _ library: LibpqLibrary) {
        self.request = request
        self.library = library
    }

    func measure() throws -> Measurement {
        let connections = try (0..<request.connections).map { _ in
            let connection = try LibpqConnection(request.url)
            try connection.prepare(Workload.poolSelect.sql)
            unsafe _ = library.setNonblocking(connection.pointer, 1)
            return connection
        }
        defer { for connection in connections { connection.close() } }
        return try Measurement.take(seconds: request.seconds) { pass in try run(pass, connections) }
    }

    private func run(_ pass: Pass, _ connections: [LibpqConnection]) throws -> Tally {
        var tally = Tally(pass)
        var random = Keys()
        let parameters = LibpqParameters(lengths: [4])
        let begin = monotonicNanoseconds()
        var starts = [UInt64](repeating: begin, count: request.tasks)
        var queue = Array(0..<request.tasks)
        var head = 0
        var waiting = request.tasks
        var owners = [Int](repeating: -1, count: connections.count)
        var keys = [UInt32](repeating: 0, count: connections.count)
        var polled = connections.map {
            unsafe pollfd(fd: library.socket($0.pointer), events: Int16(POLLIN), revents: 0)
        }
        var busy = 0
        while tally.goesOn || busy > 0 {
            for index in connections.indices where owners[index] < 0 && waiting > 0 && tally.goesOn {
                owners[index] = queue[head]
                head = (head + 1) % queue.count
                waiting -= 1
                busy += 1
                keys[index] = random.next()
                parameters.set(0, keys[index])
                let pointer = unsafe connections[index].pointer
                guard
                    unsafe library.sendQueryPrepared(
                        pointer, "s", 1, parameters.values, parameters.lengths, parameters.formats, 1) == 1
                else { throw connections[index].failure }
                unsafe _ = library.flush(pointer)
            }
            unsafe poll(&polled, nfds_t(polled.count), -1)
            for index in connections.indices where polled[index].revents != 0 && owners[index] >= 0 {
                guard try finish(connections[index], key: keys[index]) else { continue }
                let task = owners[index]
                starts[task] = tally.finish(begunAt: starts[task], rows: 1)
                queue[(head + waiting) % queue.count] = task
                waiting += 1
                busy -= 1
                owners[index] = -1
            }
        }
        return tally
    }

    /// Reads an answer; false while it is not complete.
    private func finish(_ connection: LibpqConnection, key: UInt32) throws -> Bool {
        let pointer = unsafe connection.pointer
        guard unsafe library.consumeInput(pointer) == 1 else { throw connection.failure }
        guard unsafe library.isBusy(pointer) == 0 else { return false }
        let answer = unsafe library.nextResult(pointer)
        try unsafe connection.check(answer, LibpqStatus.tuplesOK)
        guard let answer = unsafe answer else { throw connection.failure }
        let balance = unsafe library.value(answer, 0, 0).integer(as: Int32.self)
        unsafe library.clear(answer)
        guard balance == BenchmarkSchema.balance(of: key) else { throw BenchmarkError.wrongAnswer }
        while let rest = unsafe library.nextResult(pointer) { unsafe library.clear(rest) }
        return true
    }
}

/// The same pseudo-random keys in every run.
struct Keys {
    private var state: UInt64

    /// - Parameter stream: tasks that run side by side take different ones.
    init(stream: UInt64 = 0) { state = 88_172_645_463_325_252 &+ stream &* 0x9E37_79B9_7F4A_7C15 }

    /// A key of the table of `pool_select`.
    mutating func next() -> UInt32 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return UInt32(truncatingIfNeeded: state >> 33) % BenchmarkSchema.accounts + 1
    }
}
