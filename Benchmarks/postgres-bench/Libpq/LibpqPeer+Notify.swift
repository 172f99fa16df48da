import Foundation

// Notifications: one connection sends, another one waits for them with poll.
extension LibpqPeer {
    func notify() throws -> Measurement {
        let listener = try LibpqConnection(request.url)
        let sender = try LibpqConnection(request.url)
        defer {
            listener.close()
            sender.close()
        }
        try listener.execute("LISTEN \(Workload.channel)")
        try sender.prepare(request.workload.sql)
        let parameters = LibpqParameters(lengths: [0])
        return try Measurement.take(seconds: request.seconds) { pass in
            var tally = Tally(pass)
            var number = 0
            while tally.goesOn {
                let payload = String(number)
                parameters.set(0, payload)
                unsafe parameters.lengths[0] = CInt(payload.utf8.count)
                let answer = unsafe library.executePrepared(
                    sender.pointer, "s", 1, parameters.values, parameters.lengths, parameters.formats, 1)
                try unsafe sender.check(answer, LibpqStatus.tuplesOK)
                if let answer = unsafe answer { unsafe library.clear(answer) }
                guard try receive(listener) == payload else { throw BenchmarkError.wrongAnswer }
                number += 1
                tally.finish()
            }
            return tally
        }
    }

    /// Waits for the next notification's payload.
    private func receive(_ connection: LibpqConnection) throws -> String {
        while true {
            if let notification = unsafe library.notifies(connection.pointer) {
                defer { unsafe library.freeMemory(notification) }
                // The structure PGnotify: the channel's name, the sender's process, the payload.
                let payload = unsafe notification.load(fromByteOffset: 16, as: UnsafePointer<CChar>.self)
                return unsafe String(cString: payload)
            }
            var polled = unsafe pollfd(
                fd: library.socket(connection.pointer), events: Int16(POLLIN), revents: 0)
            unsafe poll(&polled, 1, -1)
            guard unsafe library.consumeInput(connection.pointer) == 1 else { throw connection.failure }
        }
    }
}
