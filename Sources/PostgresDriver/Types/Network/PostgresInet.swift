public import PostgresWire

/// An IPv4 or IPv6 host or network: everything that `inet` and `cidr` can hold.
///
///     let address = try PostgresInet(postgresText: "192.168.0.1/24")
///     address.prefixLength     // 24
///
/// PostgreSQL: Network Address Types.
public struct PostgresInet: Sendable, Hashable {
    /// The 4 bytes of an IPv4 address or the 16 of an IPv6 one, in network order.
    public var bytes: [UInt8] {
        (0..<byteCount).map { UInt8(truncatingIfNeeded: address >> (8 * (byteCount - 1 - $0))) }
    }
    /// How many leading bits are the network's: 32 or 128 for a single host.
    public let prefixLength: Int
    /// Whether the value is of the type `cidr`, which has no bits behind its prefix and always prints its length.
    public let isNetwork: Bool
    /// Whether the address is of IPv6.
    public let isIPv6: Bool
    private let address: UInt128

    private var byteCount: Int { isIPv6 ? 16 : 4 }

    /// An address.
    ///
    /// - Parameters:
    ///   - bytes: 4 or 16 bytes in network order.
    ///   - prefixLength: the network's bits; by default all of them.
    ///   - isNetwork: whether it is of the type `cidr`; then nothing may be set behind the prefix.
    /// - Throws: ``PostgresCodingError/outOfRange``.
    public init(bytes: [UInt8], prefixLength: Int? = nil, isNetwork: Bool = false) throws(PostgresCodingError) {
        guard bytes.count == 4 || bytes.count == 16 else { throw .outOfRange }
        try self.init(
            bytes.reduce(0) { $0 << 8 | UInt128($1) }, isIPv6: bytes.count == 16,
            prefixLength: prefixLength ?? bytes.count * 8, isNetwork: isNetwork)
    }

    private init(
        _ address: UInt128, isIPv6: Bool, prefixLength: Int, isNetwork: Bool
    ) throws(PostgresCodingError) {
        let size = isIPv6 ? 128 : 32
        guard (0...size).contains(prefixLength) else { throw .outOfRange }
        let hostBits = size - prefixLength
        let mask: UInt128 = hostBits == 128 ? .max : (1 << UInt128(hostBits)) - 1
        guard !isNetwork || address & mask == 0 else { throw .outOfRange }
        self.address = address
        self.prefixLength = prefixLength
        self.isNetwork = isNetwork
        self.isIPv6 = isIPv6
    }
}

extension PostgresInet: PostgresTextRepresentable {
    /// An `inet` in text form: `192.168.0.1`, `10.0.0.0/8`, `::1`, `fe80::1:2/64`.
    public init(postgresText text: String) throws(PostgresCodingError) { try self.init(text, isNetwork: false) }

