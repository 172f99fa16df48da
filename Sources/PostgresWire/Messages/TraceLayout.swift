/// Renders the fields of a message by a layout: a letter a field, as ``MessageTrace`` explains them.
enum TraceLayout {
    /// Appends the fields that `layout` names; it throws where the body ends before they do.
    static func append(
        _ layout: ArraySlice<UInt8>, _ reader: inout ByteReader, to result: inout String
    ) throws(WireError) {
        var rest = layout
        while let letter = rest.popFirst() {
            switch letter {
            case UInt8(ascii: "["): try list(Int(try reader.integer(UInt16.self)), "]", &rest, &reader, &result)
            case UInt8(ascii: "{"): try list(Int(try reader.integer(UInt32.self)), "}", &rest, &reader, &result)
            default: try field(letter, &reader, &result)
            }
        }
    }

    private static func list(
        _ count: Int, _ end: Unicode.Scalar, _ rest: inout ArraySlice<UInt8>, _ reader: inout ByteReader,
        _ result: inout String
    ) throws(WireError) {
        let inner = rest.prefix { UInt32($0) != end.value }
        rest = rest.dropFirst(inner.count + 1)
        result += " \(count)"
        // Every field takes at least one byte, so the list ends, or throws, with the body.
        for _ in 0..<count { try append(inner, &reader, to: &result) }
    }

    private static func field(_ letter: UInt8, _ reader: inout ByteReader, _ result: inout String) throws(WireError) {
        switch letter {
        case UInt8(ascii: "b"): result += " \(try reader.integer(Int8.self))"
        case UInt8(ascii: "c"): result += " " + TraceText.byte(try reader.integer())
        case UInt8(ascii: "h"): result += " \(try reader.integer(Int16.self))"
        case UInt8(ascii: "i"): result += " \(try reader.integer(Int32.self))"
        case UInt8(ascii: "o"): result += " \(try reader.integer(UInt32.self))"
        case UInt8(ascii: "s"): result += " " + TraceText.text(try reader.terminated().array)
        case UInt8(ascii: "v"): result += " " + (try reader.value().map(TraceText.value) ?? "NULL")
        case UInt8(ascii: "r"): result += " " + TraceText.value(try reader.array(reader.remaining))
        case UInt8(ascii: "k"): result += " (\(try reader.slice(reader.remaining).byteCount) bytes)"
        case UInt8(ascii: "z"):
            while true {
                let text = try reader.terminated().array
                if text.isEmpty { return }
                result += " " + TraceText.text(text)
            }
        case UInt8(ascii: "e"):
            while true {
                let letter = try reader.integer(UInt8.self)
                if letter == 0 { return }
                result += " " + TraceText.byte(letter)
                result += " " + TraceText.text(try reader.terminated().array)
            }
        default: throw reader.invalid("layout \(letter)")
        }
    }
}

/// Bytes as printable ASCII.
enum TraceText {
    /// A text in double quotes, cut after 256 bytes.
    static func text(_ bytes: [UInt8]) -> String { quoted(bytes, by: "\"", limit: 256, escape: escaped) }

    /// A value in single quotes, cut after 64 bytes; in hexadecimal if it holds control characters.
    static func value(_ bytes: [UInt8]) -> String {
        let shown = bytes.prefix(64)
        guard shown.contains(where: isControl) else { return quoted(bytes, by: "'", limit: 64, escape: escaped) }
        return quoted(bytes, by: "'", limit: 64) { bytes, _ in "\\x" + bytes.map(hexadecimal).joined() }
    }

    /// One byte as a character.
    static func byte(_ byte: UInt8) -> String { escaped([byte], quote: "\\") }

    private static func quoted(
        _ bytes: [UInt8], by quote: Unicode.Scalar, limit: Int, escape: (ArraySlice<UInt8>, Unicode.Scalar) -> String
    ) -> String {
        let shown = escape(bytes.prefix(limit), quote)
        return bytes.count > limit ? "\(quote)\(shown)…\(quote)(\(bytes.count))" : "\(quote)\(shown)\(quote)"
    }

    private static func escaped(_ bytes: ArraySlice<UInt8>, quote: Unicode.Scalar) -> String {
        var result = ""
        for byte in bytes {
            let scalar = Unicode.Scalar(byte)
            if scalar == quote || scalar == "\\" {
                result += "\\\(scalar)"
            } else if (0x20...0x7e).contains(byte) {
                result.unicodeScalars.append(scalar)
            } else {
                result += "\\x" + hexadecimal(byte)
            }
        }
        return result
    }

    /// Whether text would not hold this byte.
    private static func isControl(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x09, 0x0a, 0x0d: false
        case 0...0x1f, 0x7f: true
        default: false
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return byte < 16 ? "0" + digits : digits
    }
}
