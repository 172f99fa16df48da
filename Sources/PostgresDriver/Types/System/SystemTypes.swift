public import PostgresWire

/// A position in the write-ahead log: `pg_lsn`.
///
/// PostgreSQL: pg_lsn Type.
public struct PostgresLSN: RawRepresentable, Sendable, Hashable, Comparable {
    /// The position in bytes.
    public var rawValue: UInt64

    /// A position in bytes.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Whether a position is before another.
    public static func < (left: PostgresLSN, right: PostgresLSN) -> Bool { left.rawValue < right.rawValue }
}

extension PostgresLSN: PostgresTextRepresentable {
    /// Two hexadecimal numbers: `16/B374D848`.
    public init(postgresText text: String) throws(PostgresCodingError) {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ (1...8).contains($0.count) && $0.first != UInt8(ascii: "+") }),
            let high = UInt32(Substring(parts[0]), radix: 16), let low = UInt32(Substring(parts[1]), radix: 16)
        else { throw .malformed("not a position in the write-ahead log") }
        rawValue = UInt64(high) << 32 | UInt64(low)
    }

    /// `16/B374D848`.
    public var description: String {
        "\(String(rawValue >> 32, radix: 16, uppercase: true))/\(String(rawValue & 0xffff_ffff, radix: 16, uppercase: true))"
    }

    /// The text form; see ``description``.
    public var postgresText: String? { description }

    /// The text form; see ``description``.
    public var postgresElementText: String? { description }

    /// The type `pg_lsn`.
    public static var postgresType: PostgresType { .pgLSN }

    /// Binary.
    public func format(for type: PostgresType) -> WireFormat { .binary }

    /// From `pg_lsn`.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresLSN {
        guard cell.type == .pgLSN else { throw .wrongType }
        if cell.format == .text { return try PostgresLSN(postgresText: try cell.text()) }
        return PostgresLSN(rawValue: try cell.integer(UInt64.self))
    }

    /// To `pg_lsn`.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .pgLSN else { throw .wrongType }
        writer.write(rawValue)
    }

    /// From the text form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = PostgresLSN(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no position in the log")
        }
        self = value
    }

    /// As the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// The place of a row in its table: `tid`, as in the column `ctid`.
///
/// PostgreSQL: Object Identifier Types.
public struct PostgresTID: Sendable, Hashable {
    /// The number of the page.
    public var block: UInt32
    /// The number of the line pointer in the page.
    public var offset: UInt16

    /// A place.
    public init(block: UInt32, offset: UInt16) {
        self.block = block
        self.offset = offset
    }
}

extension PostgresTID: PostgresTextRepresentable {
    /// `(block,offset)`.
    public init(postgresText text: String) throws(PostgresCodingError) {
        var reader = TextReader(text)
        guard reader.take(UInt8(ascii: "(")), let block = reader.digits(), reader.take(UInt8(ascii: ",")),
            let offset = reader.digits(), reader.take(UInt8(ascii: ")")), reader.isAtEnd,
            let block = UInt32(exactly: block.value), let offset = UInt16(exactly: offset.value)
        else { throw .malformed("not a tid") }
        self.init(block: block, offset: offset)
    }

    /// `(block,offset)`.
    public var description: String { "(\(block),\(offset))" }

    /// The type `tid`.
    public static var postgresType: PostgresType { .tid }

    /// From `tid`.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresTID {
        guard cell.type == .tid else { throw .wrongType }
        if cell.format == .text { return try PostgresTID(postgresText: try cell.text()) }
        guard cell.bytes.byteCount == 6, let block = cell.bytes.integer(at: 0, as: UInt32.self),
            let offset = cell.bytes.integer(at: 4, as: UInt16.self)
        else { throw .malformed("a tid that is not 6 bytes long") }
        return PostgresTID(block: block, offset: offset)
    }

    /// To `tid`.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .tid else { throw .wrongType }
        writer.write(block)
        writer.write(offset)
    }
}

/// Which transactions a snapshot sees: `pg_snapshot` and the older `txid_snapshot`.
///
/// PostgreSQL: System Information Functions, Transaction ID and Snapshot Information Functions.
public struct PostgresSnapshot: Sendable, Hashable {
    /// The lowest transaction that was running; all below were over.
    public var xmin: UInt64
    /// The first transaction that had no number yet.
    public var xmax: UInt64
    /// The transactions between that were running, in ascending order.
    public var running: [UInt64]

    /// A snapshot.
    public init(xmin: UInt64, xmax: UInt64, running: [UInt64]) {
        self.xmin = xmin
        self.xmax = xmax
        self.running = running
    }
}

extension PostgresSnapshot: PostgresTextRepresentable {
    /// `xmin:xmax:running,running`.
    public init(postgresText text: String) throws(PostgresCodingError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let xmin = UInt64(parts[0]), let xmax = UInt64(parts[1]) else {
            throw .malformed("not a snapshot")
        }
        let words = parts[2].isEmpty ? [] : parts[2].split(separator: ",", omittingEmptySubsequences: false)
        let running = words.compactMap { UInt64($0) }
        guard running.count == words.count else { throw .malformed("not a snapshot") }
        self.init(xmin: xmin, xmax: xmax, running: running)
    }

    /// `xmin:xmax:running,running`.
    public var description: String { "\(xmin):\(xmax):\(running.map { "\($0)" }.joined(separator: ","))" }

    /// The type `pg_snapshot`.
    public static var postgresType: PostgresType { .pgSnapshot }

    /// From `pg_snapshot` and `txid_snapshot`.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresSnapshot {
        guard cell.type == .pgSnapshot || cell.type == .txidSnapshot else { throw .wrongType }
        if cell.format == .text { return try PostgresSnapshot(postgresText: try cell.text()) }
        let bytes = cell.bytes
        guard let count = bytes.integer(at: 0, as: Int32.self), count >= 0,
            bytes.byteCount == 20 + Int(count) * 8, let xmin = bytes.integer(at: 4, as: UInt64.self),
            let xmax = bytes.integer(at: 12, as: UInt64.self)
        else { throw .malformed("a snapshot that is not as long as it says") }
        var running: [UInt64] = []
        running.reserveCapacity(Int(count))
        for index in 0..<Int(count) {
            if let transaction = bytes.integer(at: 20 + index * 8, as: UInt64.self) { running.append(transaction) }
        }
        return PostgresSnapshot(xmin: xmin, xmax: xmax, running: running)
    }

    /// To `pg_snapshot` and `txid_snapshot`.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .pgSnapshot || type == .txidSnapshot else { throw .wrongType }
        guard let count = Int32(exactly: running.count) else { throw .outOfRange }
        writer.write(count)
        writer.write(xmin)
        writer.write(xmax)
        for transaction in running { writer.write(transaction) }
    }
}

/// A value of the type `void`, as functions without a result return it.
///
/// PostgreSQL: Pseudo-Types.
public struct PostgresVoid: PostgresCodable, Hashable, Codable {
    /// The only value.
    public init() {}

    /// The type `void`.
    public static var postgresType: PostgresType { .void }

    /// From `void`.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresVoid {
        guard cell.type == .void else { throw .wrongType }
        guard cell.bytes.byteCount == 0 else { throw .malformed("a void with something in it") }
        return PostgresVoid()
    }

    /// Nothing.
    public var postgresText: String? { "" }

    /// To `void`.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        guard type == .void else { throw .wrongType }
    }
}
