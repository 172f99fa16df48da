extension Int32 {
    /// The four bytes in network order.
    var bytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: bigEndian >> ($0 * 8)) } }
}
