internal import Foundation

/// SASLprep of RFC 4013, as PostgreSQL applies it to passwords.
package enum SASLPrep {
    /// The bytes of a password that SCRAM works with.
    ///
    /// ASCII stays as it is. Where RFC 4013 refuses a password, and where nothing of it would be left, its own bytes are
    /// used, because the server did the same when the password was set.
    package static func prepare(_ password: String) -> [UInt8] {
        let raw = Array(password.utf8)
        if raw.allSatisfy({ $0 < 0x80 }) { return raw }
        let mapped = mapped(password)
        let normal = String(mapped).precomposedStringWithCompatibilityMapping.unicodeScalars
        guard !mapped.isEmpty, !normal.contains(where: isProhibited), isOneDirection(normal) else { return raw }
        return Array(String(normal).utf8)
    }

    private static func mapped(_ password: String) -> String.UnicodeScalarView {
        var result = String.UnicodeScalarView()
        for scalar in password.unicodeScalars {
            if StringPrepTables.contains(StringPrepTables.nonASCIISpaces, scalar) {
                result.append(" ")
            } else if !StringPrepTables.contains(StringPrepTables.mappedToNothing, scalar) {
                result.append(scalar)
            }
        }
        return result
    }

    /// Prohibited, or not assigned in Unicode 3.2, the version that RFC 3454 is written for: PostgreSQL has its tables
    /// from there, so a newer character makes it, too, fall back to the raw password.
    private static func isProhibited(_ scalar: Unicode.Scalar) -> Bool {
        guard let age = scalar.properties.age, (age.major, age.minor) <= (3, 2) else { return true }
        return StringPrepTables.contains(StringPrepTables.prohibited, scalar)
    }

    /// Whether the text has no right-to-left character, or starts and ends with one and has none of the other kind.
    private static func isOneDirection(_ text: String.UnicodeScalarView) -> Bool {
        func isRightToLeft(_ scalar: Unicode.Scalar) -> Bool {
            StringPrepTables.contains(StringPrepTables.rightToLeft, scalar)
        }
        guard text.contains(where: isRightToLeft), let first = text.first, let last = text.last else { return true }
        return isRightToLeft(first) && isRightToLeft(last)
            && !text.contains { StringPrepTables.contains(StringPrepTables.leftToRight, $0) }
    }
}
