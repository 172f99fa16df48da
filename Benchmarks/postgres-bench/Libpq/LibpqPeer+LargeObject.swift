// Large values, looked at where libpq has put them.
extension LibpqPeer {
    func largeObject() throws -> Measurement {
        let connection = try LibpqConnection(request.url)
        defer { connection.close() }
        try connection.prepare(request.workload.sql)
        return try Measurement.take(seconds: request.seconds) { pass in
            var tally = Tally(pass)
            while tally.goesOn {
                let answer = unsafe library.executePrepared(connection.pointer, "s", 0, nil, nil, nil, 1)
                try unsafe connection.check(answer, LibpqStatus.tuplesOK)
                guard let answer = unsafe answer else { throw connection.failure }
                defer { unsafe library.clear(answer) }
                let rows = unsafe library.rowCount(answer)
                for row in 0..<rows {
                    let value = unsafe library.value(answer, row, 0)
                    let length = unsafe Int(library.length(answer, row, 0))
                    guard length == BenchmarkSchema.blobSize, unsafe value[0] == 97, unsafe value[length - 1] == 97
                    else { throw BenchmarkError.wrongAnswer }
                }
                tally.finish(rows: Int(rows), bytes: Int(rows) * BenchmarkSchema.blobSize)
            }
            return tally
        }
    }
}
