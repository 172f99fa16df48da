public import PostgresWire

/// One of the two vectors of the system catalogs, `int2vector` and `oidvector`: whole numbers that count from 0.
///
/// PostgreSQL: System Catalogs.
public struct PostgresVector: Sendable, Hashable, Codable {
    /// The numbers, each an `int2` or an `oid`.
    public var elements: [Int64]

    /// A vector of some numbers.
    public init(_ elements: [Int64]) { self.elements = elements }
}

extension PostgresVector: PostgresCodable {
    /// The type `int2vector`.
    public static var postgresType: PostgresType { .int2vector }

    /// From `int2vector` and `oidvector`.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresVector {
        guard cell.type == .int2vector || cell.type == .oidvector else { throw .wrongType }
        return PostgresVector(try [Int64].decode(cell))
    }

    /// The numbers with spaces between: `1 2 3`.
    public var postgresText: String? { elements.map { "\($0)" }.joined(separator: " ") }

    /// To `int2vector` and `oidvector`.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .int2vector || type == .oidvector else { throw .wrongType }
        let dimensions = [PostgresArray<Int64>.Dimension(length: elements.count, lowerBound: 0)]
        // The server wants one dimension even of an empty one.
        guard !elements.isEmpty else {
            writer.write(1 as Int32)
            writer.write(0 as Int32)
            writer.write((type.elementType ?? .int2).rawValue)
            return writer.write(0 as Int64)
        }
        try PostgresArray(elements: elements, dimensions: dimensions).encode(into: &writer, as: type)
    }
}
