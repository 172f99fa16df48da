// Many statements in one pipeline of libpq, which ends with its only Sync.
extension LibpqPeer {
    func batchInsert() throws -> Measurement {
        let values = BatchValues()
        let parameters = LibpqParameters(lengths: [4, 4, 4, values.d.utf8.count, 8, 4, values.g.utf8.count])
        let administration = try LibpqConnection(request.url)
        defer { administration.close() }
        let measurement = try pipelines { connection, tally in
            tally.pause()
            try administration.execute(request.workload.truncateSQL)
            tally.resume()
            for _ in 0..<BatchValues.count {
                parameters.set(0, values.a)
                parameters.set(1, values.b)
                parameters.set(2, values.c)
                parameters.set(3, values.d)
                parameters.set(4, values.e.bitPattern)
                parameters.set(5, values.f)
                parameters.set(6, values.g)
                try send(connection, parameters)
            }
            try unsafe receive(connection, LibpqStatus.commandOK) { _, _ in true }
        }
        guard try administration.text(BatchValues.check) == BatchValues.expected else {
            throw BenchmarkError.wrongAnswer
        }
        return measurement
    }

    func pipeline() throws -> Measurement {
        let parameters = LibpqParameters(lengths: [4])
        return try pipelines { connection, _ in
            for index in 0..<BatchValues.count {
                parameters.set(0, Int32(index))
                try send(connection, parameters)
            }
            try unsafe receive(connection, LibpqStatus.tuplesOK) { answer, index in
                unsafe library.value(answer, 0, 0).integer(as: Int32.self) == Int32(index)
            }
        }
    }

    private func pipelines(_ body: (LibpqConnection, inout Tally) throws -> Void) throws -> Measurement {
        let connection = try LibpqConnection(request.url)
        defer { connection.close() }
        try connection.prepare(request.workload.sql)
        guard let enter = unsafe library.enterPipelineMode else {
            throw BenchmarkError.runFailed("pipelines need libpq 14")
        }
        guard unsafe enter(connection.pointer) == 1 else { throw connection.failure }
        return try Measurement.take(seconds: request.seconds) { pass in
            var tally = Tally(pass)
            while tally.goesOn {
                try body(connection, &tally)
                tally.finish(operations: BatchValues.count)
            }
            return tally
        }
    }

    private func send(_ connection: LibpqConnection, _ parameters: LibpqParameters) throws {
        guard
            unsafe library.sendQueryPrepared(
                connection.pointer, "s", parameters.count, parameters.values, parameters.lengths, parameters.formats, 1)
                == 1
        else { throw connection.failure }
    }

    /// Sends the Sync and reads the results of a batch; a result of nil stands behind each.
    private func receive(
        _ connection: LibpqConnection, _ status: CInt, _ isRight: (OpaquePointer, Int) -> Bool
    ) throws {
        guard let sync = unsafe library.pipelineSync, unsafe sync(connection.pointer) == 1 else {
            throw connection.failure
        }
        for index in 0..<BatchValues.count {
            let answer = unsafe library.nextResult(connection.pointer)
            try unsafe connection.check(answer, status)
            guard let answer = unsafe answer, unsafe isRight(answer, index) else { throw BenchmarkError.wrongAnswer }
            unsafe library.clear(answer)
            guard unsafe library.nextResult(connection.pointer) == nil else { throw BenchmarkError.wrongAnswer }
        }
        let answer = unsafe library.nextResult(connection.pointer)
        try unsafe connection.check(answer, LibpqStatus.pipelineSync)
        if let answer = unsafe answer { unsafe library.clear(answer) }
    }
}
