import PostgresPool

extension PostgresNotifications.Iterator {
    /// The next events; fewer where the sequence ends.
    mutating func events(_ count: Int) async throws -> [PostgresNotificationEvent] {
        var events: [PostgresNotificationEvent] = []
        while events.count < count, let event = try await next() { events.append(event) }
        return events
    }

    /// The payloads of the next events; a gap counts as one, named so.
    mutating func payloads(_ count: Int) async throws -> [String] {
        try await events(count).map { event in
            switch event {
            case .notification(let notification): notification.payload
            case .gap(let gap): "gap: \(gap)"
            }
        }
    }
}

extension PostgresConnection {
    /// The channels that the server listens on for this session.
    func listeningChannels() async throws -> [String] {
        try await query("SELECT pg_listening_channels() ORDER BY 1", as: String.self)
    }

    /// Asks the server until it listens on these channels and no others.
    func waitUntilListening(on channels: [String]) async throws -> Bool {
        for _ in 0..<500 {
            if try await listeningChannels() == channels { return true }
            try await Task.sleep(for: .milliseconds(5))
        }
        return false
    }
}
