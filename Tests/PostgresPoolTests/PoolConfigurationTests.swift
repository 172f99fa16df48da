import PostgresPool
import Testing

@Suite("Pool configuration")
struct PoolConfigurationTests {
    @Test("the defaults are valid")
    func defaults() throws {
        let configuration = try PoolConfiguration().validated()
        #expect(configuration.maximumConnections == 10)
        #expect(configuration.acquireTimeout == .seconds(30))
    }

    @Test(
        "a field that is wrong is named",
        arguments: [
            ("maximumConnections", { @Sendable in $0.maximumConnections = 0 }),
            ("maximumConnections", { $0.maximumConnections = -5 }),
            ("maximumConnections", { $0.maximumConnections = .max }),
            ("minimumConnections", { $0.minimumConnections = -1 }),
            ("minimumConnections", { $0.minimumConnections = 11 }),
            ("minimumIdleConnections", { $0.minimumIdleConnections = 11 }),
            ("maximumConcurrentOpens", { $0.maximumConcurrentOpens = 0 }),
            ("maximumLifetime", { $0.maximumLifetime = .zero }),
            ("maximumLifetimeJitter", { $0.maximumLifetimeJitter = .seconds(-1) }),
            ("maximumIdleTime", { $0.maximumIdleTime = .seconds(-1) }),
            ("healthCheckPeriod", { $0.healthCheckPeriod = .zero }),
            ("acquireTimeout", { $0.acquireTimeout = .zero }),
        ] as [(String, @Sendable (inout PoolConfiguration) -> Void)])
    func invalid(field: String, change: @Sendable (inout PoolConfiguration) -> Void) {
        var configuration = PoolConfiguration()
        change(&configuration)
        let error = #expect(throws: PoolConfigurationError.self) { try configuration.validated() }
        #expect(error?.field == field)
        #expect(error?.description.hasPrefix("\(field): ") == true)
    }

    @Test("says both numbers when the minimum is above the maximum")
    func message() {
        var configuration = PoolConfiguration()
        configuration.maximumConnections = 4
        configuration.minimumConnections = 5
        let error = #expect(throws: PoolConfigurationError.self) { try configuration.validated() }
        #expect(error?.description == "minimumConnections: is 5, more than maximumConnections, 4")
    }

    @Test("reads every key of a connection string and leaves the others alone")
    func parameters() throws {
        let configuration = try PoolConfiguration(parameters: [
            "pool_max_conns": "20", "pool_min_conns": "2", "pool_min_idle_conns": "3",
            "pool_max_conn_lifetime": "1h30m", "pool_max_conn_lifetime_jitter": "500ms",
            "pool_max_conn_idle_time": "0", "pool_health_check_period": "15s", "application_name": "app",
        ])
        var expected = PoolConfiguration()
        expected.maximumConnections = 20
        expected.minimumConnections = 2
        expected.minimumIdleConnections = 3
        expected.maximumLifetime = .seconds(5400)
        expected.maximumLifetimeJitter = .milliseconds(500)
        expected.maximumIdleTime = nil
        expected.healthCheckPeriod = .seconds(15)
        #expect(configuration == expected)
    }

    @Test("without keys the given defaults hold")
    func noParameters() throws {
        var defaults = PoolConfiguration()
        defaults.maximumConnections = 7
        #expect(try PoolConfiguration(parameters: [:], defaults: defaults) == defaults)
    }

    @Test(
        "a key or value that is wrong is named",
        arguments: [
            (["pool_max_con": "20"], "pool_max_con: there is no such pool setting"),
            (["pool_": "20"], "pool_: there is no such pool setting"),
            (["pool_max_conns": "many"], #"pool_max_conns: is not a whole number: "many""#),
            (["pool_max_conns": "1\n2"], #"pool_max_conns: is not a whole number: "1\n2""#),
            (["pool_max_conns": "99999999999999999999"], "pool_max_conns: is not a whole number"),
            (["pool_max_conns": "0"], "maximumConnections: must be between"),
            (["pool_max_conns": "2", "pool_min_conns": "3"], "minimumConnections: is 3, more than"),
            (["pool_max_conn_lifetime": "30"], #"pool_max_conn_lifetime: is not a duration: "30""#),
            (["pool_max_conn_idle_time": "-1s"], "maximumIdleTime: must be longer than zero"),
            (["pool_health_check_period": "0"], "healthCheckPeriod: must be longer than zero"),
        ])
    func badParameters(parameters: [String: String], message: String) {
        let error = #expect(throws: PoolConfigurationError.self) { try PoolConfiguration(parameters: parameters) }
        #expect(error?.description.hasPrefix(message) == true, "\(String(describing: error))")
    }

    @Test(
        "reads durations as Go writes them",
        arguments: [
            ("1h30m", 5_400_000_000_000), ("30s", 30_000_000_000), ("500ms", 500_000_000), ("1.5s", 1_500_000_000),
            (".5s", 500_000_000), ("2.s", 2_000_000_000), ("1us", 1000), ("1\u{b5}s", 1000), ("1\u{3bc}s", 1000),
            ("7ns", 7), ("+3m", 180_000_000_000), ("1h0m0.000000001s", 3_600_000_000_001),
            ("0.3333333333333333333333s", 333_333_333), ("2562047h47m16s", 9_223_372_036_000_000_000),
        ])
    func goDurations(text: String, nanoseconds: Int64) throws {
        let configuration = try PoolConfiguration(parameters: ["pool_health_check_period": text])
        #expect(configuration.healthCheckPeriod == .nanoseconds(nanoseconds))
    }

    @Test(
        "refuses what is no duration",
        arguments: [
            "", "+", "-", "1", "s", ".s", "1d", "1 s", "1s ", "1e3s", "--1s", "1.2.3s", "1S", "2562048h", "9223372037s",
            "9223372036854775808ns", "1\u{301}s", "\u{661}s", "1h\u{0}",
        ])
    func badDurations(text: String) {
        let error = #expect(throws: PoolConfigurationError.self) {
            try PoolConfiguration(parameters: ["pool_health_check_period": text])
        }
        #expect(error?.field == "pool_health_check_period")
    }
}
