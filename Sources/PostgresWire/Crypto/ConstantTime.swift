/// Comparison whose duration says nothing about where two secrets differ.
package enum ConstantTime {
    /// Whether both have the same bytes.
    ///
    /// Only their lengths may be learnt from the time it takes.
    package static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for (one, other) in zip(left, right) { difference |= one ^ other }
        return difference == 0
    }
}
