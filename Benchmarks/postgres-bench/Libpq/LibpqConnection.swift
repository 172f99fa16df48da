import Foundation

/// One libpq connection; the hot loops use its pointer directly.
@safe final class LibpqConnection {
    let library: LibpqLibrary
    let pointer: OpaquePointer

    /// Connects; an empty URL means what the environment says.
    init(_ url: String) throws {
        let library = try LibpqLibrary.shared.get()
        // Looking for Kerberos credentials is no part of what is compared.
        unsafe setenv("PGGSSENCMODE", "disable", 0)
        guard let pointer = unsafe library.connect(url) else {
            throw BenchmarkError.runFailed("libpq is out of memory")
        }
        guard unsafe library.status(pointer) == LibpqStatus.connectionOK else {
            let message = unsafe Self.message(library, pointer)
            unsafe library.finish(pointer)
            throw BenchmarkError.unreachable(message)
        }
        self.library = library
        unsafe self.pointer = pointer
    }

    func close() { unsafe library.finish(pointer) }

    /// The error of the last call.
    var failure: BenchmarkError { unsafe .runFailed("libpq: " + Self.message(library, pointer)) }

    var serverVersion: String {
        guard let text = unsafe library.parameterStatus(pointer, "server_version") else { return "" }
        return unsafe String(cString: text)
    }

    /// Runs a statement that returns no rows.
    func execute(_ sql: String) throws {
        let result = unsafe library.execute(pointer, sql)
        try unsafe check(result, LibpqStatus.commandOK)
        if let result = unsafe result { unsafe library.clear(result) }
    }

    /// Runs a query whose only value is wanted, as text.
    func text(_ sql: String) throws -> String {
        let result = unsafe library.execute(pointer, sql)
        try unsafe check(result, LibpqStatus.tuplesOK)
        guard let result = unsafe result, unsafe library.rowCount(result) > 0 else { throw failure }
        defer { unsafe library.clear(result) }
        return unsafe String(cString: library.value(result, 0, 0))
    }

    /// Prepares the statement `s`.
    func prepare(_ sql: String) throws {
        let result = unsafe library.prepare(pointer, "s", sql, 0, nil)
        try unsafe check(result, LibpqStatus.commandOK)
        if let result = unsafe result { unsafe library.clear(result) }
    }

    /// Throws unless the result is what is expected.
    @inline(__always)
    func check(_ result: OpaquePointer?, _ status: CInt) throws {
        guard unsafe library.resultStatus(result) == status else { throw failure }
    }

    private static func message(_ library: LibpqLibrary, _ pointer: OpaquePointer) -> String {
        let text = unsafe library.errorMessage(pointer).map { unsafe String(cString: $0) } ?? ""
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// Room for the binary parameters of a prepared statement, as libpq wants them.
@safe final class LibpqParameters {
    let count: CInt
    let values: UnsafeMutablePointer<UnsafePointer<CChar>?>
    let lengths: UnsafeMutablePointer<CInt>
    let formats: UnsafeMutablePointer<CInt>
    private let storage: UnsafeMutableRawPointer

    /// The room of one parameter.
    private static let width = 16

    /// Parameters of these lengths, at most sixteen bytes each.
    init(lengths sizes: [Int]) {
        count = CInt(sizes.count)
        unsafe storage = .allocate(byteCount: Self.width * sizes.count + 8, alignment: 8)
        unsafe values = .allocate(capacity: sizes.count + 1)
        unsafe lengths = .allocate(capacity: sizes.count + 1)
        unsafe formats = .allocate(capacity: sizes.count + 1)
        for (index, size) in sizes.enumerated() {
            unsafe values[index] = UnsafePointer((storage + Self.width * index).assumingMemoryBound(to: CChar.self))
            unsafe lengths[index] = CInt(size)
            unsafe formats[index] = 1
        }
    }

    deinit {
        unsafe storage.deallocate()
        unsafe values.deallocate()
        unsafe lengths.deallocate()
        unsafe formats.deallocate()
    }

    /// Sets a parameter, in network byte order.
    @inline(__always)
    func set<Value: FixedWidthInteger>(_ index: Int, _ value: Value) {
        unsafe (storage + Self.width * index).storeBytes(of: value.bigEndian, as: Value.self)
    }

    /// Sets a parameter of bytes, as many as its length says.
    func set(_ index: Int, _ text: String) {
        for (offset, byte) in text.utf8.prefix(Self.width).enumerated() {
            unsafe (storage + Self.width * index + offset).storeBytes(of: byte, as: UInt8.self)
        }
    }
}

extension UnsafeMutablePointer<CChar> {
    /// The integer at an offset, from network byte order.
    @inline(__always)
    func integer<Value: FixedWidthInteger>(at offset: Int = 0, as type: Value.Type) -> Value {
        Value(bigEndian: unsafe UnsafeRawPointer(self + offset).loadUnaligned(as: Value.self))
    }
}
