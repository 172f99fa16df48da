/// A value that holds others of whatever types, so that the server alone decides how deep they lie.
protocol ValueContainer: Hashable {
    /// The values in it, without NULLs.
    var innerValues: [PostgresValue] { get }
}

extension ValueContainer {
    func equals(_ other: Any?) -> Bool { (other as? Self) == self }
}

extension PostgresRecord: ValueContainer {
    var innerValues: [PostgresValue] { values.compactMap { $0 } }
}

extension PostgresArray: ValueContainer where Element == PostgresValue? {
    var innerValues: [PostgresValue] { elements.compactMap { $0 } }
}

extension PostgresRange: ValueContainer where Bound == PostgresValue {
    var innerValues: [PostgresValue] { bounds }
}

extension PostgresMultirange: ValueContainer where Bound == PostgresValue {
    var innerValues: [PostgresValue] { ranges.flatMap(\.bounds) }
}

extension PostgresValue {
    /// How many values may lie within each other and still have a text form.
    ///
    /// Each level doubles the quotes and backslashes of the levels in it, so a few hundred bytes from the server could
    /// ask for more text than there is memory; ten levels make of each at most a thousand.
    static var mostTextLevels: Int { 10 }

    /// Whether more values than some lie within each other here; looks no deeper than it must.
    func isNested(deeperThan levels: Int) -> Bool {
        guard let container = value as? any ValueContainer else { return false }
        return levels <= 0 || container.innerValues.contains { $0.isNested(deeperThan: levels - 1) }
    }
}
