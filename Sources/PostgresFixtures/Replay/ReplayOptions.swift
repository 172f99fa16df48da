/// How a recording is played back.
public struct ReplayOptions: Hashable, Sendable {
    /// In which pieces the client gets the server's bytes.
    public enum Delivery: Hashable, Sendable {
        /// As the recording's own reads had them.
        case recorded
        /// All that may come at a time.
        case whole
        /// Each byte by itself.
        case bytewise
        /// With a read ending at each of these offsets in all that the server sends.
        case split(at: [Int])
    }

    /// Messages that are repeated for ever, for benchmarks.
    ///
    /// Messages are counted from 0, both sides together; see ``Fixture/messages``. The first of them must be the
    /// client's. What the recording has behind the last one may follow at any end of a round.
    public struct Loop: Hashable, Sendable {
        /// The first message of a round.
        public var first: Int
        /// The last message of a round.
        public var last: Int

        /// A loop over the messages from `first` to `last`.
        public init(first: Int, last: Int) {
            self.first = first
            self.last = last
        }
    }

    /// What a client may do differently from the recording.
    public struct Tolerance: OptionSet, Hashable, Sendable {
        /// One bit a tolerance.
        public let rawValue: UInt8

        /// Tolerances by their bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Prepared statements may have other names, as long as each recorded one has one of its own.
        ///
        /// Names in Parse, Bind, Describe and Close are meant, not those in SQL text.
        public static let statementNames = Tolerance(rawValue: 1)
    }

    /// In which pieces the bytes come.
    public var delivery: Delivery
    /// After how many of the server's bytes the connection breaks; nil for never.
    public var cutAfter: Int?
    /// What to repeat; nil for nothing.
    public var loop: Loop?
    /// How long a client may wait while the recording waits for the client, before that is an error.
    public var patience: Duration
    /// What goes wrong on the way; nil for nothing.
    ///
    /// Its pieces win over ``delivery``.
    public var faults: FaultPlan?
    /// What the client may do differently; nothing, unless asked for.
    public var tolerance: Tolerance

    /// Options; what is left out is as it was recorded.
    public init(
        delivery: Delivery = .recorded, cutAfter: Int? = nil, loop: Loop? = nil, patience: Duration = .seconds(10),
        faults: FaultPlan? = nil, tolerance: Tolerance = []
    ) {
        self.faults = faults
        self.tolerance = tolerance
        self.delivery = delivery
        self.cutAfter = cutAfter
        self.loop = loop
        self.patience = patience
    }
}
