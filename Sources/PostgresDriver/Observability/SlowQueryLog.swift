internal import PostgresWire

/// Writes a line for every query, batch or COPY that takes too long.
///
///     let log = SlowQueryLog(threshold: .milliseconds(200)) { line in logger.warning("\(line)") }
///     let client = try PostgresClient(url, observer: log)
///
/// A line has the time, the SQL text, what came of it and where the call stands:
///
///     query took 1.203 s: SELECT * FROM orders WHERE id = $1 (SELECT 17) at App/Orders.swift:41
///
/// Parameter values are not in it. Control characters of the text are spelled out, so that it stays one line and cannot
/// pretend to be another.
public struct SlowQueryLog: PostgresObserver {
    private let threshold: Duration
    private let longestText: Int
    private let sink: @Sendable (String) -> Void

    /// A log.
    ///
    /// - Parameters:
    ///   - threshold: what takes this long or longer is logged; the time to read the rows counts.
    ///   - longestText: how many characters of an SQL text are shown.
    ///   - sink: receives each line, on any thread.
    public init(threshold: Duration, longestText: Int = 1_000, sink: @escaping @Sendable (String) -> Void) {
        self.threshold = threshold
        self.longestText = max(longestText, 0)
        self.sink = sink
    }

    /// Remembers what has begun.
    public func begin(_ operation: PostgresOperation) -> Ending? {
        switch operation.kind {
        case .query, .batch, .copyIn, .copyOut: break
        case .connect, .acquire, .prepare: return nil
        }
        return { result in
            if result.duration >= threshold { sink(line(operation, result)) }
        }
    }

    func line(_ operation: PostgresOperation, _ result: PostgresOperationResult) -> String {
        var text = "\(operation.kind.rawValue) took \(Self.seconds(result.duration)) s"
        if operation.queryCount != 1 { text += ", \(operation.queryCount) queries" }
        if let sql = operation.sql {
            text += ": \(sql.prefix(longestText))"
            if sql.dropFirst(longestText).first != nil { text += "…" }
        }
        if let error = result.error {
            text += " (failed: \(error.server?.sqlState.rawValue ?? error.code.description))"
        } else if result.wasAbandoned {
            text += " (abandoned)"
        } else if let tag = result.commandTag?.text, !tag.isEmpty {
            text += " (\(tag))"
        }
        if let file = operation.file, let line = operation.line { text += " at \(file):\(line)" }
        return text.controlsEscaped
    }

    /// Three decimals, cut off.
    private static func seconds(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = String(attoseconds / 1_000_000_000_000_000)
        return "\(seconds)." + String(repeating: "0", count: max(3 - milliseconds.count, 0)) + milliseconds
    }
}
