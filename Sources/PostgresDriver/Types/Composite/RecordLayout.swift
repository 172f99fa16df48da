internal import PostgresWire

// A composite value taken apart: its fields become the columns of a row, so that everything that decodes rows decodes
// composites.
extension PostgresCell {
    /// The fields of a composite or an anonymous record as a row.
    ///
    /// Attributes have the names that the catalog gives; those of an anonymous record are `f1`, `f2`, …
    func record() throws(PostgresCodingError) -> PostgresRow {
        try checkDepth()
        var attributes: [PostgresTypeCatalog.Attribute]?
        if type != .record {
            // A type of which nothing is known may be one; its bytes must say.
            guard type.mayNeedCatalog else { throw .wrongType }
            if let entry = typeEntry {
                guard case .composite(let known) = entry.kind else { throw .wrongType }
                attributes = known
            }
        }
        let fields = try format == .binary ? binaryFields() : textFields(attributes)
        if let attributes, attributes.count != fields.types.count {
            types?.remove(type)
            throw .malformed("a composite of \(fields.types.count) attributes where \(attributes.count) were known")
        }
        var descriptions: [ColumnDescription] = []
        for (index, field) in fields.types.enumerated() {
            descriptions.append(
                ColumnDescription(
                    name: attributes?[index].name ?? "f\(index + 1)", typeOID: baseType(of: field).rawValue,
                    format: format))
        }
        return PostgresRow(
            bytes: fields.values, columns: PostgresColumns(descriptions, types: types, depth: depth + 1), number: 0)
    }

    private typealias Fields = (types: [PostgresType], values: [UInt8])

    private func binaryFields() throws(PostgresCodingError) -> Fields {
        // A field takes eight bytes at least: its type and its length.
        guard let count = bytes.integer(at: 0, as: Int32.self), count >= 0, Int(count) <= bytes.byteCount / 8 else {
            throw .malformed("a composite that says it is longer than its bytes")
        }
        var fields: Fields = ([], [])
        fields.types.reserveCapacity(Int(count))
        fields.values.reserveCapacity(bytes.byteCount)
        var position = 4
        for _ in 0..<count {
            guard let oid = bytes.integer(at: position, as: UInt32.self),
                let length = bytes.integer(at: position + 4, as: Int32.self), length >= -1,
                Int(length) <= bytes.byteCount - position - 8
            else { throw .malformed("a composite that ends in a field") }
            fields.types.append(PostgresType(rawValue: oid))
            let end = position + 8 + max(Int(length), 0)
            fields.values += bytes.slice(from: position + 4, to: end).array
            position = end
        }
        guard position == bytes.byteCount else { throw .malformed("bytes behind a composite") }
        return fields
    }

    private func textFields(_ attributes: [PostgresTypeCatalog.Attribute]?) throws(PostgresCodingError) -> Fields {
        var reader = TextReader(bytes.array)
        var fields: Fields = ([], [])
        try reader.expect(UInt8(ascii: "("), "a composite without its parenthesis")
        let hasNone = attributes?.isEmpty ?? (reader.current == UInt8(ascii: ")"))
        if hasNone {
            try reader.expect(UInt8(ascii: ")"), "a composite that is not closed")
        } else {
            repeat {
                let value = try QuotedText.read(&reader, until: [UInt8(ascii: ","), UInt8(ascii: ")")])
                let index = fields.types.count
                fields.types.append(attributes.flatMap { index < $0.count ? $0[index].type : nil } ?? .unspecified)
                guard let length = Int32(exactly: value?.count ?? -1) else { throw .outOfRange }
                for shift in [24, 16, 8, 0] { fields.values.append(UInt8(truncatingIfNeeded: length >> Int32(shift))) }
                fields.values += value ?? []
            } while reader.take(UInt8(ascii: ","))
            try reader.expect(UInt8(ascii: ")"), "a composite that is not closed")
        }
        try reader.expectEnd("text behind a composite")
        return fields
    }
}

/// Prints the text form of composites.
enum RecordText {
    /// `(1,"a b",)`; nil where a field has no text form.
    static func print(_ fields: [(isNull: Bool, text: String?)]) -> String? {
        var parts: [String] = []
        for field in fields {
            if field.isNull {
                parts.append("")
            } else if let text = field.text {
                parts.append(QuotedText.quoted(text, special: "(),"))
            } else {
                return nil
            }
        }
        return "(\(parts.joined(separator: ",")))"
    }
}
