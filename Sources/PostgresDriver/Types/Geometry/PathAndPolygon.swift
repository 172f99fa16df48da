public import PostgresWire

/// A sequence of points, open or closed.
///
/// PostgreSQL: Geometric Types.
public struct PostgresPath: Sendable, Hashable {
    /// The points, at least one on a server.
    public let points: [PostgresPoint]
    /// Whether the last point is joined to the first.
    public let isClosed: Bool

    /// A path through some points.
    public init(_ points: [PostgresPoint], isClosed: Bool) {
        self.points = points
        self.isClosed = isClosed
    }
}

extension PostgresPath: PostgresTextRepresentable {
    /// `((1,2),(3,4))` where closed, `[(1,2),(3,4)]` where open.
    public init(postgresText text: String) throws(PostgresCodingError) {
        var reader = TextReader(text)
        isClosed = reader.current == UInt8(ascii: "(")
        guard isClosed || reader.current == UInt8(ascii: "[") else { throw .malformed("a path without its bracket") }
        reader.position += 1
        points = try GeometryText.readPoints(&reader)
        try reader.expect(isClosed ? UInt8(ascii: ")") : UInt8(ascii: "]"), "a path whose brackets do not match")
        try reader.expectEnd("text behind a geometric value")
    }

    /// `((1,2),(3,4))` where closed, `[(1,2),(3,4)]` where open.
    public var description: String {
        isClosed ? "(\(GeometryText.points(points)))" : "[\(GeometryText.points(points))]"
    }

    /// The type `path`.
    public static var postgresType: PostgresType { .path }

    /// From `path`.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresPath {
        guard cell.type == .path else { throw .wrongType }
        if cell.format == .text { return try PostgresPath(postgresText: try cell.text()) }
        guard let flag = cell.bytes.integer(at: 0, as: UInt8.self),
            let count = cell.bytes.integer(at: 1, as: Int32.self)
        else { throw .malformed("a path that ends too early") }
        return PostgresPath(try GeometryText.points(cell.bytes, from: 5, count: Int(count)), isClosed: flag != 0)
    }

    /// To `path`.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .path else { throw .wrongType }
        guard let count = Int32(exactly: points.count) else { throw .outOfRange }
        writer.write(isClosed ? 1 : 0 as UInt8)
        writer.write(count)
        for point in points { writer.write(point) }
    }
}

/// A polygon by its corners.
///
/// PostgreSQL: Geometric Types.
public struct PostgresPolygon: Sendable, Hashable {
    /// The corners in order, at least one on a server.
    public let points: [PostgresPoint]

    /// A polygon with some corners.
    public init(_ points: [PostgresPoint]) { self.points = points }
}

extension PostgresPolygon: PostgresTextRepresentable {
    /// `((1,2),(3,4))`.
    public init(postgresText text: String) throws(PostgresCodingError) {
        var reader = TextReader(text)
        try reader.expect(UInt8(ascii: "("), "a polygon without its parenthesis")
        points = try GeometryText.readPoints(&reader)
        try reader.expect(UInt8(ascii: ")"), "a polygon that is not closed")
        try reader.expectEnd("text behind a geometric value")
    }

    /// `((1,2),(3,4))`.
    public var description: String { "(\(GeometryText.points(points)))" }

    /// The type `polygon`.
    public static var postgresType: PostgresType { .polygon }

    /// From `polygon`.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresPolygon {
        guard cell.type == .polygon else { throw .wrongType }
        if cell.format == .text { return try PostgresPolygon(postgresText: try cell.text()) }
        guard let count = cell.bytes.integer(at: 0, as: Int32.self) else {
            throw .malformed("a polygon that ends too early")
        }
        return PostgresPolygon(try GeometryText.points(cell.bytes, from: 4, count: Int(count)))
    }

    /// To `polygon`.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .polygon else { throw .wrongType }
        guard let count = Int32(exactly: points.count) else { throw .outOfRange }
        writer.write(count)
        for point in points { writer.write(point) }
    }
}
