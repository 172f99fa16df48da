import Foundation

/// Numbers as text, the same in every locale.
enum Decimals {
    /// A fixed number of decimals.
    static func text(_ value: Double, _ decimals: Int) -> String {
        String(format: "%.\(decimals)f", value.isFinite ? value : 0)
    }

    /// About three significant digits, thousands grouped: `0.46`, `13.9`, `34,742`.
    static func short(_ value: Double) -> String {
        switch abs(value) {
        case 0: "–"
        case ..<10: text(value, 2)
        case ..<100: text(value, 1)
        default: grouped(value)
        }
    }

    private static func grouped(_ value: Double) -> String {
        var digits = text(value, 0)
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return ([digits] + groups).joined(separator: ",")
    }
}
