public import PostgresWire

/// A point of the plane.
///
/// PostgreSQL: Geometric Types.
public struct PostgresPoint: Sendable, Hashable {
    /// The abscissa.
    public let x: Double
    /// The ordinate.
    public let y: Double

    /// A point by its coordinates.
    public init(x: Double, y: Double) {
        self.x = x
        self.y = y
    }
}

extension PostgresPoint: PostgresTextRepresentable {
    /// `(1,2)`.
    public init(postgresText text: String) throws(PostgresCodingError) {
        var reader = TextReader(text)
        self = try GeometryText.readPoint(&reader)
        try reader.expectEnd("text behind a geometric value")
    }

    /// `(1,2)`.
    public var description: String { "(\(GeometryText.number(x)),\(GeometryText.number(y)))" }

    /// The type `point`.
    public static var postgresType: PostgresType { .point }

    /// From `point`.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresPoint {
        guard cell.type == .point else { throw .wrongType }
        if cell.format == .text { return try PostgresPoint(postgresText: try cell.text()) }
        try GeometryText.check(cell.bytes, hasPoints: 1)
        return try GeometryText.point(cell.bytes, at: 0)
    }

    /// To `point`.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .point else { throw .wrongType }
        writer.write(self)
    }
}

/// A line segment.
///
/// PostgreSQL: Geometric Types.
public struct PostgresLineSegment: Sendable, Hashable {
    /// One end.
    public let start: PostgresPoint
    /// The other end.
    public let end: PostgresPoint

    /// A segment between two points.
    public init(_ start: PostgresPoint, _ end: PostgresPoint) {
        self.start = start
        self.end = end
    }
}

extension PostgresLineSegment: PostgresTextRepresentable {
    /// `[(1,2),(3,4)]`.
    public init(postgresText text: String) throws(PostgresCodingError) {
        var reader = TextReader(text)
        try reader.expect(UInt8(ascii: "["), "a segment without its bracket")
        let points = try GeometryText.readPoints(&reader)
        try reader.expect(UInt8(ascii: "]"), "a segment that is not closed")
        try reader.expectEnd("text behind a geometric value")
        guard points.count == 2 else { throw .malformed("not two points") }
        self.init(points[0], points[1])
    }

    /// `[(1,2),(3,4)]`.
    public var description: String { "[\(start),\(end)]" }

    /// The type `lseg`.
    public static var postgresType: PostgresType { .lseg }

    /// From `lseg`.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresLineSegment {
        guard cell.type == .lseg else { throw .wrongType }
        if cell.format == .text { return try PostgresLineSegment(postgresText: try cell.text()) }
        try GeometryText.check(cell.bytes, hasPoints: 2)
        return PostgresLineSegment(
            try GeometryText.point(cell.bytes, at: 0), try GeometryText.point(cell.bytes, at: 16))
    }

    /// To `lseg`.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .lseg else { throw .wrongType }
        writer.write(start)
        writer.write(end)
    }
}

/// A rectangle whose sides are parallel to the axes.
///
/// PostgreSQL: Geometric Types.
public struct PostgresBox: Sendable, Hashable {
    /// The corner with the largest coordinates.
    public let upperRight: PostgresPoint
    /// The corner with the smallest coordinates.
    public let lowerLeft: PostgresPoint

    /// The box with two opposite corners, whichever they are.
    public init(_ corner: PostgresPoint, _ opposite: PostgresPoint) {
        upperRight = PostgresPoint(x: Self.larger(corner.x, opposite.x), y: Self.larger(corner.y, opposite.y))
        lowerLeft = PostgresPoint(x: Self.smaller(corner.x, opposite.x), y: Self.smaller(corner.y, opposite.y))
    }

    // The server's order of floating-point numbers: NaN is the largest.
    private static func isBelow(_ left: Double, _ right: Double) -> Bool {
        left.isNaN ? false : right.isNaN ? true : left < right
    }

    private static func larger(_ left: Double, _ right: Double) -> Double { isBelow(left, right) ? right : left }
    private static func smaller(_ left: Double, _ right: Double) -> Double { isBelow(left, right) ? left : right }
}

extension PostgresBox: PostgresTextRepresentable {
    /// `(3,4),(1,2)`.
    public init(postgresText text: String) throws(PostgresCodingError) {
        var reader = TextReader(text)
        let points = try GeometryText.readPoints(&reader)
        try reader.expectEnd("text behind a geometric value")
        guard points.count == 2 else { throw .malformed("not two points") }
        self.init(points[0], points[1])
    }

    /// `(3,4),(1,2)`.
    public var description: String { "\(upperRight),\(lowerLeft)" }

    /// The type `box`.
    public static var postgresType: PostgresType { .box }

    /// From `box`.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresBox {
        guard cell.type == .box else { throw .wrongType }
        if cell.format == .text { return try PostgresBox(postgresText: try cell.text()) }
        try GeometryText.check(cell.bytes, hasPoints: 2)
        return PostgresBox(
            try GeometryText.point(cell.bytes, at: 0), try GeometryText.point(cell.bytes, at: 16))
    }

    /// To `box`.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .box else { throw .wrongType }
        writer.write(upperRight)
        writer.write(lowerLeft)
    }
}
