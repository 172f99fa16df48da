internal import Synchronization

/// A `sockaddr` of any family, as its bytes.
package struct SocketAddress: Hashable, Sendable {
    var family: Int32
    var bytes: [UInt8]

    init(family: Int32, bytes: [UInt8]) {
        self.family = family
        self.bytes = bytes
    }

    /// Whether it is an address of TCP over IPv4 or IPv6.
    var isInternet: Bool { SystemCalls.isInternet(family) }

    /// The addresses of a host.
    ///
    /// Names are looked up on a thread of their own, because the system's look-up blocks. `started` receives a way to
    /// stop waiting; the thread then ends by itself when the system has answered.
    package static func resolve(
        host: String, port: UInt16, started: (@escaping @Sendable (SystemError) -> Void) -> Void
    ) async throws(SystemError) -> [SocketAddress] {
        if let addresses = try? SystemCalls.resolve(host: host, port: port, numericOnly: true) { return addresses }
        let result = await withCheckedContinuation { continuation in
            let once = Once(continuation)
            SystemCalls.startThread(name: "postgres-lookup") {
                once.resume(
                    Result { () throws(SystemError) in
                        try SystemCalls.resolve(host: host, port: port, numericOnly: false)
                    })
            }
            started { once.resume(.failure($0)) }
        }
        return try result.get()
    }

    /// The address of a unix socket.
    package static func unix(path: String) throws(SystemError) -> SocketAddress {
        try SystemCalls.unixAddress(path: path)
    }

    /// A continuation that the first of two resumes.
    private final class Once: Sendable {
        typealias Continuation = CheckedContinuation<Result<[SocketAddress], SystemError>, Never>
        private let continuation: Mutex<Continuation?>

        init(_ continuation: Continuation) { self.continuation = Mutex(continuation) }

        func resume(_ result: Result<[SocketAddress], SystemError>) {
            let continuation = continuation.withLock { continuation in
                defer { continuation = nil }
                return continuation
            }
            continuation?.resume(returning: result)
        }
    }
}
