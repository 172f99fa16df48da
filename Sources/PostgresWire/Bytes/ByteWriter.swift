/// A growable buffer for bytes to be sent: integers in network order, texts, and lengths filled in afterwards.
///
/// It is reused from request to request, so in a steady state writing allocates nothing.
///
/// One of the two places in the codec that use unsafe memory: `storage` is allocated with `capacity` bytes, the first
/// `count` of them are initialised, and every write reserves before it stores. Nothing outside this file sees the pointer.
@safe public struct ByteWriter: ~Copyable {
    @usableFromInline var storage: UnsafeMutableRawPointer
    @usableFromInline var capacity: Int
    @usableFromInline var length: Int
    /// How many bytes have been written.
    @inlinable public var count: Int { length }

    /// An empty writer with room for `capacity` bytes.
    public init(capacity: Int = 512) {
        let size = max(capacity, 16)
        unsafe storage = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 8)
        self.capacity = size
        length = 0
    }

    deinit { unsafe storage.deallocate() }

    /// Whether nothing has been written.
    public var isEmpty: Bool { count == 0 }

    /// The bytes written so far, valid until the next change.
    public var bytes: RawSpan {
        @_lifetime(borrow self) borrowing get {
            let span = unsafe RawSpan(_unsafeStart: storage, byteCount: count)
            // The memory belongs to this writer, so the span may live as long as the borrow.
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Makes room for `additional` more bytes.
    @inlinable @inline(__always)
    public mutating func reserve(_ additional: Int) {
        if count + additional > capacity { grow(additional) }
    }

    // Not inlined: it is rare, and every write holds a call of it.
    @usableFromInline @inline(never)
    mutating func grow(_ additional: Int) {
        let size = max(capacity * 2, count + additional)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 8)
        unsafe larger.copyMemory(from: storage, byteCount: count)
        unsafe storage.deallocate()
        unsafe storage = larger
        capacity = size
    }

    /// Appends an integer in network byte order.
    @inlinable @inline(__always)
    public mutating func write<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) {
        let size = MemoryLayout<Value>.size
        reserve(size)
        unsafe storage.storeBytes(of: value.bigEndian, toByteOffset: count, as: Value.self)
        length += size
    }

    /// Appends an integer in network byte order behind its length in bytes.
    @inlinable @inline(__always)
    public mutating func write<Value: FixedWidthInteger & BitwiseCopyable>(withLength value: Value) {
        let size = MemoryLayout<Value>.size
        reserve(4 + size)
        unsafe storage.storeBytes(of: Int32(size).bigEndian, toByteOffset: count, as: Int32.self)
        unsafe storage.storeBytes(of: value.bigEndian, toByteOffset: count + 4, as: Value.self)
        length += 4 + size
    }

    /// Appends bytes as they are.
    @inlinable
    public mutating func write(_ bytes: RawSpan) {
        reserve(bytes.byteCount)
        unsafe bytes.withUnsafeBytes { source in
            guard let base = source.baseAddress else { return }
            unsafe (storage + count).copyMemory(from: base, byteCount: source.count)
        }
        length += bytes.byteCount
    }

    /// Appends bytes as they are.
    public mutating func write(_ bytes: [UInt8]) {
        // Bytes are bytes: the raw view of [UInt8] has no padding.
        write(unsafe bytes.span.bytes)
    }

    /// Appends the UTF-8 bytes of a text, without a terminator.
    public mutating func write(utf8 text: String) {
        if #available(macOS 26, iOS 26, tvOS 26, watchOS 26, visionOS 26, *) {
            write(unsafe text.utf8.span.bytes)
        } else {
            write(Array(text.utf8))
        }
    }

    /// Appends the UTF-8 bytes of a text that must not hold a NUL; false, with nothing written, if it does.
    @inlinable @inline(__always)
    public mutating func write(utf8WithoutNUL text: String) -> Bool {
        if #available(macOS 26, iOS 26, tvOS 26, watchOS 26, visionOS 26, *) {
            // Unlike a closure over the bytes, a span of them costs no reference count.
            return write(withoutNUL: unsafe text.utf8.span.bytes)
        }
        return write(withoutNUL: Array(text.utf8).rawSpan)
    }

    /// Appends the UTF-8 bytes of a text behind their number; false, with nothing written, if it holds a NUL or that
    /// number is no Int32.
    @inlinable
    public mutating func write(utf8WithLengthWithoutNUL text: String) -> Bool {
        guard #available(macOS 26, iOS 26, tvOS 26, watchOS 26, visionOS 26, *) else {
            return write(withLengthWithoutNUL: Array(text.utf8).rawSpan)
        }
        return write(withLengthWithoutNUL: unsafe text.utf8.span.bytes)
    }

    @inlinable @inline(__always)
    mutating func write(withLengthWithoutNUL bytes: RawSpan) -> Bool {
        guard let size = Int32(exactly: bytes.byteCount) else { return false }
        let start = length
        write(size)
        if write(withoutNUL: bytes) { return true }
        length = start
        return false
    }

    @inlinable @inline(__always)
    mutating func write(withoutNUL bytes: RawSpan) -> Bool {
        let size = bytes.byteCount
        reserve(size)
        let target = unsafe storage + count
        if size >= 8 {
            // Eight bytes at a time, and the last eight again with what was left before them. No offset leaves the bytes,
            // for which there is room, so that none needs a check.
            var offset = 0
            while true {
                let word = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
                // A zero byte borrows from its highest bit, which was not set.
                guard (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080 == 0 else { return false }
                unsafe target.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
                if offset == size &- 8 { break }
                offset = min(offset &+ 8, size &- 8)
            }
        } else {
            for offset in 0..<size {
                // The loop does not leave the bytes.
                let byte = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
                guard byte != 0 else { return false }
                unsafe target.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
            }
        }
        length += size
        return true
    }

    /// Appends a text and its terminating NUL.
    ///
    /// - Throws: ``WireError/nulByte(field:)`` if the text itself holds a NUL; nothing is written then.
    public mutating func write(cString text: String, field: StaticString) throws(WireError) {
        guard write(utf8WithoutNUL: text) else { throw .nulByte(field: "\(field)") }
        write(0 as UInt8)
    }

    /// Overwrites an integer that was written before; out of range it does nothing.
    @inlinable
    public mutating func patch<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value, at offset: Int) {
        guard offset >= 0, offset <= count - MemoryLayout<Value>.size else { return }
        unsafe storage.storeBytes(of: value.bigEndian, toByteOffset: offset, as: Value.self)
    }

    /// Forgets everything after `newCount` bytes; this is how a request that failed half-way is taken back.
    public mutating func truncate(to newCount: Int) {
        if newCount >= 0, newCount < count { length = newCount }
    }

    /// Forgets the first `sent` bytes.
    public mutating func removeFirst(_ sent: Int) {
        guard sent > 0 else { return }
        guard sent < count else { return removeAll() }
        unsafe storage.copyMemory(from: storage + sent, byteCount: count - sent)
        length -= sent
    }

    /// Forgets everything.
    ///
    /// Storage above 1 MiB is given back, so that one large request does not stay in memory.
    public mutating func removeAll() {
        length = 0
        guard capacity > 1 << 20 else { return }
        unsafe storage.deallocate()
        capacity = 512
        unsafe storage = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)
    }
}
