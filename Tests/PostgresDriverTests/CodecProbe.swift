import PostgresWire

@testable import PostgresDriver

/// A value as hexadecimal digits, read as a cell.
func decode<Value: PostgresDecodable>(
    _ hexadecimal: String, _ type: PostgresType, _ format: WireFormat = .binary, as: Value.Type = Value.self
) throws -> Value {
    let bytes = try bytes(hexadecimal)
    return try Value.decode(PostgresCell(bytes: bytes.rawSpan, type: type, format: format))
}

func decode<Value: PostgresDecodable>(text: String, _ type: PostgresType, as: Value.Type) throws -> Value {
    try Value.decode(PostgresCell(bytes: Array(text.utf8).rawSpan, type: type, format: .text))
}

func bytes(_ hexadecimal: String) throws -> [UInt8] {
    let digits = hexadecimal.filter { $0 != " " }.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
}

func encode(_ value: some PostgresEncodable, as type: PostgresType) throws -> [UInt8] {
    var writer = ByteWriter()
    try value.encode(into: &writer, as: type)
    return writer.bytes.array
}
