public import PostgresWire

/// What a recording is made of: SQL statements, each ended by a semicolon at the end of a line.
///
/// Lines that begin with `--!` say how the statements behind them are run:
///
///     --! simple          by the simple query protocol, until `--! extended`
///     --! extended        by the extended one, prepared and cached (this is how a script begins)
///     --! arguments 1 'two' NULL   what $1, $2 and $3 of the next statement stand for
///     --! fails           the next statement must fail, and no other may
///     --! connect fails   the connection itself must fail; nothing else may stand in the script
///
/// Several statements on one line are one request, which only the simple protocol permits. A line `;` alone is an empty
/// statement.
public struct FixtureScript: Equatable, Sendable {
    /// The protocol by which a statement is run.
    public enum Mode: String, Hashable, Sendable {
        /// Query.
        case simple
        /// Parse, Describe, Bind, Execute.
        case extended
    }

    /// What a placeholder stands for.
    public enum Argument: Hashable, Sendable {
        /// NULL, as a text.
        case null
        /// `true` or `false`.
        case bool(Bool)
        /// An integer of eight bytes.
        case integer(Int)
        /// A text.
        case text(String)
    }

    /// One request.
    public struct Step: Equatable, Sendable {
        /// The text, with its semicolon where it has one of its own.
        public var sql: String
        /// How it is run.
        public var mode: Mode
        /// What its placeholders stand for.
        public var arguments: [Argument]
        /// Whether it must fail.
        public var mustFail: Bool
    }

    /// The requests in order.
    public private(set) var steps: [Step] = []
    /// Whether there must be no connection.
    public private(set) var connectMustFail = false

    /// Reads a script.
    ///
    /// - Throws: ``FixtureError`` for an unknown directive or a statement without an end, with the line.
    public init(_ text: String) throws(FixtureError) {
        var mode = Mode.extended
        var mustFail = false
        var arguments: [Argument] = []
        var statement: [Substring] = []
        var number = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            if line.hasPrefix("--!") {
                guard statement.isEmpty else { throw FixtureError("a directive inside of a statement", line: number) }
                switch line.dropFirst(3).split(separator: " ") {
                case ["simple"]: mode = .simple
                case ["extended"]: mode = .extended
                case let words where words.first == "arguments":
                    arguments = try Self.arguments(line.drop { $0 != "a" }.dropFirst("arguments".count), line: number)
                case ["fails"]: mustFail = true
                case ["connect", "fails"]: connectMustFail = true
                default: throw FixtureError("there is no directive `\(line)`", line: number)
                }
                continue
            }
            // Comments between statements are the script's; inside of one they belong to it.
            if statement.isEmpty, line.hasPrefix("--") || line.allSatisfy({ $0 == " " }) { continue }
            guard line.hasSuffix(";") else {
                statement.append(line)
                continue
            }
            statement.append(line.dropLast())
            let sql = statement.joined(separator: "\n")
            guard arguments.isEmpty || mode == .extended else {
                throw FixtureError("the simple protocol knows no arguments", line: number)
            }
            steps.append(Step(sql: sql, mode: mode, arguments: arguments, mustFail: mustFail))
            statement = []
            arguments = []
            mustFail = false
        }
        guard statement.isEmpty else { throw FixtureError("the last statement has no semicolon", line: number) }
        guard !connectMustFail || steps.isEmpty else {
            throw FixtureError("statements cannot run where there must be no connection")
        }
    }

    private static func arguments(_ text: Substring, line: Int) throws(FixtureError) -> [Argument] {
        var arguments: [Argument] = []
        var rest = text.drop { $0 == " " }
        while let first = rest.first {
            if first == "'" {
                guard let end = rest.dropFirst().firstIndex(of: "'") else {
                    throw FixtureError("a text without a closing quote", line: line)
                }
                arguments.append(.text(String(rest.dropFirst()[..<end])))
                rest = rest[rest.index(after: end)...]
            } else {
                let word = rest.prefix { $0 != " " }
                switch word {
                case "NULL": arguments.append(.null)
                case "true", "false": arguments.append(.bool(word == "true"))
                default:
                    guard let number = Int(word) else {
                        throw FixtureError("`\(word)` is neither an integer nor a text in quotes", line: line)
                    }
                    arguments.append(.integer(number))
                }
                rest = rest.dropFirst(word.count)
            }
            guard rest.isEmpty || rest.first == " " else {
                throw FixtureError("no space behind an argument", line: line)
            }
            rest = rest.drop { $0 == " " }
        }
        return arguments
    }

    /// Runs the script, one request after the other.
    ///
    /// - Parameters:
    ///   - connect: opens the connection.
    ///   - run: runs one request on it.
    /// - Throws: ``FixtureError`` where something fails that must not, or the other way round.
    public func run<Connection>(
        connect: () async throws(PostgresError) -> Connection,
        run: (Connection, Step) async throws(PostgresError) -> Void
    ) async throws(FixtureError) {
        let connection: Connection
        do throws(PostgresError) {
            connection = try await connect()
        } catch {
            if connectMustFail { return }
            throw FixtureError("no connection: \(error)")
        }
        if connectMustFail { throw FixtureError("the connection succeeded, although it must fail") }
        for step in steps {
            var failure: PostgresError?
            do throws(PostgresError) { try await run(connection, step) } catch { failure = error }
            if let failure, !step.mustFail { throw FixtureError("\(step.sql): \(failure)") }
            if failure == nil, step.mustFail { throw FixtureError("\(step.sql): succeeded, although it must fail") }
        }
    }
}
