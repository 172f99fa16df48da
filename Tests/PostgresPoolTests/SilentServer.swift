import PostgresFixtures
import PostgresPool
import Synchronization

/// Lets one client in and then says nothing more, whatever it is asked.
final class SilentServer: Sendable {
    /// What becomes of those who come later, such as a cancel request.
    enum Door: CaseIterable {
        /// They are refused.
        case shut
        /// They are let in, and nothing happens.
        case silent
        /// They are read and sent away, as by a server that knows nothing of the session.
        case ignoring
    }

    private let listener: SocketListener
    private let guests = Mutex<[SocketTransport]>([])

    init() async throws {
        let addresses = try await SocketAddress.resolve(host: "127.0.0.1", port: 0) { _ in }
        guard let address = addresses.first else { throw PostgresError(.connectionFailed, "no loopback") }
        listener = try SocketListener(on: address, loop: .default)
    }

    var configuration: PostgresConfiguration {
        PostgresConfiguration(host: "127.0.0.1", port: listener.port, user: "anybody")
    }

    /// Serves until ``stop()``.
    func run(_ door: Door) async throws {
        guard let first = try await listener.accept() else { return }
        guests.withLock { $0.append(first) }
        try await receive(first)
        var greeting = ByteWriter()
        let messages: [BackendMessage] = [
            .authentication(.ok), .backendKeyData(.init(processID: 1, secretKey: [1, 2, 3, 4])), .readyForQuery(.idle),
        ]
        for message in messages { try message.encode(into: &greeting) }
        _ = try first.send(greeting.bytes)
        if door == .shut { listener.close() }
        while let guest = try await listener.accept() {
            guests.withLock { $0.append(guest) }
            guard door == .ignoring else { continue }
            try await receive(guest)
            guest.close()
        }
    }

    private func receive(_ guest: SocketTransport) async throws {
        var buffer = ReceiveBuffer()
        while case .wouldBlock = try guest.receive(into: &buffer, needed: 5) { await guest.wait(sending: false) }
    }

    /// Ends every connection.
    func stop() {
        listener.close()
        for guest in guests.withLock({ $0 }) { guest.close() }
    }
}
