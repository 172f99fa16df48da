import PostgresDriver
import PostgresFixtures
import PostgresWire
import Testing

/// Sessions with values of every type, each beside what the server prints of it.
@Suite("Replay: values of every type")
struct ReplayTypesTests {
    /// A value, what the server prints of it, and the format that it came in.
    private struct Read {
        let value: PostgresValue
        let text: String
        let isText: Bool
    }

    /// Everything in a recording, by the driver; the statements in binary come first, then the same ones in text.
    private func read(_ name: String) async throws -> [Read] {
        let replay = FixtureReplay(try Corpus.fixture(name))
        let connection = try await PostgresConnection.connect(replay.fixture.configuration, dialer: replay.dialer)
        var values: [Read] = []
        for step in try Corpus.script(name).steps {
            guard step.sql.hasPrefix("SELECT") else {
                try await connection.simpleQuery(step.sql)
                continue
            }
            let isText = step.mode == .simple
            let rows = try await connection.query(
                PostgresQuery(unsafeSQL: step.sql), as: PostgresValue.self, String.self, mode: isText ? .simple : nil)
            values += rows.map { Read(value: $0, text: $1, isText: isText) }
        }
        connection.close()
        #expect(replay.mismatch == nil)
        return values
    }

    /// What the server prints as a name of its catalog, or in its locale.
    private static func isPrintedOtherwise(_ type: PostgresType) -> Bool {
        type == .money || type.description.hasPrefix("reg")
    }

    @Test("every value is read from both formats, and its text is the server's", arguments: Corpus.types)
    func values(_ name: String) async throws {
        let values = try await read(name)
        let binary = values.filter { !$0.isText }
        let text = values.filter(\.isText)
        try #require(binary.count == text.count && binary.count > 10)
        for (one, other) in zip(binary, text) {
            #expect(one.text == other.text)
            #expect(one.value.value != nil, "\(one.value.type) \(one.text)")
            if Self.isPrintedOtherwise(one.value.type) {
                #expect(other.value.rawBytes == Array(other.text.utf8) && other.value.value == nil)
                continue
            }
            #expect(one.value.postgresText == one.text)
            #expect(other.value.postgresText == one.text)
            // The text of a record does not say what its fields are.
            #expect(one.value == other.value || one.value.type == .record, "\(one.value.type) \(one.text)")
        }
    }

    @Test("the recordings of each version have every built-in type that the driver knows", arguments: [15, 17, 18])
    func everyType(_ version: Int) async throws {
        var seen: Set<PostgresType> = []
        for name in Corpus.types where name.hasSuffix("-\(version)") {
            seen.formUnion(try await read(name).map(\.value.type))
        }
        let known = (1...6200).map { PostgresType(rawValue: $0) }.filter { type in
            !type.description.hasPrefix("type with OID") && !type.description.hasSuffix("[]")
        }
        // One server was built without XML; of the other type no column can be.
        #expect(known.filter { !seen.contains($0) }.map(\.description) == ["xml", "unknown"])
        #expect(known.count > 70)
    }
}
