internal import Foundation
public import PostgresWire

/// A value of whatever type the column has.
///
/// Types that the driver knows become the Swift type that suits them best, which <doc:PostgreSQLTypes> lists; of all
/// others the bytes are kept as they came, with their type and format: nothing is guessed.
///
///     let value = try row.decode(PostgresValue.self, at: 0)
///     if let number = value.value as? PostgresNumeric { … }
public struct PostgresValue: Sendable {
    /// The value's type.
    public let type: PostgresType
    /// The value as a Swift type; nil where the driver does not know the PostgreSQL type.
    public let value: (any PostgresCodable)?
    /// The bytes of a value whose type is not known, else empty.
    public let rawBytes: [UInt8]
    /// The format of ``rawBytes``.
    public let rawFormat: WireFormat

    /// A value that the driver knows how to encode.
    public init(_ value: any PostgresCodable, type: PostgresType) {
        self.type = type
        self.value = value
        rawBytes = []
        rawFormat = .binary
    }

    private init(raw bytes: [UInt8], type: PostgresType, format: WireFormat) {
        self.type = type
        value = nil
        rawBytes = bytes
        rawFormat = format
    }
}

extension PostgresValue: PostgresDecodable {
    /// From any type.
    ///
    /// - Throws: ``PostgresCodingError`` where the bytes are not what the type's format allows.
    public static func decode(_ cell: borrowing PostgresCell) throws(PostgresCodingError) -> PostgresValue {
        try cell.checkDepth()
        guard let swiftType = cell.swiftType else {
            return PostgresValue(raw: cell.bytes.array, type: cell.type, format: cell.format)
        }
        return PostgresValue(try decode(swiftType, cell), type: cell.type)
    }

    private static func decode<Value: PostgresCodable>(
        _ type: Value.Type, _ cell: borrowing PostgresCell
    ) throws(PostgresCodingError) -> any PostgresCodable {
        try Value.decode(cell)
    }
}

extension PostgresCell {
    /// The Swift type that suits the cell best; nil where the driver does not know its type.
    var swiftType: (any PostgresCodable.Type)? {
        if let known = PostgresType.swiftTypes[type] {
            // The texts of these say less than their values: a locale's currency, a name of the catalog.
            return format == .text && PostgresType.withoutText.contains(type) ? nil : known
        }
        if type == .int2vector || type == .oidvector { return PostgresVector.self }
        if type.elementType != nil { return PostgresArray<PostgresValue?>.self }
        if type.rangeSubtype != nil { return PostgresRange<PostgresValue>.self }
        if type.multirangeRange != nil { return PostgresMultirange<PostgresValue>.self }
        if format == .text, !type.hasBinaryForm { return String.self }
        guard let entry = typeEntry else { return nil }
        switch entry.kind {
        case .array: return PostgresArray<PostgresValue?>.self
        case .enumeration: return String.self
        case .composite: return PostgresRecord.self
        case .range: return PostgresRange<PostgresValue>.self
        case .multirange: return PostgresMultirange<PostgresValue>.self
        // Columns come as the base type; elsewhere the domain was resolved already.
        case .domain: return nil
        case .base: return PostgresType.extensionTypes[entry.name] ?? (entry.hasBinaryForm ? nil : String.self)
        }
    }
}

