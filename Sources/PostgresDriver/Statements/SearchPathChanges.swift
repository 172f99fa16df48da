internal import Synchronization

/// Counts the server's reports that search_path has changed: the names in prepared statements may now mean other tables.
package final class SearchPathChanges: Sendable {
    private let counter = Atomic<Int>(0)

    package init() {}

    var count: Int { counter.load(ordering: .relaxed) }

    func add() { counter.wrappingAdd(1, ordering: .relaxed) }
}
