public import PostgresWire

// A value stands behind its length, which for most values is known only when they have been written.

extension ByteWriter {
    /// Appends a parameter behind its length, or the length -1 for NULL.
    @inlinable
    mutating func writeValue(_ value: some PostgresEncodable, as type: PostgresType) throws(PostgresCodingError) {
        guard !value.isNull else { return write(-1 as Int32) }
        let start = beginValue()
        if type.isAssignedByServer, value.parameterFormat(for: type) == .text {
            try value.encodeText(into: &self)
        } else {
            try value.encode(into: &self, as: type)
        }
        try endValue(start)
    }

    @inlinable @inline(__always)
    mutating func beginValue() -> Int {
        write(0 as Int32)
        return count
    }

    /// Fills in the length.
    @inlinable @inline(__always)
    mutating func endValue(_ start: Int) throws(PostgresCodingError) {
        guard let length = Int32(exactly: count - start) else { throw .outOfRange }
        patch(length, at: start - 4)
    }
}

extension PostgresEncodable {
    /// Writes the value and then its length.
    @inlinable
    public func encodeWithLength(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        try encodeThenLength(into: &writer, as: type)
    }

    /// Writes the value in the format that suits the type.
    @inlinable
    public func encodeParameter(
        into writer: inout ByteWriter, as type: PostgresType
    ) throws(PostgresCodingError) -> WireFormat {
        let format = parameterFormat(for: type)
        // Where the type's binary form is its text, it makes no difference that a format is said, and the way without one
        // is the shorter.
        if format == .binary || type.isText {
            try encodeWithLength(into: &writer, as: type)
        } else {
            try writer.writeValue(self, as: type)
        }
        return format
    }

    @inlinable @inline(never)
    func encodeThenLength(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard !isNull else { return writer.write(-1 as Int32) }
        // Where no format is said, text is right only if the type's binary form is the text.
        if format(for: type) == .text, !type.isText { throw .wrongType }
        let start = writer.beginValue()
        try encode(into: &writer, as: type)
        try writer.endValue(start)
    }
}

// Values whose length is known before go the short way to the types they mostly go to.

extension PostgresInteger {
    /// To any number type, where the value fits.
    @inlinable @inline(__always)
    public func encodeWithLength(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        if type == .int4, let value = Int32(exactly: self) { return writer.write(withLength: value) }
        if type == .int8, let value = Int64(exactly: self) { return writer.write(withLength: value) }
        try encodeThenLength(into: &writer, as: type)
    }
}

extension Double {
    /// To `float8`, and to `float4` where nothing but digits is lost.
    @inlinable @inline(__always)
    public func encodeWithLength(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        if type == .float8 { return writer.write(withLength: bitPattern) }
        try encodeThenLength(into: &writer, as: type)
    }
}

extension String {
    /// To the types whose binary form is text.
    @inlinable @inline(__always)
    public func encodeWithLength(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        if type.isText, writer.write(utf8WithLengthWithoutNUL: self) { return }
        // Refused; this says why.
        try encodeThenLength(into: &writer, as: type)
    }
}

extension Optional where Wrapped: PostgresEncodable {
    /// The wrapped value's way.
    @inlinable
    public func encodeWithLength(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard let self else { return writer.write(-1 as Int32) }
        try self.encodeWithLength(into: &writer, as: type)
    }
}
