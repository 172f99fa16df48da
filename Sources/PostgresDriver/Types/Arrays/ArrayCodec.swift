public import PostgresWire

// One-dimensional arrays. `[T?]` takes NULL elements, `[T]` refuses them.

extension Array: PostgresDecodable where Element: PostgresDecodable {
    /// From a one-dimensional or empty array, whatever its lower bound; ``PostgresArray`` takes every array.
    @inlinable
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> [Element] {
        guard cell.format == .binary else { return try decodeText(cell) }
        let bytes = cell.bytes
        guard let dimensions = bytes.integer(at: 0, as: Int32.self),
            let element = bytes.integer(at: 8, as: UInt32.self)
        else { throw cell.isArray ? .malformed("an array that ends in its header") : .wrongType }
        try cell.checkElementType(element)
        if dimensions == 0 {
            guard bytes.byteCount == 12 else { throw .malformed("bytes behind an empty array") }
            return []
        }
        guard dimensions == 1 else {
            throw .malformed("an array of \(dimensions) dimensions where one was expected")
        }
        guard let declared = bytes.integer(at: 12, as: Int32.self), declared >= 0,
            Int(declared) <= (bytes.byteCount - 20) / 4
        else { throw .malformed("an array that says it is longer than its bytes") }
        let elementType = PostgresType(rawValue: element)
        let elements = bytes.slice(from: 20, to: bytes.byteCount)
        if let result = Element.decodeElements(elements, type: elementType, count: Int(declared)) { return result }
        return try cell.arrayElements(from: 20, count: Int(declared), type: elementType)
    }

    /// From `{1,NULL,"a b"}`.
    @usableFromInline
    static func decodeText(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> [Element] {
        let text = try cell.arrayText()
        guard text.array.lengths.count <= 1 else {
            throw .malformed("an array of \(text.array.lengths.count) dimensions where one was expected")
        }
        return try cell.elements(of: text)
    }
}

extension PostgresCell {
    /// Decodes the elements of an array in binary form, which must fill the bytes.
    ///
    /// - Throws: ``PostgresCodingError``; for NULL in an array of something that is not optional with its index.
    @inlinable
    func arrayElements<Element: PostgresDecodable>(
        from start: Int, count: Int, type: PostgresType
    ) throws(PostgresCodingError) -> [Element] {
        let elementType = baseType(of: type)
        var position = start
        var result: [Element] = []
        result.reserveCapacity(count)
        for index in 0..<count {
            guard let length = bytes.integer(at: position, as: Int32.self) else {
                throw .malformed("an array that ends in an element")
            }
            position += 4
            if length == -1 {
                result.append(try Element.decodeNullElement(index))
                continue
            }
            guard length >= 0, Int(length) <= bytes.byteCount - position else {
                throw .malformed("an array element of \(length) bytes")
            }
            let end = position + Int(length)
            result.append(
                try Element.decode(
                    PostgresCell(
                        bytes: bytes.slice(from: position, to: end), type: elementType, format: .binary, types: types,
                        depth: depth + 1)))
            position = end
        }
        guard position == bytes.byteCount else { throw .malformed("bytes behind the last array element") }
        return result
    }

    /// The type of the elements of an array type, as far as it is known.
    @usableFromInline var elementType: PostgresType? {
        if let element = type.elementType { return element }
        guard case .array(let element) = typeEntry?.kind else { return nil }
        return element
    }

    /// Whether the cell can hold an array; of a type of which nothing is known, its bytes must say.
    @usableFromInline var isArray: Bool { elementType != nil || (type.mayNeedCatalog && typeEntry == nil) }

    /// Other types may be long enough to look like an array's header, so what it says must be true.
    @inlinable
    func checkElementType(_ element: UInt32) throws(PostgresCodingError) {
        if let known = elementType {
            guard known.rawValue == element else { throw .wrongType }
        } else {
            guard isArray, element != 0 else { throw .wrongType }
        }
    }

    /// An array in text form, taken apart, and the type of its elements.
    func arrayText() throws(PostgresCodingError) -> (array: ArrayText, elementType: PostgresType) {
        // The two vectors print like no other array: their elements with spaces between.
        if type == .int2vector || type == .oidvector {
            let elements = bytes.array.split(separator: UInt8(ascii: " ")).map { [UInt8]($0) as [UInt8]? }
            return (ArrayText(vector: elements), type == .oidvector ? .oid : .int2)
        }
        guard isArray else { throw .wrongType }
        let element = elementType ?? .unspecified
        let delimiter = element.isAssignedByServer ? types?[element]?.delimiter : nil
        let array = try ArrayText(bytes.array, delimiter: delimiter ?? element.arrayDelimiter)
        return (array, baseType(of: element))
    }

