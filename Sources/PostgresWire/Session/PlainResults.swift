/// A result of a request with many of them, or a piece of one, where it was received.
package struct PlainResult: BitwiseCopyable, Sendable {
    /// Where its rows begin and end in the block.
    package var start: Int
    package var end: Int
    /// How many rows there are.
    package var rowCount: Int
    /// Which of the tags ends it; below 0 where more of it is to come.
    package var tag: Int
}

/// Results that came one behind the other.
package struct PlainResults: Sendable {
    /// The results in order.
    package private(set) var list: [PlainResult] = []
    /// The tags of their commands; results in a row that end alike share one.
    package private(set) var tags: [CommandTag] = []
    /// How many rows they have together.
    package private(set) var rowCount = 0

    /// How much room is kept.
    private static let mostKept = 4096

    /// No results.
    package init() {}

    var isEmpty: Bool { list.isEmpty }

    fileprivate mutating func append(_ result: PlainResult) {
        list.append(result)
        rowCount += result.rowCount
    }

    fileprivate mutating func append(_ tag: CommandTag) { tags.append(tag) }

    /// Forgets everything, but not the room that it took unless that is much.
    mutating func removeAll() {
        list.removeAll(keepingCapacity: list.capacity <= Self.mostKept)
        tags.removeAll(keepingCapacity: tags.capacity <= Self.mostKept)
        rowCount = 0
    }
}

extension Session {
    /// Takes BindComplete, rows and CommandComplete in one go, as often as they come in this order.
    ///
    /// It comes to the same as calling ``nextPlain(_:)`` for each result, but says nothing of the end of the request.
    ///
    /// - Parameters:
    ///   - base: where the bytes begin in their block.
    ///   - results: receives what was found, also where an error is thrown.
    /// - Returns: how many of the bytes are done with.
    /// - Throws: ``WireError`` where a row is damaged.
    package mutating func nextResults(
        _ bytes: RawSpan, base: Int, into results: inout PlainResults
    ) throws(WireError) -> Int {
        guard isRunning, discarded.isEmpty, copyPhase == .none else { return 0 }
        var position = 0
        // Where the tag of the result before lies.
        var lastTag = 0..<0
        while true {
            if case .bind = encoder.steps.first {
                guard Self.isEmptyMessage(.bindComplete, bytes, at: position) else { return position }
                encoder.steps.removeFirst()
                position += 5
            }
            guard case .execute = encoder.steps.first else { return position }
            let start = position
            var count = 0
            if Self.body(of: .dataRow, bytes, at: position, limit: limits.longFrame) != nil {
                do throws(WireError) {
                    count = try rows(in: bytes, from: &position)
                } catch {
                    phase = .failed
                    throw error
                }
            }
            var result = PlainResult(start: base + start, end: base + position, rowCount: count, tag: -1)
            guard let body = Self.body(of: .commandComplete, bytes, at: position, limit: limits.shortFrame) else {
                if count > 0 { results.append(result) }
                return position
            }
            let tag = (position + 5)..<(position + 5 + body.byteCount)
            // Most results of a batch end with the same bytes, which are read as a text once.
            if !bytes.isSame(tag, lastTag) {
                guard let text = try? BackendMessage.decodeCommandTag(body: body) else {
                    if count > 0 { results.append(result) }
                    return position
                }
                results.append(text)
                lastTag = tag
            }
            result.tag = results.tags.count - 1
            results.append(result)
            endResult()
            position = tag.upperBound
        }
    }
}

extension RawSpan {
    /// Whether the same bytes lie in two ranges; false where there are so few that it is not worth the look.
    fileprivate func isSame(_ range: Range<Int>, _ other: Range<Int>) -> Bool {
        guard range.count == other.count, range.count >= 8 else { return false }
        // Eight bytes at a time, and the last eight again with what was left before them.
        let distance = other.lowerBound - range.lowerBound
        let last = range.upperBound - 8
        var offset = range.lowerBound
        while true {
            guard let word = integer(at: offset, as: UInt64.self),
                let otherWord = integer(at: offset + distance, as: UInt64.self), word == otherWord
            else { return false }
            if offset == last { return true }
            offset = Swift.min(offset + 8, last)
        }
    }
}
