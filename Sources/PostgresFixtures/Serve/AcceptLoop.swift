internal import PostgresWire
internal import Synchronization

/// Accepts connections on an endpoint and gives each to a task of its own, until it is stopped.
final class AcceptLoop: Sendable {
    /// Where it listens, with the port that was found.
    let endpoint: PostgresConfiguration.Endpoint
    private let listener: SocketListener
    private let state = Mutex(State())

    private struct State {
        var open: [Int: ByteStream] = [:]
        var lastNumber = 0
        var isStopped = false
    }

    /// How many clients are served at the same time; more are turned away.
    private static let limit = 256

    /// Listens on an address.
    ///
    /// - Throws: ``FixtureError`` where the endpoint has no address, or is taken.
    init(on endpoint: PostgresConfiguration.Endpoint) async throws(FixtureError) {
        var lastError = "the name has no address"
        for address in try await Self.addresses(of: endpoint) {
            do throws(SystemError) {
                listener = try SocketListener(on: address, path: endpoint.socketPath, loop: .default)
                self.endpoint =
                    switch endpoint {
                    case .tcp(let host, _): .tcp(host: host, port: listener.port)
                    case .unix: endpoint
                    }
                return
            } catch {
                lastError = error.description
            }
        }
        throw FixtureError("cannot listen on \(endpoint): \(lastError)")
    }

    private static func addresses(
        of endpoint: PostgresConfiguration.Endpoint
    ) async throws(FixtureError) -> [SocketAddress] {
        do throws(SystemError) {
            switch endpoint {
            case .tcp(let host, let port): return try await SocketAddress.resolve(host: host, port: port) { _ in }
            case .unix: return [try SocketAddress.unix(path: endpoint.socketPath ?? "")]
            }
        } catch {
            throw FixtureError("cannot listen on \(endpoint): \(error)")
        }
    }

    /// Serves clients; returns when the loop is stopped, or the task cancelled, and the last of them has left.
    func run(_ serve: @escaping @Sendable (ByteStream) async -> Void) async {
        await withTaskCancellationHandler {
            await accept(serve)
        } onCancel: {
            stop()
        }
    }

    private func accept(_ serve: @escaping @Sendable (ByteStream) async -> Void) async {
        await withDiscardingTaskGroup { group in
            while true {
                let transport: SocketTransport?
                do throws(SystemError) {
                    transport = try await listener.accept()
                } catch {
                    // Too many open files, as a rule: those who are served go on, and leave in the end.
                    try? await Task.sleep(for: .milliseconds(50))
                    continue
                }
                guard let transport else { break }
                let stream = ByteStream(transport)
                guard let number = admit(stream) else {
                    stream.close()
                    continue
                }
                group.addTask {
                    await serve(stream)
                    stream.close()
                    self.leave(number)
                }
            }
        }
    }

    private func admit(_ stream: ByteStream) -> Int? {
        state.withLock { state in
            guard !state.isStopped, state.open.count < Self.limit else { return nil }
            state.lastNumber += 1
            state.open[state.lastNumber] = stream
            return state.lastNumber
        }
    }

    private func leave(_ number: Int) { state.withLock { state in state.open[number] = nil } }

    /// Whether the loop was told to stop.
    var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Accepts nobody any more and closes the connections of those who are served.
    func stop() {
        let open = state.withLock { state in
            state.isStopped = true
            return Array(state.open.values)
        }
        listener.close()
        for stream in open { stream.close() }
    }
}
