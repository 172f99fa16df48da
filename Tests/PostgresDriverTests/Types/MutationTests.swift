import Foundation
import PostgresWire
import Testing

@testable import PostgresDriver

private struct Pair: Decodable {
    var number: Int32
    var text: String?
}

private final class Node: Decodable {
    var name: String
    var next: Node?
}

/// Damaged values are values or errors, whatever is read from them; a trap ends the test run.
@Suite("Damaged values")
struct MutationTests {
    /// Random numbers that come again with the same seed.
    private struct Generator: RandomNumberGenerator {
        private var state: UInt64

        init(seed: UInt64) { state = seed }

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }

    private static let environment = ProcessInfo.processInfo.environment
    /// 100,000 in all, 5,000,000 with `POSTGRES_TEST_LONG`, or as many as `POSTGRES_TEST_MUTATIONS` says.
    private static let count =
        environment["POSTGRES_TEST_MUTATIONS"].flatMap { Int($0) }
        ?? (environment["POSTGRES_TEST_LONG"] == nil ? 100_000 : 5_000_000)
    private static let seed = environment["POSTGRES_TEST_SEED"].flatMap { UInt64($0) } ?? 20_261_124
    private static let parts = 4

    /// Any type may be asked of any column.
    private static var wanted: [any PostgresDecodable.Type] {
        let more: [any PostgresDecodable.Type] = [
            Int.self, Decimal.self, Date.self, Data.self, PostgresVector.self,
            PostgresHStore.self, PostgresJSON<[String: Int?]>.self, Weekday.self, Int32?.self, [Bool].self,
            [Int32].self,
            [Double].self, [Float].self, [Int64?].self, [Int16].self, [String].self, [PostgresValue?].self,
            PostgresArray<PostgresValue?>.self, PostgresArray<Int32>.self, PostgresRange<Int32>.self,
            PostgresRange<PostgresValue>.self, PostgresMultirange<PostgresNumeric>.self, Range<Int32>.self,
            PostgresRange<PostgresTimestampTZ>.self, PostgresTuple<Int32, String?>.self,
            PostgresTuple<PostgresRecord>.self, PostgresComposite<Pair>.self, PostgresComposite<Node>.self,
        ]
        return more + PostgresType.swiftTypes.sorted { $0.key.rawValue < $1.key.rawValue }.map { $0.value }
    }

    /// One to three changes.
    private static func damage(_ bytes: inout [UInt8], _ random: inout Generator) {
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let position = Int.random(in: 0...bytes.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0 where position < bytes.count: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1 where position < bytes.count:
                bytes[position] = [0, 1, 0x7f, 0x80, 0xff, 0x30, 0x22, 0x2d].randomElement(using: &random) ?? 0
            case 2: bytes.insert(UInt8.random(in: 0...255, using: &random), at: position)
            case 3 where position < bytes.count: bytes.remove(at: position)
            case 4: bytes.removeSubrange(position...)
            default: bytes += bytes[position...]
            }
        }
    }

    /// How many values lie in one.
    private static func count(_ value: PostgresValue?) -> Int {
        switch value?.value {
        case let vector as PostgresTextSearchVector: vector.lexemes.count
        case let bits as PostgresBitString: bits.count / 8
        case let container as any ValueContainer: container.innerValues.reduce(0) { $0 + 1 + count($1) }
        default: 0
        }
    }

    @Test("every codec takes them for a value or an error", .timeLimit(.minutes(30)), arguments: 0..<parts)
    func damaged(_ part: Int) throws {
        let (samples, allWanted) = (MutationSamples.all, Self.wanted)
        var random = Generator(seed: Self.seed &+ UInt64(part) &* 0x1234_5678_9abc_def1)
        var values = 0
        for number in 0..<Self.count / Self.parts {
            let sample = try #require(samples.randomElement(using: &random))
            var bytes = sample.bytes
            Self.damage(&bytes, &random)
            if let value = sample.read(PostgresValue.self, bytes) {
                values += 1
                if Self.count(value) > bytes.count || value != value {
                    Issue.record("seed \(Self.seed), part \(part), number \(number): \(sample.type) \(bytes)")
                }
                Self.use(value, sample)
            }
            let wanted = try #require(allWanted.randomElement(using: &random))
            _ = sample.read(wanted, bytes)
        }
        print(
            "# damaged values, seed \(Self.seed), part \(part): \(samples.count) samples, \(values) still were values")
        #expect(values > Self.count / Self.parts / 20)
    }

    /// What was read is printed, hashed, sent back and read from its text.
    private static func use(_ value: PostgresValue, _ sample: MutationSamples.Sample) {
        var hasher = Hasher()
        value.hash(into: &hasher)
        _ = try? encode(value, as: sample.type)
        guard let text = value.postgresText, text.utf8.count < 10_000 else { return }
        let again = MutationSamples.Sample(type: sample.type, format: .text, bytes: Array(text.utf8))
        _ = again.read(PostgresValue.self, again.bytes)
    }
}
