/// The memory that received bytes live in: one block that is filled from the front and never moved.
///
/// The other place in the codec that uses unsafe memory. All of it is initialised from the beginning, and nothing is
/// written to it while anybody but the ``ReceiveBuffer`` holds the block, so spans over it stay valid as long as the
/// reference does; that immutability is what makes the type safe to send between threads.
@safe public final class ReceiveBlock: @unchecked Sendable {  // the bytes are written by the owning buffer alone
    @usableFromInline let base: UnsafeMutableRawPointer
    @usableFromInline let capacity: Int

    init(capacity: Int) {
        unsafe base = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        self.capacity = capacity
        unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: capacity)
    }

    deinit { unsafe base.deallocate() }

    /// A block with bytes that were put together elsewhere.
    package convenience init(copying bytes: [UInt8]) {
        self.init(capacity: max(bytes.count, 1))
        unsafe bytes.withUnsafeBytes { source in
            guard let from = source.baseAddress else { return }
            unsafe base.copyMemory(from: from, byteCount: source.count)
        }
    }

    /// A block without bytes.
    package static let empty = ReceiveBlock(capacity: 1)

    /// The bytes from `start` up to `end`, clamped to the block; no copy.
    @inlinable
    @_lifetime(borrow self)
    public func bytes(from start: Int, to end: Int) -> RawSpan {
        let last = min(max(end, 0), capacity)
        let first = min(max(start, 0), last)
        let span = unsafe RawSpan(_unsafeStart: base + first, byteCount: last - first)
        // The block owns the memory, so the span may live as long as the borrowed reference.
        return unsafe _overrideLifetime(span, borrowing: self)
    }
}

