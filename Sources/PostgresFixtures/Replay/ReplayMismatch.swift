internal import PostgresWire

/// The first difference between what a client sent and what was recorded.
public struct ReplayMismatch: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name of the fixture.
    public let fixture: String
    /// The line of the fixture with the message that was to come, counted from 1; nil behind the last message.
    public let line: Int?
    /// What is different, in one sentence.
    public let reason: String
    /// The recorded message that was to come; nil behind the last one.
    public let expected: String?
    /// What the client sent instead; nil where it sent nothing.
    public let sent: String?
    /// The messages of the client that the recording has behind the expected one, two at most.
    public let next: [String]
    /// The messages up to the difference, recorded ones on the left, sent ones on the right.
    public let trace: String

    /// The place, the reason, what was expected next, and the trace, on several lines.
    public var description: String {
        let place = line.map { "\(fixture):\($0)" } ?? fixture
        var lines = ["\(place): \(reason)", "expected: \(Self.shortened(expected ?? "(nothing more)"))"]
        lines.append("sent:     \(Self.shortened(sent ?? "(nothing)"))")
        if !next.isEmpty { lines.append("then:     \(next.map(Self.shortened).joined(separator: ", then "))") }
        return (lines + [trace]).joined(separator: "\n")
    }

    /// The client sent `sent`, of which the first `equal` bytes are as recorded; `offset` counts the client's bytes
    /// that are.
    init(_ program: ReplayProgram, at offset: Int, sent: RawSpan, _ equal: Int) {
        let place = RecordedPlace(program, offset: offset)
        let matched = place.message?.bytes.prefix(place.offset) ?? []
        // Of the sent bytes, those in front of this message belong to earlier ones.
        let rest = sent.slice(from: max(equal - place.offset, 0), to: sent.byteCount).array
        let bytes = equal < place.offset ? matched.dropLast(equal) + rest : rest
        let text = Self.firstMessage(bytes, like: place.message)
        let byte = bytes.count > place.offset ? Self.hexadecimal(bytes[place.offset]) : "nothing"
        let reason: String
        if let expected = place.message?.bytes.dropFirst(place.offset).first {
            let number = "byte \(place.offset + 1) of the message"
            reason = "the client sent \(byte) where \(Self.hexadecimal(expected)) was recorded, \(number)"
        } else {
            reason = Self.more
        }
        self.init(program, place, reason: reason, sent: text)
    }

    /// The client sent a whole message, which is not the one with this number.
    init(_ program: ReplayProgram, message number: Int, sent: Fixture.Message, reason: String? = nil) {
        let place = RecordedPlace(program, number: number)
        let usual = place.message == nil ? Self.more : "the client sent another message than was recorded"
        self.init(program, place, reason: reason ?? usual, sent: sent.readable)
    }

    /// The client sent nothing although the recording has it send something.
    init(_ program: ReplayProgram, at offset: Int, silentBecause reason: String) {
        let place = RecordedPlace(program, offset: offset)
        let turn = place.message == nil ? "" : "; the recording has it send something first"
        self.init(program, place, reason: reason + turn, sent: nil)
    }

    /// The client sent nothing, and it is not its turn either.
    init(_ program: ReplayProgram, at offset: Int, reason: String) {
        self.init(program, RecordedPlace(program, offset: offset), reason: reason, sent: nil)
    }

    private init(_ program: ReplayProgram, _ place: RecordedPlace, reason: String, sent: String?) {
        fixture = program.fixture.name
        line = place.line
        self.reason = reason
        expected = place.message?.readable
        self.sent = sent
        next = place.next.map(\.readable)
        var table = ReplayTable()
        for message in place.before { table.add(message.readable, message.readable, isDifferent: false) }
        table.add(place.message?.readable ?? "(nothing more)", sent ?? "(nothing)", isDifferent: true)
        for message in place.next { table.add(message.readable, "", isDifferent: false) }
        trace = table.text
    }

    private static let more = "the client sent more than was recorded"

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

    private static func shortened(_ text: String) -> String { text.count > 200 ? text.prefix(200) + "…" : text }
}

/// A message of the client in a recording, with its neighbours.
private struct RecordedPlace {
    /// The message; nil behind the last one.
    var message: Fixture.Message?
    /// Its line.
    var line: Int?
    /// How far into the message the place is.
    var offset = 0
    /// A few of the client's messages in front of it.
    var before: [Fixture.Message]
    /// A few behind it.
    var next: [Fixture.Message] = []

    init(_ program: ReplayProgram, number: Int) {
        let messages = program.clientMessages
        before = messages.prefix(number).suffix(3).map(\.message)
        guard number < messages.count else { return }
        message = messages[number].message
        line = messages[number].line
        next = messages[(number + 1)...].prefix(2).map(\.message)
    }

    /// The message that holds the client's byte at an offset.
    init(_ program: ReplayProgram, offset: Int) {
        let messages = program.clientMessages
        let number = messages.firstIndex { offset < $0.end } ?? messages.count
        self.init(program, number: number)
        if let message { self.offset = offset - (messages[number].end - message.bytes.count) }
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
