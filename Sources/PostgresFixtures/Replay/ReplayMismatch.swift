internal import PostgresWire

/// The first difference between what a client sent and what was recorded.
public struct ReplayMismatch: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name of the fixture.
    public let fixture: String
    /// The line of the fixture with the message that was to come, counted from 1; nil behind the last message.
    public let line: Int?
    /// What is different, in one sentence.
    public let reason: String
    /// The messages up to the difference, recorded ones on the left, sent ones on the right.
    public let trace: String

    /// The place, the reason and the trace, on several lines.
    public var description: String {
        let place = line.map { "\(fixture):\($0)" } ?? fixture
        return trace.isEmpty ? "\(place): \(reason)" : "\(place): \(reason)\n\(trace)"
    }

    /// The client sent `sent`, of which the first `equal` bytes are as recorded; `offset` counts the client's bytes
    /// that are.
    init(_ fixture: Fixture, at offset: Int, sent: RawSpan, _ equal: Int) {
        let recorded = RecordedPlace(fixture, offset: offset)
        self.fixture = fixture.name
        line = recorded.line
        var table = ReplayTable()
        for message in recorded.before { table.add(message.readable, message.readable, isDifferent: false) }
        let matched = recorded.message?.bytes.prefix(recorded.offset) ?? []
        // Of the sent bytes, those in front of this message belong to earlier ones.
        let rest = sent.slice(from: max(equal - recorded.offset, 0), to: sent.byteCount).array
        let bytes = equal < recorded.offset ? matched.dropLast(equal) + rest : rest
        let sentText = Self.firstMessage(bytes, like: recorded.message)
        table.add(recorded.message?.rendering ?? "(nothing more)", sentText, isDifferent: true)
        trace = table.text
        let byte = bytes.count > recorded.offset ? Self.hexadecimal(bytes[recorded.offset]) : "nothing"
        if let expected = recorded.message?.bytes.dropFirst(recorded.offset).first {
            let place = "byte \(recorded.offset + 1) of the message"
            reason = "the client sent \(byte) where \(Self.hexadecimal(expected)) was recorded, \(place)"
        } else {
            reason = "the client sent more than was recorded"
        }
    }

    /// The client waits for an answer although the recording has it send something first.
    init(_ fixture: Fixture, waitedAt offset: Int, for patience: Duration) {
        let recorded = RecordedPlace(fixture, offset: offset)
        self.fixture = fixture.name
        line = recorded.line
        reason = "the client waited \(patience) for an answer; the recording has it send something first"
        var table = ReplayTable()
        for message in recorded.before { table.add(message.readable, message.readable, isDifferent: false) }
        table.add(recorded.message?.rendering ?? "(nothing more)", "(nothing)", isDifferent: true)
        trace = table.text
    }

    /// The first message in what was sent.
    private static func firstMessage(_ bytes: [UInt8], like recorded: Fixture.Message?) -> String {
        let framing = recorded?.framing ?? .tagged
        let length = bytes.rawSpan.integer(at: framing == .untagged ? 0 : 1, as: Int32.self)
        if framing != .fragment, let length, length >= 4 {
            let total = Int(length) + (framing == .tagged ? 1 : 0)
            if total <= bytes.count {
                return Fixture.Message(.client, Array(bytes.prefix(total)), framing: framing).readable
            }
        }
        return "\(bytes.count) bytes: " + bytes.prefix(32).map(hexadecimal).joined(separator: " ")
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return byte < 16 ? "0" + digits : digits
    }
}

/// The client's message in a recording that holds the client's byte at an offset.
private struct RecordedPlace {
    /// The message; nil behind the last one.
    var message: Fixture.Message?
    /// Its line.
    var line: Int?
    /// How far into the message the byte is.
    var offset = 0
    /// A few of the client's messages in front of it.
    var before: [Fixture.Message] = []

    init(_ fixture: Fixture, offset: Int) {
        var start = 0
        for (index, line) in fixture.lines.enumerated() {
            guard case .message(let message) = line, message.side == .client else { continue }
            if offset < start + message.bytes.count {
                self.message = message
                self.line = fixture.lineNumber(of: index)
                self.offset = offset - start
                return
            }
            start += message.bytes.count
            before = before.suffix(2) + [message]
        }
    }
}

/// Two columns of text.
private struct ReplayTable {
    private static let width = 58
    private var rows: [(mark: String, left: String, right: String)] = [(" ", "recorded", "sent")]

    mutating func add(_ left: String, _ right: String, isDifferent: Bool) {
        let left = Self.wrapped(left)
        let right = Self.wrapped(right)
        for index in 0..<max(left.count, right.count) {
            let mark = isDifferent && index == 0 ? "!" : " "
            rows.append((mark, index < left.count ? left[index] : "", index < right.count ? right[index] : ""))
        }
    }

    var text: String {
        rows.map { row in
            let padding = String(repeating: " ", count: max(Self.width - row.left.count, 0))
            return row.right.isEmpty ? "\(row.mark) \(row.left)" : "\(row.mark) \(row.left)\(padding)  \(row.right)"
        }.joined(separator: "\n")
    }

    private static func wrapped(_ text: String) -> [String] {
        var rest = text[...]
        var lines: [String] = []
        while rest.count > width, lines.count < 8 {
            lines.append(String(rest.prefix(width)))
            rest = rest.dropFirst(width)
        }
        return lines + [rest.count > width ? "…" : String(rest)]
    }
}
