/// What `CopyInResponse`, `CopyOutResponse` and `CopyBothResponse` say about the data that follows.
///
/// PostgreSQL: Message Formats.
public struct CopyResponse: Hashable, Sendable {
    /// Text for rows separated by line ends, binary for the binary COPY format.
    public var format: WireFormat
    /// The format of each column; all are text if the whole is.
    public var columnFormats: [WireFormat]

    /// A response.
    public init(format: WireFormat, columnFormats: [WireFormat]) {
        self.format = format
        self.columnFormats = columnFormats
    }

    /// Reads the body of one of the three messages; `message` is its name.
    static func decode(body: RawSpan, message: StaticString) throws(WireError) -> CopyResponse {
        var reader = ByteReader(body, message: message)
        let code = try reader.integer(Int8.self)
        guard let format = WireFormat(rawValue: Int16(code)) else { throw reader.invalid("format code \(code)") }
        let count = try reader.count16()
        var formats: [WireFormat] = []
        formats.reserveCapacity(min(count, reader.remaining / 2))
        for _ in 0..<count { formats.append(try WireFormat(&reader)) }
        try reader.finish()
        return CopyResponse(format: format, columnFormats: formats)
    }

    /// Appends the fields.
    func encode(into writer: inout ByteWriter) throws(WireError) {
        writer.write(format == .text ? 0 : 1 as UInt8)
        try writer.writeCount(columnFormats.count, limit: Int(Int16.max), of: "columns")
        for format in columnFormats { writer.write(format.rawValue) }
    }
}
