public import PostgresWire

/// Finds the rows in the data of a binary COPY TO STDOUT, however they are cut into messages; a plain value.
///
/// Servers send a row in one message, and such rows are used where they lie. Others are put together in a buffer.
///
/// PostgreSQL: COPY, Binary Format.
@usableFromInline
struct BinaryCopyParser {
    /// What comes next in the data.
    enum Found: Equatable {
        /// A row lies in the message: its values, without their count, from and to these offsets.
        case row(start: Int, end: Int)
        /// A row has been put together in ``row``.
        case assembled
        /// The message holds nothing more.
        case nothing
    }

    private enum Stage {
        case header
        case rows
        case trailer
    }

    private let columns: Int
    private let limit: Int
    private var stage = Stage.header
    /// What was left of earlier messages.
    private var pending: [UInt8] = []
    private var pendingStart = 0
    /// The values of a row that came in several messages.
    private(set) var row: [UInt8] = []

    /// - Parameter limit: how long a row may be.
    init(columns: Int, limit: Int) {
        self.columns = columns
        self.limit = limit
    }

    /// Whether a row or the trailer begins with the next message.
    var isBetweenRows: Bool { stage == .rows && pending.isEmpty }

    /// Whether the trailer has come.
    var isComplete: Bool { stage == .trailer }

    /// What stands in front of the values in a message that is a row: its kind, its length, and the number of values.
    @inlinable static var headLength: Int { 7 }

    /// How long the message is with which the bytes begin; the session has checked what it says.
    @inlinable @inline(__always)
    static func messageLength(_ bytes: RawSpan) -> Int { 1 + Int(bytes.integer(at: 1, as: Int32.self) ?? 4) }

    /// How long the first message is, if it holds one row and nothing else.
    @usableFromInline
    static func wholeRow(_ messages: RawSpan, columns: Int) -> Int? {
        let length = messageLength(messages)
        guard let count = messages.integer(at: 5, as: Int16.self), Int(count) == columns,
            messages.end(ofValues: columns, from: headLength) == length
        else { return nil }
        return length
    }

    private static let signature: [UInt8] = [0x50, 0x47, 0x43, 0x4f, 0x50, 0x59, 0x0a, 0xff, 0x0d, 0x0a, 0x00]

    /// The next row of a message.
    ///
    /// - Parameters:
    ///   - bytes: the message.
    ///   - position: where to go on in it; moved on.
    mutating func next(_ bytes: RawSpan, _ position: inout Int) throws(PostgresError) -> Found {
        while position < bytes.byteCount {
            guard stage != .trailer else { throw Self.damaged("data behind the end") }
            switch pending.isEmpty && stage == .rows ? try piece(of: bytes, at: position) : .incomplete {
            case .row(let end):
                defer { position = end }
                return .row(start: position + 2, end: end)
            case .trailer(let end):
                stage = .trailer
                position = end
            case .incomplete:
                // A message that ends inside a row, or goes on with one: the buffer takes it.
                pending += bytes.slice(from: position, to: bytes.byteCount).array
                position = bytes.byteCount
                guard pending.count <= limit else { throw Self.damaged("a row of more than \(limit) bytes") }
            }
        }
        return try takePending() ? .assembled : .nothing
    }

    /// Takes one row, and the header in front of it, from what was left.
    private mutating func takePending() throws(PostgresError) -> Bool {
        if stage == .header, let end = try headerEnd(pending.rawSpan) {
            pendingStart = end
            stage = .rows
        }
        guard stage == .rows, pendingStart < pending.count else {
            if stage == .rows { dropPending(to: pendingStart) }
            return false
        }
        switch try piece(of: pending.rawSpan, at: pendingStart) {
        case .row(let end):
            row = Array(pending[(pendingStart + 2)..<end])
            if end == pending.count { dropPending(to: end) } else { pendingStart = end }
            return true
        case .trailer(let end):
            guard end == pending.count else { throw Self.damaged("data behind the end") }
            stage = .trailer
            dropPending(to: end)
            return false
        case .incomplete:
            dropPending(to: pendingStart)
            return false
        }
    }

    private mutating func dropPending(to end: Int) {
        pending.removeFirst(end)
        pendingStart = 0
    }

    private func headerEnd(_ bytes: RawSpan) throws(PostgresError) -> Int? {
        guard bytes.byteCount >= 19, let flags = bytes.integer(at: 11, as: UInt32.self),
            let length = bytes.integer(at: 15, as: Int32.self)
        else { return nil }
        guard bytes.slice(from: 0, to: 11).array == Self.signature else { throw Self.damaged("no signature") }
        // The upper half of the flags are those that must be understood; none is in use any more.
        guard flags & 0xffff_0000 == 0 else { throw Self.damaged("the flags \(flags)") }
        guard length >= 0, Int(length) <= limit - 19 else { throw Self.damaged("a header of \(length) bytes") }
        return bytes.byteCount >= 19 + Int(length) ? 19 + Int(length) : nil
    }

    private enum Piece {
        case row(end: Int)
        case trailer(end: Int)
        case incomplete
    }

    /// What begins at `start`.
    private func piece(of bytes: RawSpan, at start: Int) throws(PostgresError) -> Piece {
        guard let count = bytes.integer(at: start, as: Int16.self) else { return .incomplete }
        if count == -1 { return .trailer(end: start + 2) }
        guard Int(count) == columns else { throw Self.damaged("\(count) values for \(columns) columns") }
        var position = start + 2
        for _ in 0..<columns {
            guard let length = bytes.integer(at: position, as: Int32.self) else { return .incomplete }
            guard length >= -1, Int(length) <= limit else { throw Self.damaged("a value of \(length) bytes") }
            position += 4 + max(Int(length), 0)
        }
        return position <= bytes.byteCount ? .row(end: position) : .incomplete
    }

    private static func damaged(_ what: String) -> PostgresError {
        PostgresError(.protocolViolation, "the binary COPY data are damaged: \(what)")
    }
}
