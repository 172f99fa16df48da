// The sockets are Foundation's: it re-exports the system's socket functions on every platform. Each call stands here
// once, retries after EINTR, and throws; no other file of the transport calls the system.
internal import Foundation
#if os(Linux) || os(Android)
internal import LinuxEpoll  // its headers define timespec as well
#endif

/// A system call that failed.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The call, such as `connect`.
    public var call: String
    /// The `errno` value; 0 where the failure has none, for example a look-up.
    public var code: Int32
    /// The system's words for it.
    public var reason: String

    package init(call: String, code: Int32) {
        self.call = call
        self.code = code
        reason = SystemCalls.text(code)
    }

    package init(call: String, reason: String) {
        self.call = call
        code = 0
        self.reason = reason
    }

    /// The call and the reason, as in "connect: Connection refused".
    public var description: String { "\(call): \(reason)" }
}

package enum SystemCalls {
    /// Nanoseconds of a clock that only goes forward.
    package static func now() -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }

    static func text(_ code: Int32) -> String {
        // strerror's text is copied before anybody else can call it on this thread.
        unsafe String(cString: strerror(code))
    }

    static func lastError(_ call: String) -> SystemError { SystemError(call: call, code: errno) }

    static func wasInterrupted() -> Bool { errno == EINTR }

    static func wouldBlock() -> Bool { errno == EAGAIN || errno == EWOULDBLOCK }

    // MARK: Sockets

    #if canImport(Darwin)
    private static let streamType = SOCK_STREAM
    private static let sendFlags: Int32 = 0
    #else
    private static let streamType = Int32(SOCK_STREAM.rawValue)
    private static let sendFlags = Int32(MSG_NOSIGNAL)
    #endif

    /// A non-blocking stream socket that a child process does not inherit.
    static func streamSocket(family: Int32) throws(SystemError) -> Int32 {
        let descriptor = socket(family, streamType, 0)
        guard descriptor >= 0 else { throw lastError("socket") }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        guard fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 else {
            let error = lastError("fcntl")
            close(descriptor)
            throw error
        }
        #if canImport(Darwin)
        setOption(descriptor, SOL_SOCKET, SO_NOSIGPIPE, 1)
        #endif
        return descriptor
    }

    /// Begins to connect; true where it is done already.
    static func connect(_ descriptor: Int32, to address: SocketAddress) throws(SystemError) -> Bool {
        let bytes = address.bytes
        let result = unsafe bytes.withUnsafeBytes { raw in
            guard let base = unsafe raw.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return Int32(-1) }
            #if canImport(Darwin)
            return unsafe Darwin.connect(descriptor, base, socklen_t(raw.count))
            #else
            return unsafe Foundation.connect(descriptor, base, socklen_t(raw.count))
            #endif
        }
        if result == 0 { return true }
        // A unix socket with a full backlog says EAGAIN and does not go on by itself: that is a failure.
        if errno == EINPROGRESS || errno == EINTR { return false }
        throw lastError("connect")
    }

    /// The outcome of a connect that was going on.
    static func pendingError(_ descriptor: Int32) throws(SystemError) {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) == 0 else {
            throw lastError("getsockopt")
        }
        if code != 0 { throw SystemError(call: "connect", code: code) }
    }

    /// Small packets go out at once; a peer that vanished is noticed sooner or later.
    static func setTCPOptions(_ descriptor: Int32) {
        setOption(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        setOption(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1)
    }

    private static func setOption(_ descriptor: Int32, _ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        unsafe setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    static func receive(_ descriptor: Int32, _ memory: UnsafeMutableRawBufferPointer) -> Int {
        while true {
            let count = unsafe recv(descriptor, memory.baseAddress, memory.count, 0)
            if count >= 0 || !wasInterrupted() { return count }
        }
    }

    static func send(_ descriptor: Int32, _ bytes: RawSpan) -> Int {
        unsafe bytes.withUnsafeBytes { memory in
            while true {
                #if canImport(Darwin)
                let count = unsafe Darwin.send(descriptor, memory.baseAddress, memory.count, sendFlags)
                #else
                let count = unsafe Foundation.send(descriptor, memory.baseAddress, memory.count, sendFlags)
                #endif
                if count >= 0 || !wasInterrupted() { return count }
            }
        }
    }

    #if os(Linux) || os(Android)
    /// Whether there is a wait for less than a millisecond.
    static let canWaitShortly = true

    /// Waits until there is something to receive, the end included, and returns whether there is.
    static func waitUntilReadable(_ descriptor: Int32, nanoseconds: Int) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        var timeout = timespec(tv_sec: 0, tv_nsec: nanoseconds)
        return unsafe ppoll(&entry, 1, &timeout, nil) > 0
    }
    #else
    static let canWaitShortly = false

    static func waitUntilReadable(_ descriptor: Int32, nanoseconds: Int) -> Bool { false }
    #endif

    /// Makes a socket wait for connections on an address.
    ///
    /// A port that an earlier process just left is free again at once.
    static func listen(_ descriptor: Int32, on address: SocketAddress) throws(SystemError) {
        if address.isInternet { setOption(descriptor, SOL_SOCKET, SO_REUSEADDR, 1) }
        let bytes = address.bytes
        let result = unsafe bytes.withUnsafeBytes { raw in
            guard let base = unsafe raw.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return Int32(-1) }
            return unsafe bind(descriptor, base, socklen_t(raw.count))
        }
        guard result == 0 else { throw lastError("bind") }
        #if canImport(Darwin)
        let listening = Darwin.listen(descriptor, SOMAXCONN)
        #else
        let listening = Foundation.listen(descriptor, Int32(SOMAXCONN))
        #endif
        guard listening == 0 else { throw lastError("listen") }
    }

    /// The next connection that waits on a listening socket, non-blocking; nil where none does.
    static func accept(_ descriptor: Int32) throws(SystemError) -> Int32? {
        while true {
            #if canImport(Darwin)
            let accepted = Darwin.accept(descriptor, nil, nil)
            #else
            let accepted = Foundation.accept(descriptor, nil, nil)
            #endif
            if accepted >= 0 {
                _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
                _ = fcntl(accepted, F_SETFL, O_NONBLOCK)
                #if canImport(Darwin)
                setOption(accepted, SOL_SOCKET, SO_NOSIGPIPE, 1)
                #endif
                return accepted
            }
            if wouldBlock() { return nil }
            // A client that gave up before it was its turn is no failure of the listener.
            if !wasInterrupted(), errno != ECONNABORTED { throw lastError("accept") }
        }
    }

    /// The port that a listening TCP socket has; 0 for other sockets.
    static func port(of descriptor: Int32) -> UInt16 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length)
            }
        }
        guard result == 0, isInternet(Int32(storage.ss_family)) else { return 0 }
        // The port stands at the same place in the addresses of both families.
        return unsafe withUnsafeBytes(of: &storage) { raw in
            UInt16(bigEndian: unsafe raw.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        }
    }

    /// Removes the file of a unix socket.
    static func removeFile(_ path: String) { _ = unsafe unlink(path) }

    /// Ends both directions of a socket; the descriptor stays taken until `close`.
    static func shutDown(_ descriptor: Int32) { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }

    static func close(_ descriptor: Int32) {
        #if canImport(Darwin)
        _ = Darwin.close(descriptor)
        #else
        _ = Foundation.close(descriptor)
        #endif
    }

    /// Adds one to an eventfd, or puts a byte in a pipe: it wakes whoever polls the other end.
    static func signal(_ descriptor: Int32) {
        var one: UInt64 = 1
        _ = unsafe write(descriptor, &one, 8)
    }

    /// Takes back what `signal` put there.
    static func clearSignal(_ descriptor: Int32) {
        var count: UInt64 = 0
        _ = unsafe read(descriptor, &count, 8)
    }

    // MARK: Addresses

    static func isInternet(_ family: Int32) -> Bool { family == AF_INET || family == AF_INET6 }

    /// All addresses of a host, in the system's order.
    ///
    /// Blocks unless `host` is numeric.
    static func resolve(host: String, port: UInt16, numericOnly: Bool) throws(SystemError) -> [SocketAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = streamType
        unsafe hints.ai_flags = AI_NUMERICSERV | (numericOnly ? AI_NUMERICHOST : 0)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else {
            throw SystemError(call: "getaddrinfo", reason: unsafe String(cString: gai_strerror(code)))
        }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            if let address = unsafe entry.pointee.ai_addr {
                // The list is ours until freeaddrinfo; the bytes are copied out.
                let raw = unsafe UnsafeRawBufferPointer(start: address, count: Int(entry.pointee.ai_addrlen))
                addresses.append(SocketAddress(family: unsafe entry.pointee.ai_family, bytes: unsafe [UInt8](raw)))
            }
            unsafe next = entry.pointee.ai_next
        }
        return addresses
    }

    /// The address of a unix socket.
    static func unixAddress(path: String) throws(SystemError) -> SocketAddress {
        var address = sockaddr_un()
        let name = [UInt8](path.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        // One byte stays for the terminator. A leading @ means Linux's abstract names, which have none.
        guard name.count < room, !name.contains(0) else {
            throw SystemError(
                call: "connect", reason: "the socket path is longer than \(room - 1) bytes or holds a NUL")
        }
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = unsafe withUnsafeBytes(of: &address) { unsafe [UInt8]($0) }
        let offset = bytes.count - room
        for (index, byte) in name.enumerated() { bytes[offset + index] = byte }
        #if os(Linux)
        if name.first == UInt8(ascii: "@") {
            bytes[offset] = 0
            bytes.removeLast(room - name.count)
        }
        #endif
        return SocketAddress(family: AF_UNIX, bytes: bytes)
    }

    // MARK: Threads

    /// A number that no two living threads share.
    @inline(__always)
    static func currentThread() -> UInt {
        #if canImport(Darwin)
        return unsafe UInt(bitPattern: pthread_self())
        #else
        return UInt(pthread_self())
        #endif
    }

    /// Starts a thread that nobody waits for.
    static func startThread(name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread(block: body)
        thread.name = name
        thread.start()
    }

    static var processorCount: Int { ProcessInfo.processInfo.activeProcessorCount }
}
