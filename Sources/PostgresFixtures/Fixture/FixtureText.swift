internal import PostgresWire

/// The text form of fixtures.
extension Fixture {
    /// The version of the text format that this library reads and writes.
    public static let formatVersion = 1

    /// Reads a fixture from its text.
    ///
    ///     postgres-session 1
    ///     server: 15.18
    ///     tls: off
    ///     user: alice
    ///     database: test
    ///
    ///     > Query "SELECT 1" | 51 0000000d 53454c454354203100
    ///     < EmptyQueryResponse | 49 00000004
    ///     ~ read
    ///     < ReadyForQuery I | 5a 00000005 49
    ///     # a remark
    ///     x client
    ///
    /// `>` is the client, `<` the server. Behind the last ` | ` stand the exact bytes in hexadecimal: tag, length, body;
    /// or length and body; or bytes that are no message. `~ read` is where a read of the client ended, `~ read 3` that
    /// it did so 3 bytes into the server's next message. `~ after 2 15`, where several connections were recorded, is
    /// where the second one had sent 15 messages. `x` is a close. There is one way to write a fixture, so the text of
    /// what was read is the same text again.
    ///
    /// - Parameter name: what errors call the fixture.
    /// - Throws: ``FixtureError`` with the number of the line.
    public init(text: String, name: String = "fixture") throws(FixtureError) {
        var parser = FixtureParser(text: text, name: name)
        self = try parser.fixture()
    }

    /// The fixture as text.
    public var text: String {
        var output = FixtureText.firstLine + "\n"
        for line in header.textLines { output += line + "\n" }
        output += "\n"
        for line in lines { output += FixtureText.line(line) + "\n" }
        return output
    }

    /// The fixture for people: its text without the bytes.
    public var readableText: String {
        var output = header.textLines.joined(separator: "\n") + "\n\n"
        for line in lines {
            if case .message(let message) = line {
                output += "\(FixtureText.arrow(message.side)) \(message.rendering)\n"
            } else {
                output += FixtureText.line(line) + "\n"
            }
        }
        return output
    }

    /// Makes the readable half of every message say what its bytes say.
    package mutating func renderAgain() {
        lines = lines.map { line in
            guard case .message(var message) = line else { return line }
            message.readable = message.rendering
            return .message(message)
        }
    }

    /// The number of the text's line on which `lines[index]` stands, counted from 1.
    public func lineNumber(of index: Int) -> Int { header.textLines.count + 3 + index }

    /// What is not as it should be although it can be replayed, one sentence each; empty for a good fixture.
    ///
    /// A readable half that does not say what the bytes say, or a header that does not fit the messages.
    public func inconsistencies() -> [FixtureError] {
        var found: [FixtureError] = []
        for (index, line) in lines.enumerated() {
            guard case .message(let message) = line, message.readable != message.rendering else { continue }
            found.append(
                FixtureError(
                    "the bytes say `\(message.rendering)`, not `\(message.readable)`", fixture: name,
                    line: lineNumber(of: index)))
        }
        if let startup = startupMessage {
            for (key, value) in [("user", header.user), ("database", header.database)] {
                guard let value, startup[key] != value else { continue }
                found.append(FixtureError("the \(key) of the header is not that of the startup message", fixture: name))
            }
        }
        do throws(FixtureError) {
            let credentials = try FixtureCredentials(lines)
            if credentials.isProven, !header.usesPassword {
                found.append(FixtureError("the header lacks the password that the session uses", fixture: name))
            }
            // What a header has beyond need does no harm.
            let nonceDiffers = credentials.isProven && credentials.nonce != nil && credentials.nonce != header.nonce
            let keyDiffers = credentials.scramKey != nil && credentials.scramKey != header.scramKey
            if nonceDiffers || keyDiffers {
                found.append(FixtureError("nonce or SCRAM key of the header are not the session's", fixture: name))
            }
        } catch {
            found.append(FixtureError(error.reason, fixture: name))
        }
        return found
    }
}

/// Pieces of the text form.
enum FixtureText {
    static let firstWord = "postgres-session"
    static let firstLine = "\(firstWord) \(Fixture.formatVersion)"

    static func line(_ line: Fixture.Line) -> String {
        switch line {
        case .message(let message): "\(arrow(message.side)) \(message.readable) | \(hexadecimal(message))"
        case .read(offset: 0): "~ read"
        case .read(let offset): "~ read \(offset)"
        case .after(let connection, let messages): "~ after \(connection) \(messages)"
        case .close(let side): "x \(side.rawValue)"
        case .comment(let text): text.isEmpty ? "#" : "# \(text.controlsEscaped)"
        }
    }

    static func arrow(_ side: Fixture.Side) -> String { side == .client ? ">" : "<" }

    /// The bytes of a message in groups: tag, length, body.
    static func hexadecimal(_ message: Fixture.Message) -> String {
        let header = message.framing.headerLength
        var text: [UInt8] = []
        text.reserveCapacity(2 * message.bytes.count + 2)
        for (offset, byte) in message.bytes.enumerated() {
            if offset > 0, offset == header || offset == header - 4 { text.append(UInt8(ascii: " ")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let digits = Array("0123456789abcdef".utf8)

    /// The value of a digit as the printer writes it.
    static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
