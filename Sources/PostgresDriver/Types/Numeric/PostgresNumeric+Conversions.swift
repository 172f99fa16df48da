public import Foundation
public import PostgresWire

// To and from Swift's and Foundation's numbers. What would lose digits throws.
extension PostgresNumeric: ExpressibleByIntegerLiteral {
    /// A whole number.
    public init(_ value: some BinaryInteger) {
        // The digits of every Swift integer fit: the largest have 39.
        self = (try? PostgresNumeric(postgresText: String(value))) ?? .nan
    }

    /// A whole number.
    public init(integerLiteral value: Int64) { self.init(value) }

    /// The same number; NaN is NaN.
    public init(_ value: Decimal) {
        // Foundation prints every digit without regard to a locale; at most 166 stand in front of the point or behind.
        self = value.isNaN ? .nan : (try? PostgresNumeric(postgresText: value.description)) ?? .nan
    }

    /// The number as a Swift integer.
    ///
    /// - Throws: ``PostgresCodingError/outOfRange`` where it is no whole number or does not fit.
    public func integer<Value: FixedWidthInteger>(
        _ type: Value.Type = Value.self
    ) throws(PostgresCodingError) -> Value {
        guard kind == .finite, digits.isEmpty || digits.count - 1 <= weight else { throw .outOfRange }
        if digits.isEmpty { return 0 }
        // No Swift integer has more than 39 digits, so more need not be multiplied.
        guard weight < 10 else { throw .outOfRange }
        var value: Value = 0
        for power in stride(from: weight, through: 0, by: -1) {
            let group = digit(at: power)
            for divisor: UInt16 in [1000, 100, 10, 1] {
                let decimal = Value(group / divisor % 10)
                let (product, tooMuch) = value.multipliedReportingOverflow(by: 10)
                let (sum, over) =
                    isNegative
                    ? product.subtractingReportingOverflow(decimal) : product.addingReportingOverflow(decimal)
                guard !tooMuch, !over else { throw .outOfRange }
                value = sum
            }
        }
        return value
    }

    /// The number as Foundation's `Decimal`, which has 38 digits; the scale is not kept.
    ///
    /// - Throws: ``PostgresCodingError/outOfRange`` where it has more digits than fit, or is infinite.
    public func decimal() throws(PostgresCodingError) -> Decimal {
        if kind == .notANumber { return .nan }
        if let value = smallDecimal { return value }
        // 38 digits and an exponent of one byte: everything else is refused without being written out.
        guard kind == .finite, digits.count <= 11, weight < 42, weight > -42,
            let value = Decimal(string: description, locale: nil), PostgresNumeric(value) == self
        else { throw .outOfRange }
        return value
    }

    /// The number as a `Decimal` where 16 digits are enough, which almost always is so and takes no text.
    private var smallDecimal: Decimal? {
        guard kind == .finite, digits.count <= 4, weight < 20, weight > -20 else { return nil }
        if digits.isEmpty { return 0 }
        var significand = digits.reduce(0 as UInt64) { $0 * 10_000 + UInt64($1) }
        var exponent = (weight - digits.count + 1) * 4
        // A Decimal prints the zeros that it holds.
        while significand % 10 == 0 {
            significand /= 10
            exponent += 1
        }
        return Decimal(
            sign: isNegative ? .minus : .plus, exponent: exponent, significand: Decimal(significand))
    }

    /// The number as a `Double` of exactly the same value; most decimal fractions have none.
    ///
    /// - Throws: ``PostgresCodingError/outOfRange`` where there is no such `Double`; see ``approximate``.
    public func double() throws(PostgresCodingError) -> Double {
        let value = approximate
        guard kind == .finite else { return value }
        // A Double's digits all appear in its exact decimal expansion, which is compared digit by digit.
        guard value.isFinite, value.isZero == isZero, Self.isExact(value, self) else { throw .outOfRange }
        return value
    }

    /// The nearest `Double`; infinite beyond its range.
    public var approximate: Double {
        switch kind {
        case .notANumber: .nan
        case .infinity: .infinity
        case .negativeInfinity: -.infinity
        case .finite: Double(description) ?? .nan
        }
    }

    /// Whether a finite Double is the number.
    private static func isExact(_ value: Double, _ number: PostgresNumeric) -> Bool {
        if value.isZero { return true }
        // Two to the -n has n decimal places, and no Double has more than 1074 of them.
        guard number.fractionDigits <= 1074 else { return false }
        let significand = value.significandBitPattern | (value.isNormal ? 1 << 52 : 0)
        let exponent = max(Int(value.exponentBitPattern), 1) - 1075
        return exact(significand, timesTwoTo: exponent) == (number.isNegative ? -number : number)
    }

    /// A number times a power of two, in exact decimal arithmetic; for exponents as floating-point numbers have them.
    static func exact(_ number: UInt64, timesTwoTo exponent: Int) -> PostgresNumeric? {
        var decimals = Array(String(number).utf8.map { $0 - 48 }.reversed())
        // Half is five tenths.
        let factor: UInt8 = exponent > 0 ? 2 : 5
        for _ in 0..<exponent.magnitude {
            var carry: UInt8 = 0
            for index in decimals.indices {
                let product = decimals[index] * factor + carry
                decimals[index] = product % 10
                carry = product / 10
            }
            if carry > 0 { decimals.append(carry) }
        }
        let digits = String(decoding: decimals.reversed().map { $0 + 48 }, as: UTF8.self)
        return try? PostgresNumeric(postgresText: "\(digits)e-\(exponent < 0 ? -exponent : 0)")
    }
}

extension Decimal: PostgresCodable {
    /// The type `numeric`.
    public static var postgresType: PostgresType { .numeric }

    /// From `numeric`, where its digits fit: 38 of them.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> Decimal {
        try PostgresNumeric.decode(cell).decimal()
    }

    /// All digits: `12.5`, `NaN`.
    public var postgresText: String? { PostgresNumeric(self).description }

    /// To `numeric`.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        try PostgresNumeric(self).encode(into: &writer, as: type)
    }
}
