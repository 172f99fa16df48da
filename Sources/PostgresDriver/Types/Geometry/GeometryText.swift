internal import PostgresWire

/// The numbers and points that the geometric types are made of, in text and in binary.
///
/// PostgreSQL: Geometric Types.
enum GeometryText {
    static func number(_ value: Double) -> String { FloatText.print(value, fixedBelow: 15) }

    static func points(_ points: [PostgresPoint]) -> String { points.map(\.description).joined(separator: ",") }

    static func readNumber(_ reader: inout TextReader) throws(PostgresCodingError) -> Double {
        let start = reader.position
        while !reader.isAtEnd, !"(),[]{}<>".utf8.contains(reader.current) { reader.position += 1 }
        return try FloatText.parse(try TextReader.text(reader.bytes[start..<reader.position]))
    }

    static func readPoint(_ reader: inout TextReader) throws(PostgresCodingError) -> PostgresPoint {
        try reader.expect(UInt8(ascii: "("), "a point without its parenthesis")
        let x = try readNumber(&reader)
        try reader.expect(UInt8(ascii: ","), "a point without a comma")
        let y = try readNumber(&reader)
        try reader.expect(UInt8(ascii: ")"), "a point that is not closed")
        return PostgresPoint(x: x, y: y)
    }

    /// Points with commas between, at least one.
    static func readPoints(_ reader: inout TextReader) throws(PostgresCodingError) -> [PostgresPoint] {
        var points: [PostgresPoint] = []
        repeat { points.append(try readPoint(&reader)) } while reader.take(UInt8(ascii: ","))
        return points
    }

    static func points(
        _ bytes: RawSpan, from start: Int, count: Int
    ) throws(PostgresCodingError) -> [PostgresPoint] {
        guard count >= 0, count <= (bytes.byteCount - start) / 16, bytes.byteCount == start + count * 16 else {
            throw .malformed("a geometric value that is not as long as it says")
        }
        var points: [PostgresPoint] = []
        points.reserveCapacity(count)
        for index in 0..<count {
            points.append(try point(bytes, at: start + index * 16))
        }
        return points
    }

    static func point(_ bytes: RawSpan, at position: Int) throws(PostgresCodingError) -> PostgresPoint {
        PostgresPoint(x: try number(bytes, at: position), y: try number(bytes, at: position + 8))
    }

    /// Refuses a value that is not as long as its type says.
    static func check(_ bytes: RawSpan, hasPoints count: Int) throws(PostgresCodingError) {
        guard bytes.byteCount == count * 16 else {
            throw .malformed("a geometric value that is not \(count * 16) bytes long")
        }
    }

    static func number(_ bytes: RawSpan, at position: Int) throws(PostgresCodingError) -> Double {
        guard let bits = bytes.integer(at: position, as: UInt64.self) else {
            throw .malformed("a geometric value that ends too early")
        }
        return Double(bitPattern: bits)
    }
}

extension ByteWriter {
    mutating func write(_ point: PostgresPoint) {
        write(point.x.bitPattern)
        write(point.y.bitPattern)
    }
}
