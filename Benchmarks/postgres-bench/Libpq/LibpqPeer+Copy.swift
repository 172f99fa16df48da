import Foundation

// COPY in both directions in the binary format, which libpq leaves to the application to encode and decode.
extension LibpqPeer {
    func copyIn() throws -> Measurement {
        let rows = CopiedRow.all(request.rows)
        let connection = try LibpqConnection(request.url)
        defer { connection.close() }
        let buffer = LibpqCopyBuffer()
        let measurement = try Measurement.take(seconds: request.seconds) { pass in
            var tally = Tally(pass)
            while tally.goesOn {
                tally.pause()
                try connection.execute(request.workload.truncateSQL)
                tally.resume()
                try begin(connection, LibpqStatus.copyIn)
                buffer.begin()
                for row in rows {
                    buffer.append(row)
                    if buffer.isFull { try flush(buffer, connection) }
                }
                buffer.end()
                try flush(buffer, connection)
                guard unsafe library.putCopyEnd(connection.pointer, nil) == 1 else { throw connection.failure }
                try finish(connection)
                tally.finish(operations: rows.count, rows: rows.count)
            }
            return tally
        }
        guard try connection.text(CopiedRow.check) == CopiedRow.expected(rows: rows.count) else {
            throw BenchmarkError.wrongAnswer
        }
        return measurement
    }

    func copyOut() throws -> Measurement {
        let connection = try LibpqConnection(request.url)
        defer { connection.close() }
        return try Measurement.take(seconds: request.seconds) { pass in
            var tally = Tally(pass)
            while tally.goesOn {
                try begin(connection, LibpqStatus.copyOut)
                let sum = try readRows(connection)
                try finish(connection)
                guard sum.isOf(rows: request.rows) else { throw BenchmarkError.wrongAnswer }
                tally.finish(operations: sum.count, rows: sum.count)
            }
            return tally
        }
    }

    private func begin(_ connection: LibpqConnection, _ status: CInt) throws {
        let answer = unsafe library.execute(connection.pointer, request.workload.sql)
        try unsafe connection.check(answer, status)
        if let answer = unsafe answer { unsafe library.clear(answer) }
    }

    private func finish(_ connection: LibpqConnection) throws {
        while let answer = unsafe library.nextResult(connection.pointer) {
            try unsafe connection.check(answer, LibpqStatus.commandOK)
            unsafe library.clear(answer)
        }
    }

    private func flush(_ buffer: LibpqCopyBuffer, _ connection: LibpqConnection) throws {
        guard unsafe library.putCopyData(connection.pointer, buffer.base, CInt(buffer.count)) == 1 else {
            throw connection.failure
        }
        buffer.removeAll()
    }

    /// Reads what PQgetCopyData hands out, a row at a time; the first has the header in front, the last is the trailer.
    private func readRows(_ connection: LibpqConnection) throws -> CopiedSum {
        var sum = CopiedSum()
        var isFirst = true
        var memory: UnsafeMutablePointer<CChar>?
        while true {
            let length = unsafe library.getCopyData(connection.pointer, &memory, 0)
            if length == -1 { return sum }
            guard length > 0, let bytes = unsafe memory else { throw connection.failure }
            defer { unsafe library.freeMemory(bytes) }
            var position = isFirst ? 19 : 0
            isFirst = false
            guard Int(length) > position else { continue }
            if unsafe bytes.integer(at: position, as: Int16.self) == -1 { continue }
            // The lengths of values of one width are known; that of the text is not.
            sum.count += 1
            sum.ids &+= unsafe Int(bytes.integer(at: position + 6, as: Int32.self))
            sum.bigs &+= unsafe Int(bytes.integer(at: position + 14, as: Int64.self))
            let textLength = unsafe Int(bytes.integer(at: position + 22, as: Int32.self))
            position += 26 + textLength
            sum.lengths &+= textLength
            sum.numbers += unsafe Double(bitPattern: bytes.integer(at: position + 4, as: UInt64.self))
            let time = unsafe bytes.integer(at: position + 16, as: Int64.self)
            sum.times += Double(time) / 1e6 + 946_684_800
        }
    }
}

/// The data of a binary COPY on their way to libpq.
@safe final class LibpqCopyBuffer {
    let base: UnsafeMutableRawPointer
    private(set) var count = 0
    /// As much as is handed to libpq at a time, and then a row of any length.
    private static let size = 64 << 10

    init() { unsafe base = .allocate(byteCount: Self.size + 4096, alignment: 8) }

    deinit { unsafe base.deallocate() }

    var isFull: Bool { count >= Self.size }

    func removeAll() { count = 0 }

    /// The signature, no flags, no extension.
    func begin() {
        for byte in [0x50, 0x47, 0x43, 0x4f, 0x50, 0x59, 0x0a, 0xff, 0x0d, 0x0a, 0x00] as [UInt8] { put(byte) }
        put(0 as Int64)
    }

    func end() { put(-1 as Int16) }

    @inline(__always)
    func append(_ row: CopiedRow) {
        put(5 as Int16)
        put(4 as Int32)
        put(row.id)
        put(8 as Int32)
        put(row.big)
        append(row.text)
        put(8 as Int32)
        put(row.number.bitPattern)
        put(8 as Int32)
        put(Int64(((row.time.timeIntervalSince1970 - 946_684_800) * 1e6).rounded()))
    }

    @inline(__always)
    private func append(_ text: String) {
        let length = text.utf8.count
        put(Int32(length))
        unsafe text.utf8.withContiguousStorageIfAvailable { bytes in
            guard let first = bytes.baseAddress else { return }
            unsafe (base + count).copyMemory(from: first, byteCount: length)
        }
        count += length
    }

    @inline(__always)
    private func put<Value: FixedWidthInteger>(_ value: Value) {
        unsafe (base + count).storeBytes(of: value.bigEndian, as: Value.self)
        count += MemoryLayout<Value>.size
    }
}
