public import PostgresWire

extension Fixture {
    /// One message, or bytes that are none.
    public struct Message: Equatable, Sendable {
        /// How the bytes are cut into tag, length and body.
        public enum Framing: Hashable, Sendable {
            /// A tag byte, a length word and a body, as nearly all messages have them.
            case tagged
            /// A length word and a body: the packets that open a connection.
            case untagged
            /// Bytes without further order: the one-byte answer to SSLRequest, and what is broken or cut off.
            case fragment
        }

        /// Who sent it.
        public var side: Side
        /// What a person reads; it has no effect.
        ///
        /// ``rendering`` is what it ought to be.
        public var readable: String
        /// The exact bytes, tag and length included.
        public var bytes: [UInt8]
        /// How they are cut.
        public var framing: Framing

        /// A message with the readable text that belongs to its bytes.
        public init(_ side: Side, _ bytes: [UInt8], framing: Framing) {
            self.init(side, bytes, framing: framing, readable: "")
            readable = rendering
        }

        /// A message as it stands in a file; bytes that are too few for their framing are a fragment.
        init(_ side: Side, _ bytes: [UInt8], framing: Framing, readable: String) {
            self.side = side
            self.bytes = bytes
            self.readable = readable
            let isWhole = bytes.count >= framing.headerLength + (framing == .untagged ? 1 : 0)
            self.framing = isWhole ? framing : .fragment
        }

        /// A message of the server.
        ///
        /// - Throws: `WireError` where the protocol cannot carry it.
        public init(server message: BackendMessage) throws(WireError) {
            var writer = ByteWriter()
            try message.encode(into: &writer)
            self.init(.server, writer.bytes.array, framing: .tagged)
        }

        /// A message of the client.
        ///
        /// - Throws: `WireError` where the protocol cannot carry it.
        public init(client message: FrontendMessage) throws(WireError) {
            var writer = ByteWriter()
            try message.encode(into: &writer)
            self.init(.client, writer.bytes.array, framing: .tagged)
        }

        /// What follows the length word; of a fragment, all of it.
        public var body: [UInt8] { Array(bytes.dropFirst(framing.headerLength)) }

        /// The tag byte, where there is one.
        public var tag: UInt8? { framing == .tagged ? bytes.first : nil }

        /// The manual's name of the message and its fields, as `MessageTrace` writes them.
        ///
        /// A length word that is not the true length is shown behind them.
        public var rendering: String {
            let body = body
            let text: String
            switch (framing, tag, side) {
            case (.untagged, _, _): text = MessageTrace.startup(body.rawSpan)
            case (.tagged, let tag?, .client): text = MessageTrace.frontend(kind: tag, body: body.rawSpan)
            case (.tagged, let tag?, .server): text = MessageTrace.backend(kind: tag, body: body.rawSpan)
            default: return "Bytes \(bytes.count)"
            }
            let declared = bytes.rawSpan.integer(at: framing.headerLength - 4, as: Int32.self) ?? 0
            let tagLength = framing.headerLength - 4
            return Int(declared) == bytes.count - tagLength ? text : "\(text) (length \(declared))"
        }
    }
}

extension Fixture.Message.Framing {
    /// How many bytes come before the body.
    var headerLength: Int {
        switch self {
        case .tagged: 5
        case .untagged: 4
        case .fragment: 0
        }
    }
}
