public import PostgresWire

/// An exact decimal number: everything that `numeric` can hold.
///
///     let price: PostgresNumeric = 12.50        // the literal's digits, not a Double
///     price.description                         // "12.50"
///
/// It has up to 131,072 digits in front of the decimal point and 16,383 behind it, keeps the number of digits shown
/// (``scale``), and knows `NaN` and, from PostgreSQL 14 on, both infinities. Equality and order are those of SQL:
/// `1.0` equals `1.00`, and NaN equals itself and is greater than everything else.
///
/// PostgreSQL: Numeric Types, Arbitrary Precision Numbers.
public struct PostgresNumeric: Sendable {
    /// The value's kind; zero and all other numbers are finite.
    enum Kind: Int, Sendable {
        case negativeInfinity, finite, infinity, notANumber
    }

    let kind: Kind
    /// Whether a finite number is below zero; zero never is.
    public let isNegative: Bool
    /// How many digits are shown behind the decimal point, from 0 to 16383.
    public let scale: Int
    /// The power of 10,000 of the first digit.
    let weight: Int
    /// Digits of base 10,000, without zeros at either end.
    let digits: [UInt16]

    /// The highest scale.
    static let highestScale = 16_383
    /// The highest weight that the binary form can say.
    static let highestWeight = 32_767

    private init(_ kind: Kind) {
        self.kind = kind
        isNegative = false
        scale = 0
        weight = 0
        digits = []
    }

    /// A finite number from its digits, which must be below 10,000 each; zeros at the ends are taken off.
    init(isNegative: Bool, weight: Int, digits: ArraySlice<UInt16>, scale: Int) throws(PostgresCodingError) {
        let leading = digits.prefix { $0 == 0 }.count
        let significant = digits.dropFirst(leading)
        let end = significant.lastIndex { $0 != 0 }.map { $0 + 1 } ?? significant.startIndex
        kind = .finite
        self.digits = Array(significant[significant.startIndex..<end])
        self.weight = self.digits.isEmpty ? 0 : weight - leading
        self.isNegative = isNegative && !self.digits.isEmpty
        self.scale = scale
        guard (0...Self.highestScale).contains(scale), self.weight <= Self.highestWeight else { throw .outOfRange }
        guard fractionDigits <= scale else { throw .malformed("a numeric with digits beyond its scale") }
    }

    /// Not a number.
    public static let nan = PostgresNumeric(.notANumber)
    /// Above all finite numbers.
    public static let infinity = PostgresNumeric(.infinity)
    /// Below all finite numbers.
    public static let negativeInfinity = PostgresNumeric(.negativeInfinity)

    /// Whether the value is neither NaN nor infinite.
    public var isFinite: Bool { kind == .finite }
    /// Whether the value is not a number.
    public var isNaN: Bool { kind == .notANumber }
    /// Whether the value is zero, with whatever scale.
    public var isZero: Bool { kind == .finite && digits.isEmpty }

    /// How many digits behind the decimal point are needed at least.
    var fractionDigits: Int {
        guard let last = digits.last else { return 0 }
        let groups = digits.count - 1 - weight
        guard groups > 0 else { return 0 }
        let zeros = last % 1000 == 0 ? 3 : last % 100 == 0 ? 2 : last % 10 == 0 ? 1 : 0
        return groups * 4 - zeros
    }

    /// The digit of base 10,000 at a power of 10,000.
    func digit(at power: Int) -> UInt16 {
        let index = weight - power
        return digits.indices.contains(index) ? digits[index] : 0
    }

    /// The number with the other sign; NaN stays NaN.
    public static prefix func - (value: PostgresNumeric) -> PostgresNumeric {
        switch value.kind {
        case .notANumber: .nan
        case .infinity: .negativeInfinity
        case .negativeInfinity: .infinity
        case .finite: PostgresNumeric(value, isNegative: !value.isNegative)
        }
    }

    private init(_ value: PostgresNumeric, isNegative: Bool) {
        kind = value.kind
        self.isNegative = isNegative && !value.digits.isEmpty
        scale = value.scale
        weight = value.weight
        digits = value.digits
    }
}

// MARK: Comparison

extension PostgresNumeric: Comparable, Hashable {
    /// Whether both are the same number; their scales do not matter.
    public static func == (left: PostgresNumeric, right: PostgresNumeric) -> Bool {
        left.kind == right.kind && left.isNegative == right.isNegative && left.weight == right.weight
            && left.digits == right.digits
    }

    /// Equal numbers have equal hashes, whatever their scales.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(isNegative)
        hasher.combine(weight)
        hasher.combine(digits)
    }

    /// The order of SQL: -Infinity, the finite numbers, Infinity, NaN.
    public static func < (left: PostgresNumeric, right: PostgresNumeric) -> Bool {
        guard left.kind == .finite, right.kind == .finite else { return left.kind.rawValue < right.kind.rawValue }
        if left.isNegative != right.isNegative { return left.isNegative }
        return left.isNegative ? right.isSmaller(than: left) : left.isSmaller(than: right)
    }

    private func isSmaller(than other: PostgresNumeric) -> Bool {
        if isZero || other.isZero { return !other.isZero }
        if weight != other.weight { return weight < other.weight }
        return digits.lexicographicallyPrecedes(other.digits)
    }
}

// MARK: Binary form

extension PostgresNumeric: PostgresTextRepresentable {
    /// The type `numeric`.
    public static var postgresType: PostgresType { .numeric }

    /// From `numeric`.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresNumeric {
        guard cell.type == .numeric else { throw .wrongType }
        if cell.format == .text { return try PostgresNumeric(postgresText: try cell.text()) }
        let bytes = cell.bytes
        guard let count = bytes.integer(at: 0, as: UInt16.self), let weight = bytes.integer(at: 2, as: Int16.self),
            let sign = bytes.integer(at: 4, as: UInt16.self), let scale = bytes.integer(at: 6, as: UInt16.self),
            bytes.byteCount == 8 + 2 * Int(count)
        else { throw .malformed("a numeric that is not as long as it says") }
        switch sign {
        case 0, 0x4000: break
        case 0xc000: return .nan
        case 0xd000: return .infinity
        case 0xf000: return .negativeInfinity
        default: throw .malformed("a numeric with an unknown sign")
        }
        var digits: [UInt16] = []
        digits.reserveCapacity(Int(count))
        for index in 0..<Int(count) {
            guard let digit = bytes.integer(at: 8 + 2 * index, as: UInt16.self), digit < 10_000 else {
                throw .malformed("a numeric with a digit above 9999")
            }
            digits.append(digit)
        }
        return try PostgresNumeric(
            isNegative: sign == 0x4000, weight: Int(weight), digits: digits[...], scale: Int(scale))
    }

    /// To `numeric`.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .numeric else { throw .wrongType }
        let sign: UInt16 =
            switch kind {
            case .finite: isNegative ? 0x4000 : 0
            case .notANumber: 0xc000
            case .infinity: 0xd000
            case .negativeInfinity: 0xf000
            }
        guard let count = UInt16(exactly: digits.count), let weight = Int16(exactly: weight) else { throw .outOfRange }
        writer.write(count)
        writer.write(weight)
        writer.write(sign)
        writer.write(UInt16(scale))
        for digit in digits { writer.write(digit) }
    }
}
