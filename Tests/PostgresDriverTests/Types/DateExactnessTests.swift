import Foundation
import PostgresWire
import Testing

@testable import PostgresDriver

@Suite("Dates that hold every microsecond")
struct DateExactnessTests {
    /// Microseconds around `microseconds`, which a Date holds or refuses, but never changes.
    @Test(
        "a Date is exact or an error, near and centuries away",
        arguments: [
            0, 86_400_000_000, 2_999_999_999_999_000, 4_294_967_296_000_000, 8_589_934_592_000_000,
            100_000_000_000_000_000, 9_223_371_331_199_000_000,
        ] as [Int64])
    func exactOrRefused(_ microseconds: Int64) throws {
        var exact = 0
        for sign in [1, -1] as [Int64] {
            for offset in -999...999 as ClosedRange<Int64> {
                let value = sign * microseconds + offset
                guard let date = try? PostgresEpoch.date(microseconds: value) else { continue }
                #expect(try PostgresEpoch.microseconds(date) == value)
                exact += 1
            }
        }
        // For a century in both directions nothing may be refused.
        #expect(exact == 2 * 1999 || microseconds > 3_000_000_000_000_000)
        #expect(exact < 2 * 1999 || microseconds < 20_000_000_000_000_000)
    }
}
