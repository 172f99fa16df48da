internal import Foundation
public import PostgresWire

// float4 and float8.

extension Float: PostgresCodable {
    /// The type `float4`.
    @inlinable public static var postgresType: PostgresType { .float4 }

    /// From `float4`.
    @inlinable
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> Float {
        guard cell.type == .float4 else { throw .wrongType }
        if cell.format == .binary { return Float(bitPattern: try cell.integer(UInt32.self)) }
        return try FloatText.parse(try cell.text())
    }

    /// The shortest digits that give the same number, as `float4` prints them: `1.5`, `1e+10`, `NaN`, `-Infinity`.
    public var postgresText: String? { FloatText.print(self, fixedBelow: 6) }

    /// To `float4` and `float8`.
    @inlinable @inline(__always)
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        switch type {
        case .float4: writer.write(bitPattern)
        case .float8: writer.write(Double(self).bitPattern)
        default: throw .wrongType
        }
    }
}

extension Double: PostgresCodable {
    /// The type `float8`.
    @inlinable public static var postgresType: PostgresType { .float8 }

    /// From `float8` and `float4`.
    @inlinable @inline(__always)
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> Double {
        if let bits = cell.plainInteger(.float8, as: UInt64.self) { return Double(bitPattern: bits) }
        return try decodeOther(cell)
    }

    @usableFromInline
    static func decodeOther(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> Double {
        if cell.type == .float8, cell.format == .binary { return Double(bitPattern: try cell.integer(UInt64.self)) }
        if cell.type == .float4 { return Double(try Float.decode(cell)) }
        guard cell.type == .float8 else { throw .wrongType }
        return try FloatText.parse(try cell.text())
    }

    /// The shortest digits that give the same number, as `float8` prints them: `1.5`, `1e+20`, `NaN`, `-Infinity`.
    public var postgresText: String? { FloatText.print(self, fixedBelow: 15) }

    /// To `float8`, and to `float4` where nothing but digits is lost: a finite number stays finite.
    @inlinable @inline(__always)
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        switch type {
        case .float8: writer.write(bitPattern)
        case .float4:
            let narrow = Float(self)
            guard narrow.isFinite || !isFinite else { throw .outOfRange }
            writer.write(narrow.bitPattern)
        default: throw .wrongType
        }
    }
}

/// The server's text form of floating-point numbers.
///
/// PostgreSQL: Numeric Types, Floating-Point Types.
@usableFromInline
enum FloatText {
    /// Reads `1.5e-07`, `Infinity`, `-Infinity` and `NaN`.
    @usableFromInline
    static func parse<Value: BinaryFloatingPoint & LosslessStringConvertible>(
        _ text: String
    ) throws(PostgresCodingError) -> Value {
        switch text {
        case "NaN": return .nan
        case "Infinity": return .infinity
        case "-Infinity": return -.infinity
        default: break
        }
        // Swift's own parser knows hexadecimal numbers and more names; the server prints none of them.
        let isNumber = text.utf8.allSatisfy { byte in
            byte.isDigit || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
                || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
        }
        guard isNumber, let value = Value(text) else { throw .malformed("not a number") }
        guard value.isFinite else { throw .outOfRange }
        return value
    }

    /// The shortest digits that give the number back, without an exponent where that lies from -4 up to a limit.
    static func print<Value: BinaryFloatingPoint & LosslessStringConvertible>(
        _ value: Value, fixedBelow limit: Int
    ) -> String {
        if value.isNaN { return "NaN" }
        let sign = value.sign == .minus ? "-" : ""
        if value.isInfinite { return sign + "Infinity" }
        if value.isZero { return sign + "0" }
        let (digits, exponent) = decimal(shortest(value.magnitude))
        guard exponent < -4 || exponent >= limit else {
            return sign + fixed(digits, exponent: exponent)
        }
        let fraction = digits.dropFirst()
        let power = "\(exponent.magnitude)".leftPadded(2)
        return "\(sign)\(digits.prefix(1))\(fraction.isEmpty ? "" : ".")\(fraction)e\(exponent < 0 ? "-" : "+")\(power)"
    }

    /// The shortest digits that lie nearer to the number than to its neighbours.
    ///
    /// Swift also takes digits that lie exactly between two numbers, where the rule for halves gives this one back; the
    /// server does not, and prints 9.999999999999999e+22 for 1e23.
    private static func shortest<Value: BinaryFloatingPoint & LosslessStringConvertible>(_ value: Value) -> String {
        let shortest = value.description
        // Digits between numbers that lie closer together are longer than the shortest ones ever are.
        guard value.ulp >= 0.25, isHalfway(shortest, value) else { return shortest }
        for count in decimal(shortest).digits.count..<17 {
            let longer = String(format: "%.\(count)e", Double(value))
            if Value(longer) == value, !isHalfway(longer, value) { return longer }
        }
        return shortest
    }

    /// Whether digits lie exactly between a number and one of its neighbours.
    private static func isHalfway<Value: BinaryFloatingPoint>(_ digits: String, _ value: Value) -> Bool {
        guard let number = try? PostgresNumeric(postgresText: digits) else { return false }
        let significand = UInt64(value.significandBitPattern) | 1 << UInt64(Value.significandBitCount)
        let exponent = Int(value.exponent) - Value.significandBitCount - 2
        // In quarters of a unit; below a power of two the neighbour is half as far away.
        let below: UInt64 = value.significandBitPattern == 0 ? 1 : 2
        return [significand * 4 + 2, significand * 4 - below].contains {
            PostgresNumeric.exact($0, timesTwoTo: exponent) == number
        }
    }

    /// Swift's description taken apart: its digits without zeros around them, and the power of ten of the first one.
    private static func decimal(_ description: String) -> (digits: String, exponent: Int) {
        var digits = ""
        var exponent = -1
        var isFraction = false
        var rest = description[...]
        while let character = rest.first, character != "e" {
            rest.removeFirst()
            if character == "." {
                isFraction = true
            } else if digits.isEmpty, character == "0" {
                if isFraction { exponent -= 1 }
            } else {
                if !isFraction { exponent += 1 }
                digits.append(character)
            }
        }
        while digits.hasSuffix("0") { digits.removeLast() }
        return (digits, exponent + (Int(rest.dropFirst()) ?? 0))
    }

    private static func fixed(_ digits: String, exponent: Int) -> String {
        if exponent < 0 { return "0." + String(repeating: "0", count: -exponent - 1) + digits }
        let whole = exponent + 1
        let missing = whole - digits.count
        guard missing < 0 else { return digits + String(repeating: "0", count: missing) }
        return digits.prefix(whole) + "." + digits.dropFirst(whole)
    }
}
