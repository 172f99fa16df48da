import PostgresWire
import Testing

@testable import PostgresDriver

@Suite("Large objects as values")
struct LargeObjectTests {
    @Test(
        "CVE-2026-6477: an answer that is longer than what was asked for is refused",
        arguments: [(0, 0, false), (0, 1, false), (1, 1, false), (1, 0, true), (65_537, 65_536, true)])
    func excess(_ length: Int, _ asked: Int, _ isRefused: Bool) {
        let error = PostgresLargeObject.excess(length, asked: asked)
        #expect((error?.code == .protocolViolation) == isRefused)
        #expect((error == nil) != isRefused)
    }

    @Test("modes are the server's flags")
    func modes() {
        #expect(PostgresLargeObject.Mode.read.flags == 0x40000)
        #expect(PostgresLargeObject.Mode.readWrite.flags == 0x40000 | 0x20000)
    }
}
