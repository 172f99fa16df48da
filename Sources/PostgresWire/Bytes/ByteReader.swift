/// A cursor over the body of one message: big-endian integers, texts, slices; it throws where the bytes end.
package struct ByteReader: ~Escapable {
    private let bytes: RawSpan
    private let message: StaticString
    private var position = 0

    /// A reader at the start of `bytes`; `message` is the manual's name of the message, for errors.
    @_lifetime(copy bytes)
    package init(_ bytes: RawSpan, message: StaticString) {
        self.bytes = bytes
        self.message = message
    }

    /// How many bytes are left.
    package var remaining: Int { bytes.byteCount - position }

    /// The next integer, in network order.
    package mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type = Value.self
    ) throws(WireError) -> Value {
        guard let value = bytes.integer(at: position, as: Value.self) else { throw truncated }
        position += MemoryLayout<Value>.size
        return value
    }

    /// The next `count` bytes.
    @_lifetime(copy self)
    package mutating func slice(_ count: Int) throws(WireError) -> RawSpan {
        guard count >= 0, count <= remaining else { throw truncated }
        defer { position += count }
        return bytes.slice(from: position, to: position + count)
    }

    /// A copy of the next `count` bytes.
    package mutating func array(_ count: Int) throws(WireError) -> [UInt8] { try slice(count).array }

    /// The bytes up to the next NUL, which is consumed, as raw bytes.
    @_lifetime(copy self)
    package mutating func terminated() throws(WireError) -> RawSpan {
        var end = position
        while let byte = bytes.integer(at: end, as: UInt8.self) {
            if byte == 0 {
                defer { position = end + 1 }
                return bytes.slice(from: position, to: end)
            }
            end += 1
        }
        throw truncated
    }

    /// The text up to the next NUL, which is consumed.
    ///
    /// Bytes that are not UTF-8 are replaced, not refused: errors raised before the encoding is agreed on come in
    /// the server's own.
    package mutating func cString() throws(WireError) -> String {
        let span = try terminated()
        return span.utf8Text ?? String(decoding: span.array, as: UTF8.self)
    }

    /// Checks that the body ends here.
    package func finish() throws(WireError) {
        if remaining != 0 { throw .trailingBytes(message: "\(message)", count: remaining) }
    }

    /// An error about a field of this message.
    package func invalid(_ reason: String) -> WireError { .badField(message: "\(message)", reason: reason) }

    private var truncated: WireError { .truncated(message: "\(message)") }
}
