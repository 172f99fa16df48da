/// The parts of a Bind and an Execute message that are the same whenever a prepared statement runs.
package struct PreparedBind: Sendable {
    /// The Bind message up to its parameters, with a length that is to be filled in.
    let head: [UInt8]
    /// What follows the parameters: the formats of the result.
    let tail: [UInt8]

    /// Binds a statement to the unnamed portal, with every result column in binary, or each as `resultFormats` says.
    package init(statement: String, resultFormats: [WireFormat]? = nil) throws(WireError) {
        var writer = ByteWriter()
        _ = writer.beginMessage(.bind)
        writer.write(0 as UInt8)
        try writer.write(cString: statement, field: "statement name")
        self.init(head: writer.bytes.array, resultFormats ?? [.binary])
    }

    private init(head: [UInt8], _ resultFormats: [WireFormat]) {
        self.head = head
        var writer = ByteWriter()
        writer.write(UInt16(truncatingIfNeeded: resultFormats.count))
        for format in resultFormats { writer.write(format.rawValue) }
        tail = writer.bytes.array
    }

    /// Binds the unnamed statement, with every result column in one format.
    package static func unnamed(_ resultFormat: WireFormat) -> PreparedBind {
        resultFormat == .binary ? unnamedBinary : unnamedText
    }

    // The tag, the length, and two empty names. One format stands for all columns, however many there are.
    private static let unnamedHead: [UInt8] = [FrontendKind.bind.rawValue, 0, 0, 0, 0, 0, 0]
    private static let unnamedBinary = PreparedBind(head: unnamedHead, [.binary])
    private static let unnamedText = PreparedBind(head: unnamedHead, [.text])
}
