import PostgresDriver

// Notifications between two connections, each received before the next one is sent.
extension SwiftPostgresPeer {
    func notify() async throws -> Measurement {
        let listener = try await PostgresConnection.connect(configuration, dialer: dialer)
        defer { listener.close() }
        var received = try await listener.listen(Workload.channel).payloads.makeAsyncIterator()
        return try await onConnection { sender, tally in
            var number = 0
            while tally.goesOn {
                let payload = String(number)
                try await sender.notify(Workload.channel, payload)
                guard try await received.next() == payload else { throw BenchmarkError.wrongAnswer }
                number += 1
                tally.finish()
            }
        }
    }
}