    init(_ text: String, isNetwork: Bool) throws(PostgresCodingError) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        var prefixLength: Int?
        if parts.count == 2 {
            var reader = TextReader(String(parts[1]))
            guard let digits = reader.digits(), reader.isAtEnd else { throw .malformed("a prefix that is no number") }
            prefixLength = Int(digits.value)
        }
        let address = parts[0]
        let bytes = address.utf8.contains(UInt8(ascii: ":")) ? Self.parseIPv6(address) : Self.parseIPv4(address)
        guard let bytes else { throw .malformed("not an IP address") }
        try self.init(bytes: bytes, prefixLength: prefixLength, isNetwork: isNetwork)
    }

    private static func parseIPv4(_ text: Substring) -> [UInt8]? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        let bytes = parts.compactMap { part in
            part.count <= 3 && part.allSatisfy(\.isDigit) ? UInt8(Substring(part)) : nil
        }
        return bytes.count == 4 ? bytes : nil
    }

    private static func parseIPv6(_ text: Substring) -> [UInt8]? {
        var groups: [[UInt8]] = [[]]
        var parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)[...]
        guard parts.count >= 3, parts.count <= 9 else { return nil }
        // A gap at either end splits into two empty parts, of which one is no gap.
        if parts.first?.isEmpty == true {
            guard parts.dropFirst().first?.isEmpty == true else { return nil }
            parts.removeFirst()
        }
        if parts.last?.isEmpty == true {
            guard parts.dropLast().last?.isEmpty == true else { return nil }
            parts.removeLast()
        }
        for (index, part) in parts.enumerated() {
            if part.isEmpty {
                guard groups.count == 1 else { return nil }
                groups.append([])
            } else if index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let ending = parseIPv4(Substring(part)) else { return nil }
                groups[groups.count - 1] += ending
            } else {
                guard part.count <= 4, part.allSatisfy({ $0.hexadecimalValue != nil }),
                    let value = UInt16(Substring(part), radix: 16)
                else { return nil }
                groups[groups.count - 1] += [UInt8(value >> 8), UInt8(value & 255)]
            }
        }
        let count = groups.reduce(0) { $0 + $1.count }
        if groups.count == 1 { return count == 16 ? groups[0] : nil }
        guard count <= 14 else { return nil }
        return groups[0] + [UInt8](repeating: 0, count: 16 - count) + groups[1]
    }

    /// The address with the prefix's length where it is no single host: `10.0.0.0/8`, `::1`.
    public var description: String {
        isNetwork || prefixLength < byteCount * 8 ? "\(addressText)/\(prefixLength)" : addressText
    }

    /// The address with its prefix's length, which the cast to text always gives.
    public var postgresText: String? { "\(addressText)/\(prefixLength)" }

    /// As the types print them: see ``description``.
    public var postgresElementText: String? { description }

    private var addressText: String {
        let bytes = bytes
        guard isIPv6 else { return bytes.map(String.init).joined(separator: ".") }
        let words = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        // The longest run of zero words, of two at least, becomes the gap.
        var gap = 0..<0
        var start = 0
        for index in 0...8 where index == 8 || words[index] != 0 {
            if index - start >= 2, index - start > gap.count { gap = start..<index }
            start = index + 1
        }
        let ending = bytes[12...].map(String.init).joined(separator: ".")
        // The old forms of IPv4 addresses keep their dots.
        if gap == 0..<6 { return "::" + ending }
        if gap == 0..<5, words[5] == 0xffff { return "::ffff:" + ending }
        func text(_ words: ArraySlice<UInt16>) -> String {
            words.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard !gap.isEmpty else { return text(words[...]) }
        return "\(text(words[..<gap.lowerBound]))::\(text(words[gap.upperBound...]))"
    }

    /// The type `inet`.
    public static var postgresType: PostgresType { .inet }

    /// From `inet` and `cidr`.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresInet {
        guard cell.type == .inet || cell.type == .cidr else { throw .wrongType }
        let isNetwork = cell.type == .cidr
        if cell.format == .text { return try PostgresInet(try cell.text(), isNetwork: isNetwork) }
        // Family, prefix, whether it is a cidr, and how many bytes of address follow.
        let bytes = cell.bytes
        guard let family = bytes.integer(at: 0, as: UInt8.self), let prefix = bytes.integer(at: 1, as: UInt8.self),
            let flag = bytes.integer(at: 2, as: UInt8.self), let size = bytes.integer(at: 3, as: UInt8.self),
            bytes.byteCount == 4 + Int(size), family == 2 && size == 4 || family == 3 && size == 16,
            flag == (isNetwork ? 1 : 0)
        else { throw .malformed("an inet with an unknown header") }
        var address: UInt128 = 0
        for position in 4..<bytes.byteCount {
            address = address << 8 | UInt128(bytes.integer(at: position, as: UInt8.self) ?? 0)
        }
        return try PostgresInet(address, isIPv6: family == 3, prefixLength: Int(prefix), isNetwork: isNetwork)
    }

    /// To `inet`, and to `cidr` where no bits are set behind the prefix.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .inet || type == .cidr else { throw .wrongType }
        _ = try PostgresInet(address, isIPv6: isIPv6, prefixLength: prefixLength, isNetwork: type == .cidr)
        writer.write((isIPv6 ? 3 : 2) as UInt8)
        writer.write(UInt8(prefixLength))
        writer.write((type == .cidr ? 1 : 0) as UInt8)
        writer.write(UInt8(byteCount))
        if isIPv6 {
            writer.write(UInt64(truncatingIfNeeded: address >> 64))
            writer.write(UInt64(truncatingIfNeeded: address))
        } else {
            writer.write(UInt32(truncatingIfNeeded: address))
        }
    }
}
