/// How a value stands on the wire.
///
/// PostgreSQL: Formats and Format Codes.
public enum WireFormat: Int16, Hashable, Sendable {
    /// The type's text form.
    case text = 0
    /// The type's binary form.
    case binary = 1

    /// Reads a format code from a message.
    init(_ reader: inout ByteReader) throws(WireError) {
        let code = try reader.integer(Int16.self)
        guard let format = WireFormat(rawValue: code) else { throw reader.invalid("format code \(code)") }
        self = format
    }
}

/// What the server says about one column of a result.
///
/// PostgreSQL: Message Formats, `RowDescription`.
public struct ColumnDescription: Hashable, Sendable {
    /// The column's name as the query gives it; several columns may have the same.
    public var name: String
    /// The OID of the table that the column comes from, or 0.
    public var tableOID: UInt32
    /// The column's number in that table, or 0; system columns have negative numbers.
    public var attributeNumber: Int16
    /// The OID of the column's type.
    public var typeOID: UInt32
    /// The size of the type in bytes; negative for types of variable size.
    public var typeSize: Int16
    /// The type's modifier, such as the length of a `varchar`; -1 where there is none.
    public var typeModifier: Int32
    /// How the values stand in the rows.
    ///
    /// After a Describe of a statement it is always text, since it is not known yet.
    public var format: WireFormat

    /// A column; all but name and type may be left out.
    public init(
        name: String, tableOID: UInt32 = 0, attributeNumber: Int16 = 0, typeOID: UInt32, typeSize: Int16 = -1,
        typeModifier: Int32 = -1, format: WireFormat = .text
    ) {
        self.name = name
        self.tableOID = tableOID
        self.attributeNumber = attributeNumber
        self.typeOID = typeOID
        self.typeSize = typeSize
        self.typeModifier = typeModifier
        self.format = format
    }
}

/// The columns of a result.
///
/// PostgreSQL: Message Formats, `RowDescription`.
public struct RowDescription: Hashable, Sendable {
    /// The columns in the order of the values in each row.
    public var columns: [ColumnDescription]

    /// A result with these columns.
    public init(columns: [ColumnDescription]) { self.columns = columns }

    /// Reads the body of a `RowDescription`.
    ///
    /// - Throws: ``WireError`` where the body is not exactly what the manual says.
    public static func decode(body: RawSpan) throws(WireError) -> RowDescription {
        var reader = ByteReader(body, message: "RowDescription")
        let count = try reader.count16()
        var columns: [ColumnDescription] = []
        // An empty name and its fixed fields take 19 bytes, so the declared count cannot make us hold more than came.
        columns.reserveCapacity(min(count, reader.remaining / 19))
        for _ in 0..<count {
            columns.append(
                ColumnDescription(
                    name: try reader.cString(), tableOID: try reader.integer(), attributeNumber: try reader.integer(),
                    typeOID: try reader.integer(), typeSize: try reader.integer(), typeModifier: try reader.integer(),
                    format: try WireFormat(&reader)))
        }
        try reader.finish()
        return RowDescription(columns: columns)
    }

    /// Appends the fields of a `RowDescription`.
    func encode(into writer: inout ByteWriter) throws(WireError) {
        try writer.writeCount(columns.count, limit: Int(Int16.max), of: "columns")
        for column in columns {
            try writer.write(cString: column.name, field: "column name")
            writer.write(column.tableOID)
            writer.write(column.attributeNumber)
            writer.write(column.typeOID)
            writer.write(column.typeSize)
            writer.write(column.typeModifier)
            writer.write(column.format.rawValue)
        }
    }
}
