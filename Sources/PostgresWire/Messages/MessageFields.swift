/// The pieces that several messages are made of: counts, lists and values that may be NULL.
extension ByteReader {
    /// A count that the manual calls Int16 and that is never negative.
    mutating func count16() throws(WireError) -> Int {
        let count = try integer(Int16.self)
        guard count >= 0 else { throw invalid("count \(count)") }
        return Int(count)
    }

    /// A counted list of integers.
    ///
    /// The count goes up to 65535: servers read it without a sign.
    mutating func integers<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type = Value.self
    ) throws(WireError) -> [Value] {
        let count = Int(try integer(UInt16.self))
        var values: [Value] = []
        values.reserveCapacity(min(count, remaining / MemoryLayout<Value>.size))
        for _ in 0..<count { values.append(try integer()) }
        return values
    }

    /// A value behind its length; the length -1 stands for NULL.
    mutating func value() throws(WireError) -> [UInt8]? {
        let length = try integer(Int32.self)
        guard length >= 0 else {
            guard length == -1 else { throw invalid("value length \(length)") }
            return nil
        }
        return try array(Int(length))
    }

    /// `count` values, each behind its length.
    mutating func values(_ count: Int) throws(WireError) -> [[UInt8]?] {
        var values: [[UInt8]?] = []
        values.reserveCapacity(min(count, remaining / 4))
        for _ in 0..<count { values.append(try value()) }
        return values
    }
}

extension ByteWriter {
    /// Appends a two-byte count.
    mutating func writeCount(_ count: Int, limit: Int = 65_535, of what: StaticString) throws(WireError) {
        guard count <= limit, let count16 = UInt16(exactly: count) else {
            throw .tooMany("\(what)", count: count, limit: limit)
        }
        write(count16)
    }

    /// Appends a counted list of integers.
    mutating func writeList<Value: FixedWidthInteger & BitwiseCopyable>(
        _ values: [Value], of what: StaticString
    ) throws(WireError) {
        try writeCount(values.count, of: what)
        for value in values { write(value) }
    }

    /// Appends a value behind its length; nil is NULL.
    mutating func writeValue(_ value: [UInt8]?, message: OpenMessage) throws(WireError) {
        guard let value else { return write(-1 as Int32) }
        try requireRoom(4, value.count, in: message)
        guard let length = Int32(exactly: value.count) else {
            throw .messageTooLong(message: "\(message.name)", length: value.count)
        }
        write(length)
        write(value)
    }
}
