/// Whose work is measured, as the JSON output spells it.
enum DriverName: String, CaseIterable, Sendable {
    case swiftPostgres = "swift-postgres"
    case swiftPostgresEventLoop = "swift-postgres-eventloop"
    case swiftPostgresMultiplexed = "swift-postgres-multiplexed"
    case libpq
    case asyncpg
    case psycopg

    /// Whether it is another driver than ours.
    var isPeer: Bool {
        switch self {
        case .libpq, .asyncpg, .psycopg: true
        default: false
        }
    }

    /// Whether the driver has what the workload exercises.
    func runs(_ workload: Workload) -> Bool {
        switch self {
        case .libpq: workload != .poolAcquire  // libpq has no pool
        case .asyncpg: workload != .copyOut  // asyncpg hands out the bytes of a COPY, not its values
        case .swiftPostgresMultiplexed: workload == .poolSelect
        default: true
        }
    }
}
