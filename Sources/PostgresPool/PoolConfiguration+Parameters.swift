extension PoolConfiguration {
    /// Reads the `pool_` keys of a connection string; their names and the form of durations are those of Go's pgxpool.
    ///
    /// - `pool_max_conns`, `pool_min_conns`, `pool_min_idle_conns`: whole numbers.
    /// - `pool_max_conn_lifetime`, `pool_max_conn_lifetime_jitter`, `pool_max_conn_idle_time`,
    ///   `pool_health_check_period`: durations such as `1h30m`, `30s`, `1.5s` or `500ms`. A lifetime or an idle time of
    ///   `0` means without limit.
    ///
    /// Keys that do not begin with `pool_` are somebody else's and are skipped.
    ///
    /// - Parameter defaults: what holds where no key is given.
    /// - Throws: ``PoolConfigurationError`` for a key that does not exist, a value that cannot be read, or values that do
    ///   not fit together.
    public init(
        parameters: [String: String], defaults: PoolConfiguration = PoolConfiguration()
    ) throws(PoolConfigurationError) {
        self = defaults
        // Sorted, so that of several mistakes the same one is always reported.
        for (key, value) in parameters.sorted(by: { $0.key < $1.key }) where key.hasPrefix("pool_") {
            switch key {
            case "pool_max_conns": maximumConnections = try Self.count(value, key)
            case "pool_min_conns": minimumConnections = try Self.count(value, key)
            case "pool_min_idle_conns": minimumIdleConnections = try Self.count(value, key)
            case "pool_max_conn_lifetime": maximumLifetime = try Self.limit(value, key)
            case "pool_max_conn_lifetime_jitter": maximumLifetimeJitter = try Self.duration(value, key)
            case "pool_max_conn_idle_time": maximumIdleTime = try Self.limit(value, key)
            case "pool_health_check_period": healthCheckPeriod = try Self.duration(value, key)
            default: throw PoolConfigurationError(field: key, problem: "there is no such pool setting")
            }
        }
        try validated()
    }

    private static func count(_ text: String, _ key: String) throws(PoolConfigurationError) -> Int {
        guard let value = Int(text) else {
            throw PoolConfigurationError(field: key, problem: "is not a whole number: \(quoted(text))")
        }
        return value
    }

    private static func duration(_ text: String, _ key: String) throws(PoolConfigurationError) -> Duration {
        guard let nanoseconds = goDuration(text) else {
            let example = "expected one such as 1h30m, 30s or 500ms"
            throw PoolConfigurationError(field: key, problem: "is not a duration: \(quoted(text)); \(example)")
        }
        return .nanoseconds(nanoseconds)
    }

    private static func limit(_ text: String, _ key: String) throws(PoolConfigurationError) -> Duration? {
        let value = try duration(text, key)
        return value == .zero ? nil : value
    }

    /// The text in quotes, control characters escaped and cut to a readable length, for a message.
    private static func quoted(_ text: String) -> String { String(text.prefix(40)).debugDescription }

    /// Nanoseconds of a duration as Go writes it: an optional sign, then numbers with a unit each; a plain `0` too.
    static func goDuration(_ text: String) -> Int64? {
        var rest = text[...]
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest.removeFirst() }
        if rest == "0" { return 0 }
        guard !rest.isEmpty else { return nil }
        var total: Int64 = 0
        while !rest.isEmpty {
            guard let part = goPart(&rest) else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(part)
            guard !overflow else { return nil }
            total = sum
        }
        return isNegative ? -total : total
    }

    /// One number with its unit, such as `1.5h`.
    private static func goPart(_ rest: inout Substring) -> Int64? {
        let whole = digits(&rest)
        var fraction: Substring = ""
        if rest.first == "." {
            rest.removeFirst()
            fraction = digits(&rest)
        }
        guard !(whole.isEmpty && fraction.isEmpty) else { return nil }
        let name = rest.prefix { $0 != "." && !isDigit($0) }
        rest.removeFirst(name.count)
        let unit: Int64
        switch name {
        case "ns": unit = 1
        case "us", "\u{b5}s", "\u{3bc}s": unit = 1000
        case "ms": unit = 1_000_000
        case "s": unit = 1_000_000_000
        case "m": unit = 60_000_000_000
        case "h": unit = 3_600_000_000_000
        default: return nil
        }
        guard let count = whole.isEmpty ? 0 : Int64(whole) else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: unit)
        guard !overflow else { return nil }
        // What comes after fifteen digits is below a nanosecond for every unit.
        var scale: Int64 = 1
        var numerator: Int64 = 0
        for digit in fraction.prefix(15) {
            numerator = numerator * 10 + Int64(digit.wholeNumberValue ?? 0)
            scale *= 10
        }
        let wide = unit.multipliedFullWidth(by: numerator)
        let (sum, carry) = product.addingReportingOverflow(scale.dividingFullWidth(wide).quotient)
        return carry ? nil : sum
    }

    private static func digits(_ rest: inout Substring) -> Substring {
        let result = rest.prefix(while: isDigit)
        rest.removeFirst(result.count)
        return result
    }

    private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }
}
