import PostgresWire

@testable import PostgresDriver

/// Valid values of every type in both formats, to be damaged.
enum MutationSamples {
    struct Sample: Sendable {
        let type: PostgresType
        let format: WireFormat
        let bytes: [UInt8]

        /// The bytes, or what became of them, as a type.
        func read<Value: PostgresDecodable>(_ type: Value.Type, _ bytes: [UInt8]) -> Value? {
            let cell = PostgresCell(
                bytes: bytes.rawSpan, type: self.type, format: format, types: MutationSamples.catalog)
            return try? Value.decode(cell)
        }
    }

    // MARK: A database's own types

    private static let own = (90_000...90_009).map { PostgresType(rawValue: UInt32($0)) }
    private static let (mood, pair, pairs, span, spans) = (own[0], own[1], own[2], own[3], own[4])
    private static let (hstore, ltree, citext, positive, node) = (own[5], own[6], own[7], own[8], own[9])

    static let catalog = PostgresTypeCatalog([
        .init(mood, name: "mood", kind: .enumeration(labels: ["happy", "sad"])),
        .init(
            pair, name: "pair",
            kind: .composite(attributes: [.init(name: "number", type: positive), .init(name: "text", type: .text)])),
        .init(pairs, name: "_pair", kind: .array(element: pair)),
        .init(span, name: "span", kind: .range(subtype: pair)),
        .init(spans, name: "spans", kind: .multirange(range: span)), .init(hstore, name: "hstore", kind: .base),
        .init(ltree, name: "ltree", kind: .base), .init(citext, name: "citext", kind: .base),
        .init(positive, name: "positive", kind: .domain(base: .int4)),
        .init(
            node, name: "node",
            kind: .composite(attributes: [.init(name: "name", type: .text), .init(name: "next", type: node)])),
    ])

    // MARK: Texts

    /// Texts of every shape, read as each type that takes them.
    private static let texts = [
        "true", "1", "-32768", "1.5e-300", "NaN", "Infinity", "a b", "\\x00ff", "(0,1)", "{1,-1,0.5}", "[(0,0),(1,1)]",
        "((0,0),(1,2))", "(1,1),(0,0)", "<(1,2),3>", "10.0.0.0/8", "::1", "08:00:2b:01:02:03",
        "08:00:2b:01:02:03:04:05", "2024-02-29", "0044-03-15 BC", "infinity", "23:59:59.999999", "23:59:59+05:30",
        "2024-02-29 12:00:00.5", "2024-02-29 12:00:00+00", "1 year 2 mons -3 days 04:05:06", "@ 1 day 2 hours ago",
        "P1Y-2DT3H4.5S", "+1-2 -3 +4:05:06", "1010", "{\"a\": [1, null]}", "$.\"a\"[*]", "'a':1A,2 'b'",
        "'a' & !'b':*", "('a' <-> 'b') | 'c'", "16/B374D848", "10:20:10,14,15", "{1,NULL,\"a b\"}", "[0:1]={1,2}",
        "{{1,2},{3,4}}", "{{{{{{1}}}}}}", "[1,5)", "(,infinity]", "empty", "{[1,3),[5,)}", "{}", "(1,\"a b\",)",
        "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "\"a\"=>\"1\", \"b\"=>NULL", "1 2 3",
        "123456789012345678901234567890.123",
        "(1,\"a \"\"(b)\"\"\")", "{\"(1,a)\",NULL}", "[\"(1,a)\",\"(2,)\")", "(a,\"(b,)\")", "happy", "top.middle.leaf",
    ]

    private static let arrayAndRangeTypes: [PostgresType] = PostgresType.swiftTypes.keys.flatMap { type in
        [type.arrayType, type.rangeType, type.rangeType?.multirangeType].compactMap { $0 }
    }

    /// Each text that a type takes, the binary form of its value, and what has no text that says all.
    static let all: [Sample] = {
        var samples = binary
        let types = Array(PostgresType.swiftTypes.keys) + arrayAndRangeTypes + [.int2vector, .oidvector] + own
        for type in types.sorted(by: { $0.rawValue < $1.rawValue }) {
            for text in texts {
                let sample = Sample(type: type, format: .text, bytes: Array(text.utf8))
                guard let value = sample.read(PostgresValue.self, sample.bytes) else { continue }
                samples.append(sample)
                if value.format(for: type) == .binary, let bytes = try? encode(value, as: type) {
                    samples.append(Sample(type: type, format: .binary, bytes: bytes))
                }
            }
        }
        return samples
    }()

    // MARK: What the driver sends as text and reads in binary

    private static let binary: [Sample] = {
        let one = composite([(.int4, [0, 0, 0, 7]), (.text, Array("a b".utf8))])
        let none = composite([(.int4, nil), (.text, nil)])
        let nested = composite([(.text, [0x61]), (node, composite([(.text, [0x62]), (node, nil)]))])
        let array = header([1, 1, Int32(pair.rawValue), 3, 1]) + counted(one) + counted(nil) + counted(none)
        let range = [0x02] + counted(one) + counted(none)
        let values: [(PostgresType, [UInt8])] = [
            (pair, one), (pair, none), (node, nested), (.record, one), (.record, composite([(.record, nested)])),
            (pairs, array), (span, range), (span, [1]), (spans, header([2]) + counted(range) + counted([0x18])),
            (hstore, header([2]) + counted([0x61]) + counted(nil) + counted([0x62]) + counted([0x63])),
            (ltree, [1] + Array("top.leaf".utf8)), (citext, Array("Text".utf8)), (mood, Array("happy".utf8)),
            (.numeric, [0, 2, 0x7f, 0xff, 0x40, 0, 0, 0, 0x27, 0x0f, 0, 1]), (.money, [0, 0, 0, 0, 0, 0, 4, 0xd2]),
        ]
        let catalogNumbers = PostgresType.withoutText.subtracting([.money]).map { ($0, [0, 0, 4, 0xeb] as [UInt8]) }
            .sorted { $0.0.rawValue < $1.0.rawValue }
        return (values + catalogNumbers).map { Sample(type: $0, format: .binary, bytes: $1) }
    }()

    private static func header(_ words: [Int32]) -> [UInt8] {
        var writer = ByteWriter()
        for word in words { writer.write(word) }
        return writer.bytes.array
    }

    private static func counted(_ bytes: [UInt8]?) -> [UInt8] { header([Int32(bytes?.count ?? -1)]) + (bytes ?? []) }

    private static func composite(_ fields: [(PostgresType, [UInt8]?)]) -> [UInt8] {
        header([Int32(fields.count)]) + fields.flatMap { header([Int32($0.rawValue)]) + counted($1) }
    }
}