/// Bytes from the socket: what has come and has not been consumed is always one contiguous span.
///
/// Rows refer to the block of the buffer instead of copying it. As long as somebody holds the block, its bytes stay
/// where they are and the next read goes to a fresh block; else the block is reused.
package struct ReceiveBuffer: ~Copyable {
    /// The block that holds the unread bytes.
    package private(set) var block: ReceiveBlock
    /// Where the unread bytes begin in the block.
    package private(set) var start = 0
    /// Where they end.
    package private(set) var end = 0

    private static let smallest = 16 << 10
    private static let usual = 64 << 10

    package init() { block = ReceiveBlock(capacity: Self.smallest) }

    /// How many bytes wait to be consumed.
    package var unreadCount: Int { end - start }

    /// The bytes that wait to be consumed.
    package var unread: RawSpan {
        @_lifetime(borrow self) borrowing get {
            let span = unsafe RawSpan(_unsafeStart: block.base + start, byteCount: end - start)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Marks the first `count` unread bytes as consumed.
    package mutating func consume(_ count: Int) {
        start = min(start + max(count, 0), end)
        if start == end, isKnownUniquelyReferenced(&block) { restart() }
    }

    private mutating func restart() {
        start = 0
        end = 0
    }

    /// Makes room for a read such that a frame of `needed` bytes fits behind the unread start.
    ///
    /// - Returns: how many bytes may be read now, at least one.
    package mutating func prepare(needed: Int) -> Int {
        let unique = isKnownUniquelyReferenced(&block)
        if unique, start == end { restart() }
        let wanted = max(needed, unreadCount + 1)
        // At the front already, a long frame is read to its end where it lies.
        let isCramped = start > 0 && block.capacity - end < block.capacity / 4
        if !unique || start + wanted > block.capacity || isCramped {
            move(wanted: wanted, unique: unique)
        }
        return block.capacity - end
    }

    private mutating func move(wanted: Int, unique: Bool) {
        let count = unreadCount
        let size = max(wanted, block.capacity > Self.smallest || count > 0 ? Self.usual : Self.smallest)
        if unique, size <= block.capacity, block.capacity <= max(4 * size, Self.usual) {
            unsafe block.base.copyMemory(from: block.base + start, byteCount: count)
        } else {
            let larger = ReceiveBlock(capacity: size)
            unsafe larger.base.copyMemory(from: block.base + start, byteCount: count)
            block = larger
        }
        start = 0
        end = count
    }

    /// Hands the free memory behind the unread bytes to `body`, which says how many bytes it put there.
    ///
    /// The pointer is valid inside the closure only; a transport passes it to `read(2)`.
    @unsafe
    package mutating func fill<Failure: Error>(
        _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) -> Int {
        let free = unsafe UnsafeMutableRawBufferPointer(start: block.base + end, count: block.capacity - end)
        let count = min(max(try unsafe body(free), 0), free.count)
        end += count
        return count
    }

    /// Appends bytes, for transports that have them in memory already.
    package mutating func append(_ bytes: RawSpan) {
        _ = prepare(needed: unreadCount + bytes.byteCount)
        _ = unsafe fill { free in
            unsafe bytes.withUnsafeBytes { source in
                guard let from = source.baseAddress, let to = free.baseAddress else { return 0 }
                unsafe to.copyMemory(from: from, byteCount: source.count)
                return source.count
            }
        }
    }
}

extension RawSpan {
    /// An integer in network byte order, or nil where the span ends before it does.
    @inlinable
    public func integer<Value: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: Value.Type) -> Value? {
        guard offset >= 0, offset <= byteCount - MemoryLayout<Value>.size else { return nil }
        // The range was just checked, and every bit pattern is a valid integer.
        return Value(bigEndian: unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: Value.self))
    }

    /// A part of the span, clamped to it.
    @inlinable
    @_lifetime(copy self)
    public func slice(from start: Int, to end: Int) -> RawSpan {
        let last = min(max(end, 0), byteCount)
        let first = min(max(start, 0), last)
        // Clamped as they are, the bounds need not be checked again.
        return unsafe extracting(unchecked: Range(uncheckedBounds: (first, last)))
    }

    /// The length of the value that begins at `position`, which is behind the length then; below 0 for NULL.
    ///
    /// Nil where the span ends before the value does.
    @inlinable @inline(__always)
    public func valueLength(at position: inout Int) -> Int? {
        // Neither subtraction can overflow: nothing in them is below zero.
        guard position >= 0, byteCount &- position >= 4 else { return nil }
        // The range was just checked, and every bit pattern is a valid integer.
        let length = Int32(bigEndian: unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: Int32.self))
        guard Int(length) <= byteCount &- position &- 4 else { return nil }
        position &+= 4
        return Int(length)
    }

    /// The value that begins at `position` with its length, which is moved behind it; nil within for NULL.
    ///
    /// Nil where the span ends before the value does.
    @inlinable @inline(__always)
    @_lifetime(copy self)
    public func value(at position: inout Int) -> RawSpan?? {
        guard let length = valueLength(at: &position) else { return nil }
        if length < 0 { return .some(nil) }
        let start = position
        position &+= length
        // That both lie within the span was just checked.
        return .some(unsafe extracting(unchecked: Range(uncheckedBounds: (start, position))))
    }

    /// Where `count` values end that begin at `start`, each behind its length of four bytes, which is -1 for NULL.
    ///
    /// Nil where a length is less than that, or where the span ends before the values do.
    package func end(ofValues count: Int, from start: Int) -> Int? {
        guard start >= 0 else { return nil }
        var position = start
        for _ in 0..<count {
            // No sum overflows: the position is not above the number of bytes here, and a length has 31 bits.
            guard byteCount &- position >= 4 else { return nil }
            // The range was just checked, and every bit pattern is a valid integer.
            let length = Int32(bigEndian: unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: Int32.self))
            guard length >= -1 else { return nil }
            position = position &+ 4 &+ Int(max(length, 0))
        }
        return position <= byteCount ? position : nil
    }

    /// The bytes as a text, or nil where they are not UTF-8.
    ///
    /// Texts of up to 15 bytes need no allocation.
    @inlinable
    public var utf8Text: String? {
        if isShortASCII {
            return unsafe String(unsafeUninitializedCapacity: byteCount) { target in
                unsafe withUnsafeBytes { unsafe UnsafeMutableRawBufferPointer(target).copyMemory(from: $0) }
                return byteCount
            }
        }
        // UTF8Span needs macOS 26; the older way is right but several times slower.
        if #available(macOS 26, iOS 26, tvOS 26, watchOS 26, visionOS 26, *) {
            guard let text = try? UTF8Span(validating: Span<UInt8>(_bytes: self)) else { return nil }
            return String(copying: text)
        }
        return unsafe withUnsafeBytes { unsafe String(validating: $0, as: UTF8.self) }
    }

    /// Whether the bytes are ASCII and few enough for a String without an allocation.
    ///
    /// Such texts are common, and the ways that check UTF-8 take twice as long over them.
    @inlinable @inline(__always)
    var isShortASCII: Bool {
        // Two loads that may overlap, both within the bytes.
        switch byteCount {
        case 8...15:
            let first = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: 0, as: UInt64.self)
            let last = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: byteCount &- 8, as: UInt64.self)
            return (first | last) & 0x8080_8080_8080_8080 == 0
        case 4...7:
            let first = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: 0, as: UInt32.self)
            let last = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: byteCount &- 4, as: UInt32.self)
            return (first | last) & 0x8080_8080 == 0
        default: return false
        }
    }

    /// A copy of the bytes.
    @inlinable
    public var array: [UInt8] { unsafe withUnsafeBytes { unsafe [UInt8]($0) } }
}

extension Array where Element == UInt8 {
    /// The bytes as a raw span; UInt8 has no padding, so every byte of it is initialised.
    @inlinable
    public var rawSpan: RawSpan {
        @_lifetime(borrow self) get { unsafe span.bytes }
    }
}