    /// Decodes the elements of an array in text form.
    func elements<Element: PostgresDecodable>(
        of text: (array: ArrayText, elementType: PostgresType)
    ) throws(PostgresCodingError) -> [Element] {
        var result: [Element] = []
        result.reserveCapacity(text.array.elements.count)
        for (index, element) in text.array.elements.enumerated() {
            guard let element else {
                result.append(try Element.decodeNullElement(index))
                continue
            }
            result.append(try Element.decode(text: element, as: text.elementType, types: types, depth: depth + 1))
        }
        return result
    }
}

extension PostgresDecodable {
    /// A value from its text form.
    static func decode(
        text: [UInt8], as type: PostgresType, types: PostgresTypeCatalog?, depth: Int
    ) throws(PostgresCodingError) -> Self {
        try decode(PostgresCell(bytes: text.rawSpan, type: type, format: .text, types: types, depth: depth))
    }

    /// NULL within an array.
    @inlinable
    static func decodeNullElement(_ index: Int) throws(PostgresCodingError) -> Self {
        do throws(PostgresCodingError) {
            return try decodeNull()
        } catch {
            guard error == .null else { throw error }
            throw .nullElement(index: index)
        }
    }
}

extension PostgresType {
    /// What stands between the elements of an array of a built-in type in its text form.
    var arrayDelimiter: UInt8 { self == .box ? UInt8(ascii: ";") : UInt8(ascii: ",") }
}

extension Array: PostgresEncodable where Element: PostgresEncodable {
    /// The array type of the element's type.
    @inlinable
    public static var postgresType: PostgresType { Element.postgresType.arrayType ?? .unspecified }

    /// `{1,NULL,"a b"}`; nil where the elements have no text form, or are arrays themselves.
    public var postgresText: String? {
        guard Element.postgresType.elementType == nil else { return nil }
        var elements = self[...]
        return ArrayText.print(&elements, lengths: isEmpty ? [] : [count][...], delimiter: Element.arrayDelimiter)
    }

    /// Binary, but text where an element goes as text or the type's elements are not known.
    @inlinable
    public func format(for type: PostgresType) -> WireFormat {
        guard let elementType = type.elementType else { return type.isAssignedByServer ? .text : .binary }
        return Element.format(of: self, for: elementType)
    }

    /// To an array type.
    @inlinable
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        if format(for: type) == .text { return try encodeText(into: &writer) }
        guard let elementType = type.elementType else { throw .wrongType }
        guard let size = Int32(exactly: count) else { throw .outOfRange }
        writer.write((isEmpty ? 0 : 1) as Int32)
        writer.write((contains { $0.isNull } ? 1 : 0) as Int32)
        writer.write(elementType.rawValue)
        if isEmpty { return }
        writer.write(size)
        writer.write((type == .int2vector || type == .oidvector ? 0 : 1) as Int32)
        for element in self {
            try element.encodeWithLength(into: &writer, as: elementType)
        }
    }
}

extension PostgresEncodable {
    /// Whether values can stand where no format is said: in binary, or as the text that their binary form is.
    @inlinable
    static func format(of values: some Sequence<Self>, for type: PostgresType) -> WireFormat {
        if type.isText { return .binary }
        for value in values where !value.isNull && value.format(for: type) == .text { return .text }
        return .binary
    }

    /// The format of a parameter: to types that are not built in everything with a text form goes as text, which the
    /// server reads as whatever type it is.
    @inlinable
    func parameterFormat(for type: PostgresType) -> WireFormat {
        type.isAssignedByServer && postgresText != nil ? .text : format(for: type)
    }

    /// Appends the text form.
    @usableFromInline
    func encodeText(into writer: inout ByteWriter) throws(PostgresCodingError) {
        guard let text = postgresText else { throw .wrongType }
        guard !text.utf8.contains(0) else { throw .malformed("a NUL character, which PostgreSQL's text cannot hold") }
        writer.write(utf8: text)
    }

    static var arrayDelimiter: UInt8 { postgresType.arrayDelimiter }
}

extension ArrayText {
    /// Prints as many elements as the lengths say and removes them; nil where one has no text form.
    static func print<Element: PostgresEncodable>(
        _ elements: inout ArraySlice<Element>, lengths: ArraySlice<Int>, delimiter: UInt8
    ) -> String? {
        guard let length = lengths.first else { return "{}" }
        var text = "{"
        for index in 0..<length {
            if index > 0 { text.unicodeScalars.append(Unicode.Scalar(delimiter)) }
            if lengths.count > 1 {
                guard let inner = print(&elements, lengths: lengths.dropFirst(), delimiter: delimiter) else {
                    return nil
                }
                text += inner
                continue
            }
            guard let element = elements.popFirst() else { return nil }
            if element.isNull {
                text += "NULL"
            } else if let elementText = element.postgresElementText {
                text += quoted(elementText, delimiter: delimiter)
            } else {
                return nil
            }
        }
        return text + "}"
    }
}
