/// The workloads on swift-postgres itself.
struct SwiftPostgresPeer {
    init(_ request: ChildRequest) {}

    func measure() async throws -> Measurement {
        throw BenchmarkError.runFailed("swift-postgres is not available in this version")
    }
}
