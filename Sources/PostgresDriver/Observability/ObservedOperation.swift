package import PostgresWire
internal import Synchronization

/// An observer and where its connections lead: what a connection or a pool keeps where it is observed.
package final class Observation: Sendable {
    private let observer: any PostgresObserver
    private let target: PostgresTarget

    package init?(_ observer: (any PostgresObserver)?, _ configuration: PostgresConfiguration) {
        guard let observer else { return nil }
        self.observer = observer
        target = PostgresTarget(configuration)
    }

    /// Tells that an operation begins; whoever calls ends it once.
    package func begin(
        _ kind: PostgresOperation.Kind, sql: String? = nil, hasParameters: Bool = false, queryCount: Int = 1,
        file: String?, line: Int?
    ) -> ObservedOperation? {
        let operation = PostgresOperation(
            kind, sql: sql, hasParameters: hasParameters, queryCount: queryCount, file: file, line: line,
            target: target)
        return observer.begin(operation).map(ObservedOperation.init)
    }

    /// Tells of the beginning and the end of `body`.
    package func observe<Value>(
        _ kind: PostgresOperation.Kind, sql: String? = nil, hasParameters: Bool = false, file: String?, line: Int?,
        _ body: nonisolated(nonsending) () async throws(PostgresError) -> Value
    ) async throws(PostgresError) -> Value {
        let operation = begin(kind, sql: sql, hasParameters: hasParameters, file: file, line: line)
        do throws(PostgresError) {
            let value = try await body()
            operation?.end()
            return value
        } catch {
            operation?.end(error: error)
            throw error
        }
    }
}

/// An operation whose end somebody wants to know; one that is forgotten counts as abandoned.
package final class ObservedOperation: Sendable {
    private let begin = ContinuousClock.now
    private let ending: Mutex<PostgresObserver.Ending?>

    init(_ ending: @escaping PostgresObserver.Ending) { self.ending = Mutex(ending) }

    deinit { end(wasAbandoned: true) }

    /// Tells of the end; only the first call counts.
    package func end(
        commandTag: CommandTag? = nil, rowCount: Int = 0, error: PostgresError? = nil, wasAbandoned: Bool = false
    ) {
        let ending: PostgresObserver.Ending? = self.ending.withLock { ending in
            defer { ending = nil }
            return ending
        }
        guard let ending else { return }
        ending(
            PostgresOperationResult(
                duration: ContinuousClock.now - begin, commandTag: commandTag, rowCount: rowCount, error: error,
                wasAbandoned: wasAbandoned))
    }
}
