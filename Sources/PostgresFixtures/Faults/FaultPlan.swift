internal import PostgresWire

/// What goes wrong between a server and a client while a recording is replayed.
///
///     let plan = FaultPlan(seed: 42, for: fixture)            // the same for ever
///     let replay = FixtureReplay(fixture, options: ReplayOptions(faults: plan))
///     …
///     #expect(replay.mismatch == nil, "\(plan)")              // the description begins with the seed
///
/// Pieces, delays and insertions are what every network and server may do: a client must come to the same results.
/// Behind a cut or a drop it must come to an error.
public struct FaultPlan: Hashable, Sendable, CustomStringConvertible {
    /// A message that a server may send between any two others.
    public enum Insertion: Hashable, Sendable {
        /// A NoticeResponse.
        case notice(String)
        /// A ParameterStatus.
        case parameterStatus(name: String, value: String)
        /// A NotificationResponse, which comes once the session has begun only.
        case notification(channel: String, payload: String)
    }

    /// One fault.
    public enum Fault: Hashable, Sendable {
        /// The connection is closed behind this many of the server's bytes.
        case cut(after: Int)
        /// What the server sends behind this many bytes is lost, and nobody closes the connection.
        case drop(after: Int)
        /// The bytes from an offset on come later.
        case delay(Duration, before: Int)
        /// A message stands in front of the server's message with this number, counted from 0.
        case insert(Insertion, before: Int)
        /// The bytes come in other pieces.
        case deliver(ReplayOptions.Delivery)
    }

    /// What goes wrong, in no particular order.
    public var faults: [Fault]
    /// What the plan was made from; nil for one that was written by hand.
    public let seed: UInt64?

    /// A plan written by hand.
    public init(_ faults: [Fault]) {
        self.faults = faults
        seed = nil
    }

    /// The plan that belongs to a seed: one or two faults that fit the recording.
    ///
    /// Offsets lie anywhere in what the server sends; delays are below two milliseconds.
    public init(seed: UInt64, for fixture: Fixture) {
        self.seed = seed
        var generator = SeededGenerator(seed: seed)
        let kinds = fixture.messages.filter { $0.side == .server }
        let sizes = kinds.map(\.bytes.count)
        let total = sizes.reduce(0, +)
        let begun = kinds.firstIndex { $0.tag == BackendKind.readyForQuery.rawValue } ?? kinds.count
        faults = (0..<Int.random(in: 1...2, using: &generator)).map { number in
            Self.fault(Int.random(in: 0..<8, using: &generator), total, sizes.count, begun, &generator)
        }
    }

    private static func fault(
        _ kind: Int, _ total: Int, _ messages: Int, _ begun: Int, _ generator: inout SeededGenerator
    ) -> Fault {
        let offset = Int.random(in: 0...max(total, 1), using: &generator)
        switch kind {
        case 0, 1: return .cut(after: offset)
        case 2: return .drop(after: offset)
        case 3: return .delay(.microseconds(Int.random(in: 0..<2_000, using: &generator)), before: offset)
        // Byte by byte where that is not most of the work of a whole test.
        case 4 where total <= 16 << 10: return .deliver(.bytewise)
        case 4, 5:
            let count = Int.random(in: 1...12, using: &generator)
            return .deliver(
                .split(at: (0..<count).map { _ in Int.random(in: 0...max(total, 1), using: &generator) }.sorted()))
        default:
            let place = Int.random(in: 0..<max(messages, 1), using: &generator)
            return .insert(insertion(Int.random(in: 0..<3, using: &generator), hasBegun: place > begun), before: place)
        }
    }

    private static func insertion(_ kind: Int, hasBegun: Bool) -> Insertion {
        switch kind {
        case 0 where hasBegun: .notification(channel: "inserted", payload: "between two messages")
        case 1: .parameterStatus(name: "inserted", value: "between two messages")
        default: .notice("inserted between two messages")
        }
    }

    /// Whether the client must come to the end of the recording all the same.
    public var isHarmless: Bool { cutsAfter == nil && dropsAfter == nil }

    /// The seed and the faults, as they would be written by hand.
    public var description: String {
        let list = faults.map { "\($0)" }.joined(separator: ", ")
        return seed.map { "seed \($0): [\(list)]" } ?? "[\(list)]"
    }

    /// The plan's insertions without its other faults.
    package var insertionsOnly: [Fault] {
        faults.filter { if case .insert = $0 { true } else { false } }
    }

    // MARK: As a program needs them

    var cutsAfter: Int? {
        faults.compactMap { if case .cut(let offset) = $0 { offset } else { nil } }.min()
    }

    var dropsAfter: Int? {
        faults.compactMap { if case .drop(let offset) = $0 { offset } else { nil } }.min()
    }

    var delivery: ReplayOptions.Delivery? {
        for case .deliver(let delivery) in faults { return delivery }
        return nil
    }

    var delays: [ReplayProgram.Delay] {
        faults.compactMap { fault in
            guard case .delay(let duration, let offset) = fault else { return nil }
            return ReplayProgram.Delay(offset: max(offset, 0), duration: duration)
        }.sorted { $0.offset < $1.offset }
    }

    var insertions: [Int: [Insertion]] {
        var insertions: [Int: [Insertion]] = [:]
        for case .insert(let insertion, let place) in faults { insertions[place, default: []].append(insertion) }
        return insertions
    }
}

extension FaultPlan.Insertion {
    private var message: BackendMessage {
        switch self {
        case .notice(let text):
            .noticeResponse(ServerReport(severity: "NOTICE", sqlState: .successfulCompletion, message: text))
        case .parameterStatus(let name, let value): .parameterStatus(ParameterStatus(name: name, value: value))
        case .notification(let channel, let payload):
            .notificationResponse(PostgresNotification(processID: 1, channel: channel, payload: payload))
        }
    }

    /// The whole message; nothing where the protocol cannot carry the text.
    var bytes: [UInt8] { (try? Fixture.Message(server: message))?.bytes ?? [] }
}
