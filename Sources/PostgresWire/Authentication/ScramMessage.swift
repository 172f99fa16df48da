/// The attributes of one SCRAM message, `name=value` with commas between, as RFC 5802 writes them.
struct ScramMessage {
    private let attributes: [(name: UInt8, value: [UInt8])]

    /// Cuts the message up.
    ///
    /// - Throws: ``WireError/authentication(_:)`` for anything that is no list of attributes, and for `m`, by which the
    ///   other side says that an extension we do not know must be understood.
    init(_ bytes: [UInt8]) throws(WireError) {
        var attributes: [(name: UInt8, value: [UInt8])] = []
        for part in bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            guard let name = part.first, Self.isLetter(name), part.dropFirst().first == UInt8(ascii: "="),
                !part.contains(0)
            else { throw .authentication("a SCRAM message is malformed") }
            if name == UInt8(ascii: "m") {
                throw .authentication("a SCRAM message requires an extension that is not supported")
            }
            attributes.append((name, Array(part.dropFirst(2))))
        }
        self.attributes = attributes
    }

    /// How many attributes there are.
    var count: Int { attributes.count }

    /// The value of the attribute at `index` if it is there and has this name.
    func value(_ name: Unicode.Scalar, at index: Int) throws(WireError) -> [UInt8] {
        guard index < attributes.count, attributes[index].name == UInt8(ascii: name) else {
            throw .authentication("a SCRAM message lacks its attribute \(name) or has it in the wrong place")
        }
        return attributes[index].value
    }

    /// The text of the error that a server reports instead of what it should send.
    var errorText: String? {
        guard let first = attributes.first, first.name == UInt8(ascii: "e") else { return nil }
        return String(String(decoding: first.value, as: UTF8.self).controlsEscaped.prefix(200))
    }

    /// Whether `nonce` has only what RFC 5802 allows in one: printable ASCII without comma, and at least one.
    static func isNonce(_ nonce: [UInt8]) -> Bool {
        !nonce.isEmpty && nonce.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: ",") }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        default: false
        }
    }
}
