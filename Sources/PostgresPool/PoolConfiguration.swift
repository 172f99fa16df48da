/// How many connections a pool keeps, how long they live, and how long one waits for them.
public struct PoolConfiguration: Hashable, Sendable {
    /// The most connections there may be at one moment, those being opened or closed included.
    ///
    /// Default: 10.
    public var maximumConnections = 10
    /// The pool opens connections, also without demand, so that there are at least this many.
    ///
    /// Default: 0.
    public var minimumConnections = 0
    /// The pool opens connections, up to the maximum, so that at least this many are idle and a burst of work need not
    /// wait for connecting.
    ///
    /// Default: 0.
    public var minimumIdleConnections = 0
    /// After this long a connection is replaced: when it is borrowed, given back or checked.
    ///
    /// `nil`: never. Default: 1 hour.
    public var maximumLifetime: Duration? = .seconds(3600)
    /// Each connection lives longer by a random part of this, so that not all of them end at once.
    ///
    /// Default: 0.
    public var maximumLifetimeJitter: Duration = .zero
    /// After lying idle this long a connection is closed at the next check.
    ///
    /// `nil`: never. Default: 30 minutes.
    public var maximumIdleTime: Duration? = .seconds(1800)
    /// How often idle connections are checked for age and the minimum is restored.
    ///
    /// Default: 1 minute.
    public var healthCheckPeriod: Duration = .seconds(60)
    /// How long one waits for a connection before an error says why there is none.
    ///
    /// `nil`: for ever. Default: 30 seconds.
    public var acquireTimeout: Duration? = .seconds(30)
    /// How many connections may be in the middle of being opened.
    ///
    /// Default: 8.
    public var maximumConcurrentOpens = 8
    /// How long a shutdown waits for borrowed connections before it closes them under their borrowers.
    public var shutdownTimeout: Duration = .seconds(10)

    /// The default configuration.
    public init() {}

    /// The most connections that ``maximumConnections`` may ask for; no PostgreSQL server serves more.
    public static let largestMaximum = 262_143

    /// Checks every field and how they fit together.
    ///
    /// - Returns: the same configuration, so that the check can stand in an expression.
    /// - Throws: ``PoolConfigurationError``, naming the first field that is wrong.
    @discardableResult
    public func validated() throws(PoolConfigurationError) -> PoolConfiguration {
        func check(_ isRight: Bool, _ field: String, _ problem: String) throws(PoolConfigurationError) {
            if !isRight { throw PoolConfigurationError(field: field, problem: problem) }
        }
        try check(
            (1...Self.largestMaximum).contains(maximumConnections), "maximumConnections",
            "must be between 1 and \(Self.largestMaximum), not \(maximumConnections)")
        for (field, value) in [
            ("minimumConnections", minimumConnections), ("minimumIdleConnections", minimumIdleConnections),
        ] {
            try check(value >= 0, field, "must not be negative, but is \(value)")
            try check(
                value <= maximumConnections, field, "is \(value), more than maximumConnections, \(maximumConnections)")
        }
        try check(
            maximumConcurrentOpens >= 1, "maximumConcurrentOpens", "must be at least 1, not \(maximumConcurrentOpens)")
        for (field, value) in [
            ("maximumLifetime", maximumLifetime), ("maximumIdleTime", maximumIdleTime),
            ("healthCheckPeriod", healthCheckPeriod), ("acquireTimeout", acquireTimeout),
        ] {
            guard let value else { continue }
            try check(value > .zero, field, "must be longer than zero, not \(value)")
        }
        try check(
            maximumLifetimeJitter >= .zero, "maximumLifetimeJitter",
            "must not be negative, but is \(maximumLifetimeJitter)")
        return self
    }
}

/// A pool configuration that cannot work.
public struct PoolConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The property, or the connection string's key, that is wrong.
    public let field: String
    /// What is wrong with it.
    public let problem: String

    /// An error about `field`.
    public init(field: String, problem: String) {
        self.field = field
        self.problem = problem
    }

    /// The field and what is wrong with it.
    public var description: String { "\(field): \(problem)" }
}

/// The configuration as the state machine uses it: plain nanoseconds, impossible values clamped.
struct PoolSettings: Sendable {
    let maximum: Int
    let minimum: Int
    let minimumIdle: Int
    let maximumConcurrentOpens: Int
    let lifetime: Int64
    let lifetimeJitter: Int64
    let idleTime: Int64
    let healthCheckPeriod: Int64
    let acquireTimeout: Int64

    init(_ configuration: PoolConfiguration) {
        maximum = min(max(configuration.maximumConnections, 1), PoolConfiguration.largestMaximum)
        minimum = min(max(configuration.minimumConnections, 0), maximum)
        minimumIdle = min(max(configuration.minimumIdleConnections, 0), maximum)
        maximumConcurrentOpens = max(configuration.maximumConcurrentOpens, 1)
        lifetime = configuration.maximumLifetime?.clampedNanoseconds ?? .max
        lifetimeJitter = configuration.maximumLifetimeJitter.clampedNanoseconds
        idleTime = configuration.maximumIdleTime?.clampedNanoseconds ?? .max
        healthCheckPeriod = max(configuration.healthCheckPeriod.clampedNanoseconds, 1_000_000)
        acquireTimeout = configuration.acquireTimeout?.clampedNanoseconds ?? .max
    }
}
