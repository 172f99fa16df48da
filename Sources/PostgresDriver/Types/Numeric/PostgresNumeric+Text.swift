// The text form: digits with a decimal point, or a name.
extension PostgresNumeric: CustomStringConvertible {
    /// A number from its digits, with or without an exponent: `-12.50`, `1e100`, `NaN`, `Infinity`.
    ///
    /// - Throws: ``PostgresCodingError/malformed(_:)``, or ``PostgresCodingError/outOfRange`` beyond the type's limits.
    public init(postgresText text: String) throws(PostgresCodingError) {
        switch text {
        case "NaN": self = .nan
        case "Infinity": self = .infinity
        case "-Infinity": self = .negativeInfinity
        default: try self.init(decimal: text)
        }
    }

    private init(decimal text: String) throws(PostgresCodingError) {
        var reader = TextReader(text)
        let isNegative = reader.take(UInt8(ascii: "-"))
        if !isNegative { _ = reader.take(UInt8(ascii: "+")) }
        var decimals: [UInt8] = []
        var wholeCount = 0
        var hasPoint = false
        while !reader.isAtEnd {
            if reader.current.isDigit {
                decimals.append(reader.current - UInt8(ascii: "0"))
                if !hasPoint { wholeCount += 1 }
            } else if reader.current == UInt8(ascii: "."), !hasPoint {
                hasPoint = true
            } else {
                break
            }
            reader.position += 1
        }
        guard !decimals.isEmpty else { throw .malformed("a numeric without digits") }
        let exponent = try Self.exponent(&reader)
        try reader.expectEnd("text behind a numeric")
        let scale = max(decimals.count - wholeCount - exponent, 0)
        let leading = decimals.prefix { $0 == 0 }.count
        let significant = decimals.dropFirst(leading)
        guard !significant.isEmpty else {
            try self.init(isNegative: false, weight: 0, digits: [], scale: scale)
            return
        }
        // The power of ten just above the first significant digit.
        let power = wholeCount - leading + exponent
        let weight = Self.floorDivide(power - 1, by: 4)
        guard weight <= Self.highestWeight, scale <= Self.highestScale else { throw .outOfRange }
        var digits: [UInt16] = []
        var digit: UInt16 = 0
        var place = (weight + 1) * 4 - power
        for decimal in significant {
            digit = digit * 10 + UInt16(decimal)
            place += 1
            if place % 4 == 0 {
                digits.append(digit)
                digit = 0
            }
        }
        while place % 4 != 0 {
            digit *= 10
            place += 1
            if place % 4 == 0 { digits.append(digit) }
        }
        try self.init(isNegative: isNegative, weight: weight, digits: digits[...], scale: scale)
    }

    private static func exponent(_ reader: inout TextReader) throws(PostgresCodingError) -> Int {
        guard reader.take(UInt8(ascii: "e")) || reader.take(UInt8(ascii: "E")) else { return 0 }
        let isNegative = reader.take(UInt8(ascii: "-"))
        if !isNegative { _ = reader.take(UInt8(ascii: "+")) }
        guard let digits = reader.digits() else { throw .malformed("a numeric whose exponent has no digits") }
        // Far beyond the type's limits; what is added to it below cannot overflow.
        guard digits.value <= 1_000_000_000 else { throw .outOfRange }
        return isNegative ? -Int(digits.value) : Int(digits.value)
    }

    private static func floorDivide(_ value: Int, by divisor: Int) -> Int {
        value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor)
    }

    /// The digits with as many behind the decimal point as ``scale`` says, or `NaN`, `Infinity`, `-Infinity`.
    public var description: String {
        switch kind {
        case .notANumber: return "NaN"
        case .infinity: return "Infinity"
        case .negativeInfinity: return "-Infinity"
        case .finite: break
        }
        var text: [UInt8] = isNegative ? [UInt8(ascii: "-")] : []
        if weight < 0 || digits.isEmpty {
            text.append(UInt8(ascii: "0"))
        } else {
            for power in stride(from: weight, through: 0, by: -1) {
                Self.append(digit(at: power), to: &text, isFirst: power == weight)
            }
        }
        if scale > 0 {
            text.append(UInt8(ascii: "."))
            let end = text.count + scale
            var power = -1
            while text.count < end {
                Self.append(digit(at: power), to: &text, isFirst: false)
                power -= 1
            }
            text.removeLast(text.count - end)
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func append(_ digit: UInt16, to text: inout [UInt8], isFirst: Bool) {
        var divisor: UInt16 = 1000
        var isLeading = isFirst
        while divisor > 0 {
            let decimal = digit / divisor % 10
            if decimal != 0 || divisor == 1 { isLeading = false }
            if !isLeading { text.append(UInt8(ascii: "0") + UInt8(decimal)) }
            divisor /= 10
        }
    }
}
