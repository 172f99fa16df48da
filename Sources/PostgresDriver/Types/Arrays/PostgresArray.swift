public import PostgresWire

/// An array with all that SQL's arrays can have: any number of dimensions up to six, any lower bounds.
///
///     let matrix = try PostgresArray(elements: [1, 2, 3, 4], dimensions: [.init(length: 2), .init(length: 2)])
///     matrix[1, 2]     // 2: indices are SQL's, which count from 1 by default
///
/// `[T]` serves where there is one dimension and its lower bound does not matter. Elements that may be NULL are
/// optionals.
///
/// PostgreSQL: Arrays.
public struct PostgresArray<Element> {
    /// One dimension.
    public struct Dimension: Sendable, Hashable, Codable {
        /// How many elements lie in it; at least 1.
        public var length: Int
        /// The index of the first one.
        public var lowerBound: Int32

        /// A dimension; SQL counts from 1.
        public init(length: Int, lowerBound: Int32 = 1) {
            self.length = length
            self.lowerBound = lowerBound
        }
    }

    /// The dimensions, from the outermost; none for an empty array.
    public let dimensions: [Dimension]
    /// The elements, those of the innermost dimension side by side.
    public let elements: [Element]
    /// What stands between elements in text form, where the Swift type does not say.
    var delimiter: UInt8?

    /// An array of one dimension, or an empty one.
    public init(_ elements: [Element], lowerBound: Int32 = 1) {
        self.elements = elements
        dimensions = elements.isEmpty ? [] : [Dimension(length: elements.count, lowerBound: lowerBound)]
    }

    /// An array of several dimensions.
    ///
    /// - Throws: ``PostgresCodingError/malformed(_:)`` where the elements are not as many as the dimensions say, there
    ///   are more than six of these, or an index would not fit `int4`.
    public init(elements: [Element], dimensions: [Dimension]) throws(PostgresCodingError) {
        guard dimensions.count <= ArrayText.mostDimensions else {
            throw .malformed("an array of \(dimensions.count) dimensions")
        }
        var count = dimensions.isEmpty ? 0 : 1
        for dimension in dimensions {
            guard dimension.length >= 1, dimension.length <= Int(Int32.max),
                Int(dimension.lowerBound) + dimension.length - 1 <= Int(Int32.max)
            else { throw .malformed("an array with a dimension that cannot be") }
            let (product, over) = count.multipliedReportingOverflow(by: dimension.length)
            guard !over else { throw .malformed("an array that says it is longer than its bytes") }
            count = product
        }
        guard count == elements.count else {
            throw .malformed("an array of \(elements.count) elements where its dimensions have \(count)")
        }
        self.elements = elements
        self.dimensions = dimensions
    }

    /// An element by its SQL indices, one a dimension; nil out of bounds.
    public subscript(indices: Int...) -> Element? {
        guard indices.count == dimensions.count, !indices.isEmpty else { return nil }
        var position = 0
        for (index, dimension) in zip(indices, dimensions) {
            let (offset, over) = index.subtractingReportingOverflow(Int(dimension.lowerBound))
            guard !over, offset >= 0, offset < dimension.length else { return nil }
            position = position * dimension.length + offset
        }
        return elements[position]
    }
}

extension PostgresArray: Sendable where Element: Sendable {}
extension PostgresArray: Equatable where Element: Equatable {}
extension PostgresArray: Hashable where Element: Hashable {}

extension PostgresArray: PostgresDecodable where Element: PostgresDecodable {
    /// From any array type, `int2vector` and `oidvector`.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresArray {
        guard cell.format == .binary else {
            let text = try cell.arrayText()
            var dimensions: [Dimension] = []
            for (length, lowerBound) in zip(text.array.lengths, text.array.lowerBounds) {
                dimensions.append(Dimension(length: length, lowerBound: lowerBound))
            }
            var array = try PostgresArray(elements: try cell.elements(of: text), dimensions: dimensions)
            array.delimiter = cell.types?[text.elementType]?.delimiter ?? text.elementType.arrayDelimiter
            return array
        }
        let bytes = cell.bytes
        guard let count = bytes.integer(at: 0, as: Int32.self), let element = bytes.integer(at: 8, as: UInt32.self)
        else { throw cell.isArray ? .malformed("an array that ends in its header") : .wrongType }
        try cell.checkElementType(element)
        guard (0...ArrayText.mostDimensions).contains(Int(count)) else {
            throw .malformed("an array of \(count) dimensions")
        }
        var dimensions: [Dimension] = []
        var total = count == 0 ? 0 : 1
        for index in 0..<Int(count) {
            guard let length = bytes.integer(at: 12 + index * 8, as: Int32.self), length >= 1,
                let lowerBound = bytes.integer(at: 16 + index * 8, as: Int32.self)
            else { throw .malformed("an array that ends in its header") }
            dimensions.append(Dimension(length: Int(length), lowerBound: lowerBound))
            let (product, over) = total.multipliedReportingOverflow(by: Int(length))
            // Each element takes four bytes at least.
            guard !over, product <= bytes.byteCount / 4 else {
                throw .malformed("an array that says it is longer than its bytes")
            }
            total = product
        }
        let type = PostgresType(rawValue: element)
        var array = try PostgresArray(
            elements: try cell.arrayElements(from: 12 + Int(count) * 8, count: total, type: type),
            dimensions: dimensions)
        array.delimiter = cell.types?[type]?.delimiter ?? type.arrayDelimiter
        return array
    }
}

extension PostgresArray: PostgresEncodable where Element: PostgresEncodable {
    /// The array type of the element's type.
    public static var postgresType: PostgresType { Element.postgresType.arrayType ?? .unspecified }

    /// `{{1,2},{3,NULL}}`, or `[0:1]={1,2}` where a lower bound is not 1; nil where elements have no text form.
    public var postgresText: String? {
        var rest = elements[...]
        let text = ArrayText.print(
            &rest, lengths: dimensions.map(\.length)[...], delimiter: delimiter ?? Element.arrayDelimiter)
        guard let text, dimensions.contains(where: { $0.lowerBound != 1 }) else { return text }
        let bounds = dimensions.map { "[\($0.lowerBound):\(Int($0.lowerBound) + $0.length - 1)]" }
        return bounds.joined() + "=" + text
    }

    /// Binary, but text where an element goes as text or the type's elements are not known.
    public func format(for type: PostgresType) -> WireFormat {
        guard let elementType = type.elementType else { return type.isAssignedByServer ? .text : .binary }
        return Element.format(of: elements, for: elementType)
    }

    /// To an array type.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        if format(for: type) == .text { return try encodeText(into: &writer) }
        guard let elementType = type.elementType else { throw .wrongType }
        writer.write(Int32(dimensions.count))
        writer.write((elements.contains { $0.isNull } ? 1 : 0) as Int32)
        writer.write(elementType.rawValue)
        for dimension in dimensions {
            writer.write(Int32(dimension.length))
            writer.write(dimension.lowerBound)
        }
        for element in elements { try element.encodeWithLength(into: &writer, as: elementType) }
    }
}
