/// Where one tagged message stands in a stream of bytes.
package struct Frame: Equatable, Sendable {
    /// The tag byte.
    package var kind: UInt8
    /// How many bytes follow the length word.
    package var bodyLength: Int
    /// Tag, length word and body together.
    package var totalLength: Int { 5 + bodyLength }
}

/// Finds where messages begin and end, and refuses impossible ones before anything waits or allocates for them.
package enum FrameSplitter {
    /// The frame that begins where `bytes` do, or nil while its five header bytes have not all come.
    ///
    /// The body may still be on its way: compare ``Frame/totalLength`` with what is there.
    package static func backend(
        _ bytes: RawSpan, limits: Limits, authenticated: Bool
    ) throws(WireError) -> Frame? {
        guard let tag = bytes.integer(at: 0, as: UInt8.self) else { return nil }
        guard let kind = BackendKind(rawValue: tag) else { throw .unknownKind(tag) }
        let usual = kind.mayBeLong ? limits.longFrame : limits.shortFrame
        return try frame(bytes, tag: tag, limit: authenticated ? usual : min(usual, limits.frameBeforeAuthentication))
    }

    /// The client's frame that begins where `bytes` do, or nil while its header has not come whole.
    package static func frontend(_ bytes: RawSpan, limit: Int) throws(WireError) -> Frame? {
        guard let tag = bytes.integer(at: 0, as: UInt8.self) else { return nil }
        guard FrontendKind(rawValue: tag) != nil else { throw .unknownKind(tag) }
        return try frame(bytes, tag: tag, limit: limit)
    }

    /// The length of the untagged packet that opens a connection, its length word included, or nil while that word has
    /// not come whole.
    ///
    /// Kind 0 stands for it in errors.
    package static func startup(_ bytes: RawSpan, limits: Limits) throws(WireError) -> Int? {
        guard let length = bytes.integer(at: 0, as: Int32.self) else { return nil }
        guard length >= 8, Int(length) <= limits.startupPacket else { throw .badLength(kind: 0, length: length) }
        return Int(length)
    }

    private static func frame(_ bytes: RawSpan, tag: UInt8, limit: Int) throws(WireError) -> Frame? {
        guard let length = bytes.integer(at: 1, as: Int32.self) else { return nil }
        guard length >= 4, Int(length) <= limit else { throw .badLength(kind: tag, length: length) }
        return Frame(kind: tag, bodyLength: Int(length) - 4)
    }
}
