public import PostgresWire

// One-dimensional arrays. `[T?]` takes NULL elements, `[T]` refuses them.

extension Array: PostgresDecodable where Element: PostgresDecodable {
    /// From a one-dimensional or empty array, whatever its lower bound.
    @inlinable
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> [Element] {
        guard cell.format == .binary else { return try decodeText(cell) }
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

    /// From `{1,NULL,"a b"}`.
    @usableFromInline
    static func decodeText(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> [Element] {
        let text = try cell.arrayText()
        guard text.array.lengths.count <= 1 else {
            throw .malformed("an array of \(text.array.lengths.count) dimensions where one was expected")
        }
        var result: [Element] = []
        result.reserveCapacity(text.array.elements.count)
        for element in text.array.elements { result.append(try Element.decodeText(element, as: text.elementType)) }
        return result
    }
}

extension PostgresDecodable {
    /// A value, or NULL, from its text form.
    static func decodeText(_ bytes: [UInt8]?, as type: PostgresType) throws(PostgresCodingError) -> Self {
        guard let bytes else { return try decodeNull() }
        return try decode(PostgresCell(bytes: bytes.rawSpan, type: type, format: .text))
    }
}

extension PostgresCell {
    /// An array in text form, taken apart, and the type of its elements.
    func arrayText() throws(PostgresCodingError) -> (array: ArrayText, elementType: PostgresType) {
        // The two vectors print like no other array: their elements with spaces between.
        if type == .int2vector || type == .oidvector {
            let elements = bytes.array.split(separator: UInt8(ascii: " ")).map { [UInt8]($0) as [UInt8]? }
            return (ArrayText(vector: elements), type == .oidvector ? .oid : .int2)
        }
        let elementType = type.elementType
        // Every other built-in type is something else; of a type that is not built in, the text must say.
        guard elementType != nil || type.builtInName == nil else { throw .wrongType }
        let array = try ArrayText(bytes.array, delimiter: (elementType ?? .unspecified).arrayDelimiter)
        return (array, elementType ?? .unspecified)
    }
}

extension PostgresType {
    /// What stands between the elements of an array of the type in its text form.
    var arrayDelimiter: UInt8 { self == .box ? UInt8(ascii: ";") : UInt8(ascii: ",") }
}

extension Array: PostgresEncodable where Element: PostgresEncodable {
    /// The array type of the element's type.
    @inlinable
    public static var postgresType: PostgresType { Element.postgresType.arrayType ?? .unspecified }

    /// `{1,NULL,"a b"}`; nil where the elements have no text form, or are arrays themselves.
    public var postgresText: String? {
        guard Element.postgresType.elementType == nil else { return nil }
        let delimiter = Element.postgresType.arrayDelimiter
        var text = "{"
        for element in self {
            if text.utf8.count > 1 { text.unicodeScalars.append(Unicode.Scalar(delimiter)) }
            if element.isNull {
                text += "NULL"
            } else if let elementText = element.postgresElementText {
                text += ArrayText.quoted(elementText, delimiter: delimiter)
            } else {
                return nil
            }
        }
        return text + "}"
    }

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
