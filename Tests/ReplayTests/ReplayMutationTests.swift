import Foundation
import PostgresFixtures
import PostgresWire
import Testing

@Suite("Replay: damaged sessions")
struct ReplayMutationTests {
    /// 50,000 in all with the eight parts below; 4,000,000 with `POSTGRES_TEST_LONG`, and as many as
    /// `POSTGRES_TEST_MUTATIONS` says.
    static let mutationsPerPart: Int = {
        let environment = ProcessInfo.processInfo.environment
        let asked = environment["POSTGRES_TEST_MUTATIONS"].flatMap { Int($0) }
        return (asked ?? (environment["POSTGRES_TEST_LONG"] == nil ? 50_000 : 4_000_000)) / 8
    }()

    @Test(
        "damaged bytes give events or an error, within bounds", .serialized, .timeLimit(.minutes(30)), arguments: 0..<8)
    func damaged(_ part: Int) throws {
        let sessions = try Corpus.recorded.map {
            try RecordedSession(Corpus.fixture($0), trusted: !$0.hasPrefix("startup/"))
        }.filter { $0.server.count < 2_500 }
        for number in 0..<Self.mutationsPerPart {
            let seed = UInt64(part * 100_000_000 + number)
            var generator = SeededGenerator(seed: seed)
            let session = sessions[Int.random(in: 0..<sessions.count, using: &generator)]
            let bytes = Self.damage(session, &generator)
            let outcome = try session.play(bytes, keepsEvents: false)
            // What the session sends is what it was asked for, and a refusal of COPY now and then.
            if outcome.output.count > session.client.count + 4_096 {
                Issue.record("seed \(seed), \(session.name): \(outcome.output.count) bytes were sent")
            }
            // Taking answers in one go must not make a difference.
            guard number % 50 == 0 else { continue }
            if try session.play(bytes) != session.play(bytes, isPlain: true) {
                Issue.record("seed \(seed), \(session.name): an answer taken in one go is another one")
            }
        }
    }

    /// One to four changes behind the authentication, or anywhere.
    static func damage(_ session: RecordedSession, _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = session.server
        for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<7, using: &generator) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
            case 2: bytes.insert(UInt8.random(in: .min ... .max, using: &generator), at: place)
            case 3: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...8, using: &generator)))
            case 4: bytes.removeSubrange(place...)
            case 5: swapMessages(session, &bytes, &generator)
            default: changeLength(session, &bytes, &generator)
            }
        }
        return bytes
    }

    private static func message(_ session: RecordedSession, _ generator: inout SeededGenerator) -> Range<Int> {
        let index = Int.random(in: 0..<session.boundaries.count, using: &generator)
        return (index == 0 ? 0 : session.boundaries[index - 1])..<session.boundaries[index]
    }

    /// Puts a copy of one message in front of another.
    private static func swapMessages(
        _ session: RecordedSession, _ bytes: inout [UInt8], _ generator: inout SeededGenerator
    ) {
        let copy = session.server[message(session, &generator)]
        let place = message(session, &generator).lowerBound
        if place <= bytes.count { bytes.insert(contentsOf: copy, at: place) }
    }

    /// Gives a message, or a field in it, a length that is not its own.
    private static func changeLength(
        _ session: RecordedSession, _ bytes: inout [UInt8], _ generator: inout SeededGenerator
    ) {
        let range = message(session, &generator)
        let offset = range.lowerBound + (Bool.random(using: &generator) ? 1 : Int.random(in: 5...12, using: &generator))
        let lengths: [Int32] = [.min, -2, -1, 0, 1, 3, 4, 5, 255, 65_535, .max]
        let length = lengths[Int.random(in: 0..<lengths.count, using: &generator)]
        for (index, byte) in length.bytes.enumerated()
        where offset + index < bytes.count {
            bytes[offset + index] = byte
        }
    }
}
