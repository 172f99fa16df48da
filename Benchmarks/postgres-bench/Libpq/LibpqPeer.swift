import Foundation

/// The workloads on libpq: prepared statements, binary results, every value turned into a native one.
struct LibpqPeer {
    let request: ChildRequest
    let library: LibpqLibrary

    init(_ request: ChildRequest) throws {
        self.request = request
        self.library = try LibpqLibrary.shared.get()
    }

    func measure() throws -> Measurement {
        switch request.workload {
        case .oneplusone: return try onePlusOne()
        case .pgType:
            let parameters = LibpqParameters(lengths: [4, 1])
            parameters.set(0, Int32(-1))
            parameters.set(1, UInt8(1))
            return try unsafe queries(parameters, decode: decodePgType)
        case .generateSeries:
            let parameters = LibpqParameters(lengths: [4])
            parameters.set(0, Int32(1000))
            return try unsafe queries(parameters, decode: decodeInt4)
        case .arrays: return try unsafe queries(LibpqParameters(lengths: []), decode: decodeArrays)
        case .wideRows: return try wideRows()
        case .poolSelect: return try LibpqPool(request, library).measure()
        case .connect: return try connect()
        case .largeObject: return try largeObject()
        case .copyIn: return try copyIn()
        case .copyOut: return try copyOut()
        case .batchInsert: return try batchInsert()
        case .pipeline: return try pipeline()
        case .notify: return try notify()
        default:
            throw BenchmarkError.runFailed("the libpq peer has no \(request.workload.rawValue)")
        }
    }

    // MARK: One query after the other

    private func onePlusOne() throws -> Measurement {
        let connection = try LibpqConnection(request.url)
        defer { connection.close() }
        try connection.prepare(Workload.oneplusone.sql)
        let pointer = unsafe connection.pointer
        let parameters = LibpqParameters(lengths: [4])
        return try Measurement.take(seconds: request.seconds) { pass in
            var tally = Tally(pass)
            var number: Int32 = 0
            while tally.goesOn {
                parameters.set(0, number)
                let answer = unsafe library.executePrepared(
                    pointer, "s", 1, parameters.values, parameters.lengths, parameters.formats, 1)
                try unsafe connection.check(answer, LibpqStatus.tuplesOK)
                guard let answer = unsafe answer else { throw connection.failure }
                number &+= 1
                guard unsafe library.value(answer, 0, 0).integer(as: Int32.self) == number else {
                    throw BenchmarkError.wrongAnswer
                }
                unsafe library.clear(answer)
                tally.finish(rows: 1)
            }
            return tally
        }
    }

    private func queries(_ parameters: LibpqParameters, decode: (OpaquePointer) -> Int) throws -> Measurement {
        let connection = try LibpqConnection(request.url)
        defer { connection.close() }
        try connection.prepare(request.workload.sql)
        return try Measurement.take(seconds: request.seconds) { pass in
            var tally = Tally(pass)
            while tally.goesOn {
                let answer = unsafe library.executePrepared(
                    connection.pointer, "s", parameters.count, parameters.values, parameters.lengths,
                    parameters.formats, 1)
                try unsafe connection.check(answer, LibpqStatus.tuplesOK)
                guard let answer = unsafe answer else { throw connection.failure }
                let rows = unsafe decode(answer)
                unsafe library.clear(answer)
                tally.finish(rows: rows)
            }
            return tally
        }
    }

    private func decodePgType(_ answer: OpaquePointer) -> Int {
        let rows = unsafe library.rowCount(answer)
        var sum: Int64 = 0
        for row in 0..<rows {
            let name = unsafe library.value(answer, row, 0)
            sum &+= unsafe Int64(library.length(answer, row, 0)) &+ Int64(name[0])
            sum &+= unsafe Int64(library.value(answer, row, 1).integer(as: UInt32.self))
            sum &+= unsafe Int64(library.value(answer, row, 2).integer(as: UInt32.self))
            sum &+= unsafe Int64(library.value(answer, row, 3).integer(as: Int16.self))
            for column: CInt in 4..<9 { sum &+= unsafe Int64(library.value(answer, row, column)[0]) }
            for column: CInt in 9..<12 {
                sum &+= unsafe Int64(library.value(answer, row, column).integer(as: UInt32.self))
            }
        }
        blackHole(sum)
        return Int(rows)
    }

