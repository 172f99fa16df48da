public import PostgresWire

// One-dimensional arrays. `[T?]` takes NULL elements, `[T]` refuses them.

extension Array: PostgresDecodable where Element: PostgresDecodable {
    /// From a one-dimensional or empty array in its binary form.
    @inlinable
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> [Element] {
        guard cell.format == .binary else { throw .wrongType }
        let bytes = cell.bytes
        guard let dimensions = bytes.integer(at: 0, as: Int32.self),
            let element = bytes.integer(at: 8, as: UInt32.self)
        else { throw .malformed("an array that ends in its header") }
        // Other types may be long enough to look like an array's header; an array's element type is never 0.
        guard cell.type.elementType.map({ $0.rawValue == element }) ?? (element != 0) else { throw .wrongType }
        if dimensions == 0 { return [] }
        guard dimensions == 1 else {
            throw .malformed("an array of \(dimensions) dimensions where one was expected")
        }
        guard let declared = bytes.integer(at: 12, as: Int32.self), declared >= 0,
            Int(declared) <= (bytes.byteCount - 20) / 4
        else { throw .malformed("an array that says it is longer than its bytes") }
        let elementType = PostgresType(rawValue: element)
        let elements = bytes.slice(from: 20, to: bytes.byteCount)
        if let result = Element.decodeElements(elements, type: elementType, count: Int(declared)) { return result }
        var position = 20
        var result: [Element] = []
        result.reserveCapacity(Int(declared))
        for _ in 0..<declared {
            guard let length = bytes.integer(at: position, as: Int32.self) else {
                throw .malformed("an array that ends in an element")
            }
            position += 4
            if length == -1 {
                result.append(try Element.decodeNull())
                continue
            }
            guard length >= 0, Int(length) <= bytes.byteCount - position else {
                throw .malformed("an array element of \(length) bytes")
            }
            let end = position + Int(length)
            result.append(
                try Element.decode(
                    PostgresCell(bytes: bytes.slice(from: position, to: end), type: elementType, format: .binary)))
            position = end
        }
        guard position == bytes.byteCount else { throw .malformed("bytes behind the last array element") }
        return result
    }
}

extension Array: PostgresEncodable where Element: PostgresEncodable {
    /// The array type of the element's type.
    @inlinable
    public static var postgresType: PostgresType { Element.postgresType.arrayType ?? .unspecified }

    /// To an array type that the driver knows.
    @inlinable
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard let elementType = type.elementType else { throw .wrongType }
        guard let size = Int32(exactly: count) else { throw .outOfRange }
        writer.write((isEmpty ? 0 : 1) as Int32)
        writer.write((contains { $0.isNull } ? 1 : 0) as Int32)
        writer.write(elementType.rawValue)
        if isEmpty { return }
        writer.write(size)
        writer.write(1 as Int32)
        for element in self {
            try writer.writeValue(element, as: elementType, binaryOnly: true)
        }
    }
}

extension ByteWriter {
    /// Appends a value behind its length, or the length -1 for NULL.
    ///
    /// `binaryOnly` is for places that cannot say a format: there a value in text form is right only where the
    /// type's binary form is the text.
    @inlinable
    mutating func writeValue(
        _ value: some PostgresEncodable, as type: PostgresType, binaryOnly: Bool = false
    ) throws(PostgresCodingError) {
        guard !value.isNull else { return write(-1 as Int32) }
        if binaryOnly, value.format(for: type) == .text, !type.isText { throw .wrongType }
        let start = count
        write(0 as Int32)
        try value.encode(into: &self, as: type)
        guard let length = Int32(exactly: count - start - 4) else { throw .outOfRange }
        patch(length, at: start)
    }
}