extension PostgresType {
    /// The Swift type of each built-in type that is no array, range or multirange.
    static let swiftTypes: [PostgresType: any PostgresCodable.Type] = [
        .bool: Bool.self, .bytea: PostgresBytes.self, .char: PostgresChar.self, .name: String.self, .int8: Int64.self,
        .int2: Int16.self, .int4: Int32.self, .text: String.self, .oid: UInt32.self, .tid: PostgresTID.self,
        .xid: UInt32.self, .cid: UInt32.self, .xid8: UInt64.self, .json: String.self, .xml: String.self,
        .point: PostgresPoint.self, .lseg: PostgresLineSegment.self, .path: PostgresPath.self, .box: PostgresBox.self,
        .polygon: PostgresPolygon.self, .line: PostgresLine.self, .circle: PostgresCircle.self,
        .cidr: PostgresInet.self, .inet: PostgresInet.self, .macaddr: PostgresMACAddress.self,
        .macaddr8: PostgresMACAddress.self, .float4: Float.self, .float8: Double.self, .unknown: String.self,
        .money: PostgresMoney.self, .bpchar: String.self, .varchar: String.self, .date: PostgresDate.self,
        .time: PostgresTime.self, .timetz: PostgresTimeTZ.self, .timestamp: PostgresTimestamp.self,
        .timestamptz: PostgresTimestampTZ.self, .interval: PostgresInterval.self, .bit: PostgresBitString.self,
        .varbit: PostgresBitString.self, .numeric: PostgresNumeric.self, .refcursor: String.self,
        .cstring: String.self, .void: PostgresVoid.self, .uuid: UUID.self, .jsonb: String.self,
        .jsonpath: PostgresJSONPath.self, .tsvector: PostgresTextSearchVector.self,
        .tsquery: PostgresTextSearchQuery.self, .pgLSN: PostgresLSN.self, .pgSnapshot: PostgresSnapshot.self,
        .txidSnapshot: PostgresSnapshot.self, .record: PostgresRecord.self, .regproc: UInt32.self,
        .regprocedure: UInt32.self, .regoper: UInt32.self, .regoperator: UInt32.self, .regclass: UInt32.self,
        .regtype: UInt32.self, .regconfig: UInt32.self, .regdictionary: UInt32.self, .regnamespace: UInt32.self,
        .regrole: UInt32.self, .regcollation: UInt32.self,
    ]

    /// Types whose text form depends on the server's locale or catalog.
    static let withoutText: Set<PostgresType> = [
        .money, .regproc, .regprocedure, .regoper, .regoperator, .regclass, .regtype, .regconfig, .regdictionary,
        .regnamespace, .regrole, .regcollation,
    ]

    /// The Swift types of extensions' types, by their names.
    static let extensionTypes: [String: any PostgresCodable.Type] = [
        "citext": String.self, "ltree": String.self, "lquery": String.self, "ltxtquery": String.self,
        "hstore": PostgresHStore.self,
    ]
}

extension PostgresValue: PostgresEncodable {
    /// The server must say which type it is.
    public static var postgresType: PostgresType { .unspecified }

    /// The text form of the value; nil for raw bytes in binary, and where more than ten values lie within each other.
    public var postgresText: String? {
        isNested(deeperThan: Self.mostTextLevels) ? nil : value?.postgresText ?? rawText
    }

    /// The text form of the value within arrays; nil where ``postgresText`` is.
    public var postgresElementText: String? {
        isNested(deeperThan: Self.mostTextLevels) ? nil : value?.postgresElementText ?? rawText
    }

    private var rawText: String? {
        value == nil && rawFormat == .text ? String(validating: rawBytes, as: UTF8.self) : nil
    }

    /// The value's, or that of the raw bytes.
    public func format(for type: PostgresType) -> WireFormat { value?.format(for: type) ?? rawFormat }

    /// Appends the value, or the raw bytes where the type is the same.
    public func encode(into writer: inout ByteWriter, as type: PostgresType) throws(PostgresCodingError) {
        if let value { return try value.encode(into: &writer, as: type) }
        guard rawFormat == .text || type == self.type else { throw .wrongType }
        writer.write(rawBytes)
    }
}

extension PostgresValue: Hashable {
    /// Whether type and text form are the same, or type and bytes where there is no text form.
    ///
    /// Arrays, ranges and composites are equal where all values in them are.
    public static func == (left: PostgresValue, right: PostgresValue) -> Bool {
        guard left.type == right.type, left.rawBytes == right.rawBytes else { return false }
        if let container = left.value as? any ValueContainer { return container.equals(right.value) }
        return left.postgresElementText == right.postgresElementText
            && (left.value as? PostgresMoney) == (right.value as? PostgresMoney)
    }

    /// Equal values have equal hashes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(type)
        if let container = value as? any ValueContainer {
            container.hash(into: &hasher)
        } else {
            hasher.combine(postgresElementText)
        }
    }
}
