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

    /// In which pieces the bytes come.
    public var delivery: Delivery
    /// After how many of the server's bytes the connection breaks; nil for never.
    public var cutAfter: Int?
    /// What to repeat; nil for nothing.
    public var loop: Loop?
    /// How long a client may wait while the recording waits for the client, before that is an error.
    public var patience: Duration

    /// Options; what is left out is as it was recorded.
    public init(
        delivery: Delivery = .recorded, cutAfter: Int? = nil, loop: Loop? = nil, patience: Duration = .seconds(10)
    ) {
        self.delivery = delivery
        self.cutAfter = cutAfter
        self.loop = loop
        self.patience = patience
    }
}
