import Testing

@testable import JobQueue

@Suite("Retries")
struct RetryPolicyTests {
    static let delays: [(RetryPolicy, failures: Int, delay: Double?)] = [
        (RetryPolicy(attempts: 5, firstDelay: 1, longestDelay: 300), 1, 1),
        (RetryPolicy(attempts: 5, firstDelay: 1, longestDelay: 300), 2, 2),
        (RetryPolicy(attempts: 5, firstDelay: 1, longestDelay: 300), 4, 8),
        (RetryPolicy(attempts: 5, firstDelay: 1, longestDelay: 300), 5, nil),
        (RetryPolicy(attempts: 100, firstDelay: 1, longestDelay: 300), 50, 300),
        (RetryPolicy(attempts: .max, firstDelay: 0.5, longestDelay: 300), .max - 1, 300),
        (RetryPolicy(attempts: .max, firstDelay: 0, longestDelay: 300), .max - 1, 0),
        (RetryPolicy(attempts: 1), 1, nil),
    ]

    @Test("waits double up to the longest, then the job is given up", arguments: delays)
    func delay(_ policy: RetryPolicy, _ failures: Int, _ delay: Double?) {
        #expect(policy.delay(afterFailures: failures) == delay)
    }
}