    private func decodeInt4(_ answer: OpaquePointer) -> Int {
        let rows = unsafe library.rowCount(answer)
        var sum: Int64 = 0
        for row in 0..<rows { sum &+= unsafe Int64(library.value(answer, row, 0).integer(as: Int32.self)) }
        blackHole(sum)
        return Int(rows)
    }

    /// The binary form: dimensions, flags, element type, (size, lower bound), then (length, value) each.
    private func decodeArrays(_ answer: OpaquePointer) -> Int {
        let rows = unsafe library.rowCount(answer)
        var sum: Int64 = 0
        for row in 0..<rows {
            let bytes = unsafe library.value(answer, row, 0)
            let count = Int(unsafe bytes.integer(at: 12, as: Int32.self))
            let array = UnsafeMutablePointer<Int32>.allocate(capacity: count)
            for index in 0..<count { unsafe array[index] = unsafe bytes.integer(at: 24 + 8 * index, as: Int32.self) }
            sum &+= unsafe Int64(array[0]) &+ Int64(array[count - 1])
            unsafe array.deallocate()
        }
        blackHole(sum)
        return Int(rows)
    }

    // MARK: Streaming

    private func wideRows() throws -> Measurement {
        let connection = try LibpqConnection(request.url)
        defer { connection.close() }
        try connection.prepare(Workload.wideRows.sql)
        let pointer = unsafe connection.pointer
        let parameters = LibpqParameters(lengths: [4])
        return try Measurement.take(seconds: request.seconds) { pass in
            var tally = Tally(pass)
            parameters.set(0, Int32(clamping: pass.isWarmUp ? min(1000, request.rows) : request.rows))
            while tally.goesOn {
                guard
                    unsafe library.sendQueryPrepared(
                        pointer, "s", 1, parameters.values, parameters.lengths, parameters.formats, 1) == 1,
                    unsafe library.setSingleRowMode(pointer) == 1
                else { throw connection.failure }
                tally.finish(rows: try readWideRows(connection))
            }
            return tally
        }
    }

    private func readWideRows(_ connection: LibpqConnection) throws -> Int {
        let pointer = unsafe connection.pointer
        var rows = 0
        var sum: Int64 = 0
        var total = 0.0
        while let answer = unsafe library.nextResult(pointer) {
            if unsafe library.resultStatus(answer) == LibpqStatus.singleTuple {
                let text = unsafe library.value(answer, 0, 2)
                sum &+= unsafe Int64(library.value(answer, 0, 0).integer(as: Int32.self))
                sum &+= unsafe library.value(answer, 0, 1).integer(as: Int64.self)
                sum &+= unsafe Int64(library.length(answer, 0, 2)) &+ Int64(library.value(answer, 0, 4)[0])
                sum &+= unsafe Int64(text[0])
                sum &+= unsafe library.value(answer, 0, 5).integer(as: Int64.self) / 1_000_000 &+ 946_684_800
                let bits = unsafe library.value(answer, 0, 3).integer(as: UInt64.self)
                total += Double(bitPattern: bits)
                rows += 1
            } else {
                try unsafe connection.check(answer, LibpqStatus.tuplesOK)
            }
            unsafe library.clear(answer)
        }
        blackHole(sum &+ Int64(total))
        return rows
    }

    // MARK: Connecting

    private func connect() throws -> Measurement {
        try LibpqConnection(request.url).close()
        return try Measurement.take(seconds: request.seconds) { pass in
            var tally = Tally(pass)
            while tally.goesOn {
                try LibpqConnection(request.url).close()
                tally.finish()
            }
            return tally
        }
    }
}

/// Keeps the optimiser from dropping a computation whose result nobody uses.
@inline(never) func blackHole<Value>(_ value: Value) { _ = value }
