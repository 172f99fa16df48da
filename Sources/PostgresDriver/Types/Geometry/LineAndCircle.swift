public import PostgresWire

/// The infinite line `ax + by + c = 0`.
///
/// PostgreSQL: Geometric Types.
public struct PostgresLine: Sendable, Hashable {
    /// The factor of x.
    public let a: Double
    /// The factor of y.
    public let b: Double
    /// The constant.
    public let c: Double

    /// A line by its equation.
    ///
    /// The server refuses one where `a` and `b` are both zero.
    public init(a: Double, b: Double, c: Double) {
        self.a = a
        self.b = b
        self.c = c
    }
}

extension PostgresLine: PostgresTextRepresentable {
    /// `{1,2,3}`.
    public init(postgresText text: String) throws(PostgresCodingError) {
        var reader = TextReader(text)
        try reader.expect(UInt8(ascii: "{"), "a line without its brace")
        a = try GeometryText.readNumber(&reader)
        try reader.expect(UInt8(ascii: ","), "a line without a comma")
        b = try GeometryText.readNumber(&reader)
        try reader.expect(UInt8(ascii: ","), "a line without a comma")
        c = try GeometryText.readNumber(&reader)
        try reader.expect(UInt8(ascii: "}"), "a line that is not closed")
        try reader.expectEnd("text behind a geometric value")
    }

    /// `{1,2,3}`.
    public var description: String { "{\(GeometryText.number(a)),\(GeometryText.number(b)),\(GeometryText.number(c))}" }

    /// The type `line`.
    public static var postgresType: PostgresType { .line }

    /// From `line`.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresLine {
        guard cell.type == .line else { throw .wrongType }
        if cell.format == .text { return try PostgresLine(postgresText: try cell.text()) }
        guard cell.bytes.byteCount == 24 else { throw .malformed("a line that is not 24 bytes long") }
        return PostgresLine(
            a: try GeometryText.number(cell.bytes, at: 0), b: try GeometryText.number(cell.bytes, at: 8),
            c: try GeometryText.number(cell.bytes, at: 16))
    }

    /// To `line`.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .line else { throw .wrongType }
        for number in [a, b, c] { writer.write(number.bitPattern) }
    }
}

/// A circle.
///
/// PostgreSQL: Geometric Types.
public struct PostgresCircle: Sendable, Hashable {
    /// Its centre.
    public let center: PostgresPoint
    /// Its radius.
    public let radius: Double

    /// A circle by its centre and radius.
    ///
    /// The server refuses a negative radius.
    public init(center: PostgresPoint, radius: Double) {
        self.center = center
        self.radius = radius
    }
}

extension PostgresCircle: PostgresTextRepresentable {
    /// `<(1,2),3>`.
    public init(postgresText text: String) throws(PostgresCodingError) {
        var reader = TextReader(text)
        try reader.expect(UInt8(ascii: "<"), "a circle without its bracket")
        center = try GeometryText.readPoint(&reader)
        try reader.expect(UInt8(ascii: ","), "a circle without its radius")
        radius = try GeometryText.readNumber(&reader)
        try reader.expect(UInt8(ascii: ">"), "a circle that is not closed")
        try reader.expectEnd("text behind a geometric value")
    }

    /// `<(1,2),3>`.
    public var description: String { "<\(center),\(GeometryText.number(radius))>" }

    /// The type `circle`.
    public static var postgresType: PostgresType { .circle }

    /// From `circle`.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresCircle {
        guard cell.type == .circle else { throw .wrongType }
        if cell.format == .text { return try PostgresCircle(postgresText: try cell.text()) }
        guard cell.bytes.byteCount == 24 else { throw .malformed("a circle that is not 24 bytes long") }
        return PostgresCircle(
            center: try GeometryText.point(cell.bytes, at: 0), radius: try GeometryText.number(cell.bytes, at: 16))
    }

    /// To `circle`.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .circle else { throw .wrongType }
        writer.write(center)
        writer.write(radius.bitPattern)
    }
}
